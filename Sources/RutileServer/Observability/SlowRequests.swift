import RutileModel
import RutileStore
import Synchronization

/// The last requests that took long, for whoever runs the server.
final class SlowRequests: Sendable {
    /// One of them. What was asked for is the path alone: queries hold what people look for.
    struct Entry: Hashable, Sendable {
        /// When it was answered.
        let time: Timestamp
        let method: String
        /// Without the query, at most ``SlowRequests/longestPath`` bytes of it.
        let path: String
        let status: Int
        let seconds: Double
    }

    /// Seconds from which on a request is slow.
    static let threshold = 0.5
    /// Requests that are remembered.
    static let capacity = 50
    /// Bytes of a path that are remembered: clients write it.
    static let longestPath = 300

    private struct Ring {
        var entries: [Entry] = []
        /// Where the next one goes, once all places are taken.
        var next = 0
    }

    private let ring = Mutex(Ring())

    /// Remembers a request that was answered after `seconds`, if that was slow.
    func note(method: String, path: String, status: Int, seconds: Double, at time: Timestamp = .now()) {
        guard seconds >= Self.threshold else { return }
        let entry = Entry(
            time: time, method: method, path: String(decoding: path.utf8.prefix(Self.longestPath), as: UTF8.self),
            status: status, seconds: seconds)
        ring.withLock { ring in
            if ring.entries.count < Self.capacity {
                ring.entries.append(entry)
            } else {
                ring.entries[ring.next] = entry
                ring.next = (ring.next + 1) % Self.capacity
            }
        }
    }

    /// Those that are remembered, the newest first.
    var entries: [Entry] {
        let ring = ring.withLock { $0 }
        return Array((ring.entries[ring.next...] + ring.entries[..<ring.next]).reversed())
    }
}
