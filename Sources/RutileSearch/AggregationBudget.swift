import NomadAPI
import Synchronization

/// What the aggregations of one request may cost together: a short request could else ask for an answer of any size.
final class AggregationBudget: Sendable {
    /// Buckets that one request may have. Elasticsearch has the same limit (`search.max_buckets`).
    static let most = 65_536
    /// As how many buckets an entry counts that is shown in one.
    static let entry = 100
    /// As how many buckets a bucket counts that needs a search of its own.
    static let search = 10
    /// As how many buckets a value counts that is searched for to find its place in the order of another quantity. Such
    /// lists are common, and shall have tens of thousands of values.
    static let ordered = 2

    private let taken = Mutex(0)

    /// Takes `count` buckets.
    ///
    /// - Throws: ``NomadAPI/EntriesProblem`` where that is more than there are.
    func take(_ count: Int) throws(EntriesProblem) {
        let all = taken.withLock { taken in
            taken += count
            return taken
        }
        guard all <= Self.most else {
            throw EntriesProblem(
                422,
                "The aggregations come to more than \(Self.most) buckets, of which an entry in a bucket counts as "
                    + "\(Self.entry), a bucket with entries or metrics as \(Self.search), and each value in the order "
                    + "of another quantity as \(Self.ordered); ask for fewer, or page by page.")
        }
    }
}
