import Synchronization

/// What was made lately, by what it was made of. Beyond its capacity it forgets what nobody asked for the longest.
final class RecentCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Contents {
        var values: [Key: Value] = [:]
        /// The keys of ``values``, the one asked for last at the end.
        var recent: [Key] = []
    }

    private let contents = Mutex(Contents())
    private let capacity: Int

    /// Room for `capacity` values.
    init(capacity: Int) { self.capacity = capacity }

    /// The value for `key`, if it is there.
    subscript(key: Key) -> Value? {
        contents.withLock { contents in
            guard let value = contents.values[key] else { return nil }
            if contents.recent.last != key {
                contents.recent.removeAll { $0 == key }
                contents.recent.append(key)
            }
            return value
        }
    }

    /// Keeps `value` for `key`.
    func keep(_ value: Value, for key: Key) {
        contents.withLock { contents in
            contents.values[key] = value
            contents.recent.removeAll { $0 == key }
            contents.recent.append(key)
            if contents.recent.count > capacity { contents.values[contents.recent.removeFirst()] = nil }
        }
    }
}
