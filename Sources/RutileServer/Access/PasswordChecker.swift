import RutileStore
import Synchronization

/// Compares passwords with hashes, on threads of its own and few at a time: each comparison takes tens of milliseconds
/// and 19 MiB.
package final class PasswordChecker: Sendable {
    /// More people wait for a comparison than it is worth to let wait.
    package struct TooBusy: Error {}

    private let threads: OwnThreads
    /// Comparisons that run or wait, at most.
    private let most: Int
    /// Comparisons that run or wait.
    private let load = Mutex(0)

    /// Room for `width` comparisons at once, and for `mostWaiting` that wait.
    package init(width: Int = 2, mostWaiting: Int = 32) {
        threads = OwnThreads("rutile.password", width: width)
        most = width + mostWaiting
    }

    /// Whether `password` is that of `hash`. Without a hash the answer is no, and takes as long.
    ///
    /// - Throws: ``TooBusy``.
    package func matches(_ password: String, _ hash: PasswordHash?) async throws(TooBusy) -> Bool {
        let isAdmitted = load.withLock { load in
            guard load < most else { return false }
            load += 1
            return true
        }
        guard isAdmitted else { throw TooBusy() }
        defer { load.withLock { $0 -= 1 } }
        let matches = await threads.run { (hash ?? .ofNobody).matches(password) }
        return hash != nil && matches
    }
}
