/// The nodes that one pass has visited, of those that its attempt may.
final class Visits {
    private let attempt: Attempt
    private(set) var count = 0
    private var nextLook = Visits.lookInterval
    private static let lookInterval = 1_024

    /// None yet.
    init(_ attempt: Attempt) { self.attempt = attempt }

    /// Counts `more` nodes that are about to be visited.
    ///
    /// - Throws: what the attempt says when they are too many; `CancellationError` when the caller has gone.
    func add(_ more: Int) throws {
        guard more <= attempt.nodes - count else { throw attempt.tooManyNodes }
        count += more
        guard count >= nextLook else { return }
        nextLook = count + Self.lookInterval
        try Task.checkCancellation()
    }

    /// Counts from none again, for another pass.
    func restart() { (count, nextLook) = (0, Self.lookInterval) }
}
