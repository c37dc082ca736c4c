import Dispatch
import Synchronization

/// Compares passwords with hashes, on threads of its own and few at a time: each comparison takes tens of milliseconds
/// and 19 MiB.
package final class PasswordChecker: Sendable {
    /// More people wait for a comparison than it is worth to let wait.
    package struct TooBusy: Error {}

    private let queues: [DispatchQueue]
    private let mostWaiting: Int
    /// Comparisons that run or wait, by queue.
    private let load: Mutex<[Int]>

    /// Room for `width` comparisons at once, and for `mostWaiting` that wait.
    package init(width: Int = 2, mostWaiting: Int = 32) {
        // A serial queue of its own has a thread of its own: those of Swift's tasks stay free.
        queues = (0..<width).map { DispatchQueue(label: "rutile.password.\($0)") }
        self.mostWaiting = mostWaiting
        load = Mutex(Array(repeating: 0, count: width))
    }

    /// Whether `password` is that of `hash`. Without a hash the answer is no, and takes as long.
    ///
    /// - Throws: ``TooBusy``.
    package func matches(_ password: String, _ hash: PasswordHash?) async throws(TooBusy) -> Bool {
        let place: Int? = load.withLock { load in
            guard load.reduce(0, +) < mostWaiting + load.count,
                let place = load.indices.min(by: { load[$0] < load[$1] })
            else { return nil }
            load[place] += 1
            return place
        }
        guard let place else { throw TooBusy() }
        let matches: Bool = await withCheckedContinuation { answer in
            queues[place].async {
                let matches = (hash ?? .ofNobody).matches(password)
                answer.resume(returning: hash != nil && matches)
            }
        }
        load.withLock { $0[place] -= 1 }
        return matches
    }
}
