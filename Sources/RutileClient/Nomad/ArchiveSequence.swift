/// Archives that are downloaded while they are read: ``ArchiveQuery/archives(_:)``.
///
/// It may be read several times, and what was delivered is not delivered again.
public struct ArchiveSequence: AsyncSequence, Sendable {
    /// What it consists of.
    public typealias Element = Archive

    private let query: ArchiveQuery
    private let amount: ArchiveQuery.Amount

    init(_ query: ArchiveQuery, _ amount: ArchiveQuery.Amount) {
        self.query = query
        self.amount = amount
    }

    /// Begins a download.
    public func makeAsyncIterator() -> Iterator { Iterator(ArchiveDownload(query, amount)) }

    /// One download. Left early, it gives back what was not taken.
    public struct Iterator: AsyncIteratorProtocol {
        private let download: ArchiveDownload

        fileprivate init(_ download: ArchiveDownload) { self.download = download }

        /// The next archive; `nil` behind the last one.
        ///
        /// - Throws: ``ClientError``, or `CancellationError`.
        public mutating func next() async throws -> Archive? { try await download.next() }
    }
}
