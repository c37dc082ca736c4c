import OptimadeAPI
import RutileJSON

/// Finds entries of an OPTIMADE database, page by page.
///
/// ```swift
/// let query = try OptimadeQuery(url: "https://example.org/optimade", filter: #"elements HAS "Ti""#)
/// for try await structure in query {
///     print(structure.id, structure.attributes["nsites"].int ?? 0)
/// }
/// ```
///
/// Entries come in the order of the database. Pages follow the `next` links, always on the server that was named; what a
/// database does not serve (large pages, a versioned address) is found out and lived with. The list of a database that
/// repeats one of its pages ends there, and ``Options/report`` is told.
public struct OptimadeQuery: AsyncSequence, Sendable {
    /// What it consists of.
    public typealias Element = OptimadeEntry

    /// What is asked.
    public struct Options: Sendable {
        /// The entry type: its endpoint.
        public var type = "structures"
        /// Properties to order by, as OPTIMADE's parameter has them; the database's own order where absent.
        public var sort: String?
        /// Properties that are sent; the usual ones where absent.
        public var responseFields: [String]?
        /// Entries of a page. Databases may send fewer.
        public var pageLimit = 100
        /// How often a page is asked for again when the server is in trouble.
        public var retries = 4
        /// Until a page must be there.
        public var timeout = Duration.seconds(120)
        /// Told what is odd, one line each.
        public var report: @Sendable (String) -> Void = { _ in }

        /// The defaults.
        public init() {}
    }

    private let base: WebAddress
    private let filter: String?
    private let options: Options
    private let client: OptimadeClient

    /// A query of the database with base URL `url`, with or without a version at its end.
    ///
    /// - Throws: ``ClientError/Code/badAddress``.
    public init(
        url: String, filter: String? = nil, options: Options = Options(),
        transport: any WebTransport = DirectTransport.shared
    ) throws(ClientError) {
        do {
            base = try WebAddress(url)
        } catch {
            throw ClientError(.badAddress, "“\(url)” is no address of a database: \(error)", underlying: error)
        }
        self.filter = filter
        self.options = options
        client = OptimadeClient(.direct(transport, retries: options.retries))
    }

    /// Number of entries that match, as the database says; `nil` where it does not.
    ///
    /// - Throws: ``ClientError``, or `CancellationError`.
    public func count() async throws -> Int? { try await page(at: .start, limit: 1).returned }

    /// Begins with the first page.
    public func makeAsyncIterator() -> Iterator { Iterator(query: self) }

    fileprivate func page(at place: PagePlace, limit: Int) async throws -> ListingPage {
        let request = ListingRequest(
            options.type, filter: filter, sort: options.sort, responseFields: options.responseFields, pageLimit: limit)
        do {
            return try await client.page(
                request, at: place, of: base, deadline: client.web.clock.now() + options.timeout)
        } catch let failure as DatabaseFailure {
            throw ClientError(failure)
        }
    }

    /// One walk through the pages.
    public struct Iterator: AsyncIteratorProtocol {
        private let query: OptimadeQuery
        private var following: PagePlace? = .start
        private var seen: Set<PagePlace> = []
        /// The ids that pages begin with.
        private var begun: Set<UTF8Key> = []
        private var ready: ArraySlice<ForeignEntry> = []

        fileprivate init(query: OptimadeQuery) { self.query = query }

        /// The next entry; `nil` behind the last one.
        ///
        /// - Throws: ``ClientError``, or `CancellationError`.
        public mutating func next() async throws -> OptimadeEntry? {
            while true {
                if let entry = ready.popFirst() { return OptimadeEntry(entry, type: query.options.type) }
                guard let place = following else { return nil }
                guard seen.insert(place).inserted else {
                    end()
                    return nil
                }
                let page = try await query.page(at: place, limit: query.options.pageLimit)
                for warning in page.warnings { query.options.report(warning) }
                if let first = page.entries.first, !begun.insert(UTF8Key(first.id)).inserted {
                    end()
                    return nil
                }
                ready = page.entries[...]
                following = page.next
            }
        }

        /// A page has come once more.
        private mutating func end() {
            query.options.report("\(query.base) repeats a page, so its list ends here.")
            following = nil
        }
    }
}

/// One entry of an OPTIMADE database.
public struct OptimadeEntry: Sendable {
    /// Its id in the database.
    public let id: String
    /// Its entry type.
    public let type: String
    /// Its properties.
    public let attributes: DataNode
    /// All of its resource object.
    public let resource: DataNode

    init(_ entry: ForeignEntry, type: String) {
        id = entry.id
        self.type = type
        attributes = DataNode(entry.attributes)
        resource = DataNode(entry.resource)
    }
}

extension ClientError {
    fileprivate init(_ failure: DatabaseFailure) {
        let code: Code =
            switch (failure.kind, failure.status) {
            case (.refused, _): .badAddress
            case (.timeout, _), (.error, nil): .unreachable
            case (.error, 401?), (.error, 403?): .notAllowed
            case (.error, 404?): .notFound
            case (.error, let status?) where status >= 500 || status == 429: .serverTrouble
            case (.error, let status?) where status >= 400: .refused
            case (.error, _): .notUnderstood
            }
        self.init(code, failure.detail, status: failure.status, underlying: failure)
    }
}
