public import RutileJSON
import Synchronization

/// Finds entries and downloads their archives, or parts of them.
///
/// ```swift
/// let query = try ArchiveQuery(
///     query: ["results.material.elements": ["Ti"]],
///     required: ["run[0]": ["calculation[-1]": ["energy": "*"]]],
///     url: "https://nomad-lab.eu/prod/v1/api/v1")
/// for try await archive in query.archives() {
///     print(archive.entryID, archive["run"][0]["calculation"][-1]["energy"]["total"]["value"].double ?? .nan)
/// }
/// ```
///
/// A query has a *list* of what it found and did not deliver yet. ``fetch(_:)`` makes the list longer, ``download(_:)``
/// delivers from its front, and makes it longer where that is needed; ``archives(_:)`` does the same as a sequence, with
/// no more in memory than its window. Archives are told apart by their entry's id, whatever order a server sends them in.
/// Requests are tried again when the server is in trouble; entries whose archives cannot be had stay in the list, at its
/// end, and ``failures`` says why.
///
/// By entries (``Face/entries``) the list has an order by entry id, as that of NOMAD's Python client since 2022. By uploads
/// (``Face/uploads``) entries are listed upload by upload, and whole uploads are delivered, as that client did before.
public final class ArchiveQuery: Sendable {
    /// In what units entries are listed.
    public enum Face: Hashable, Sendable {
        /// Entry by entry: a page is so many entries.
        case entries
        /// Upload by upload: a page is so many uploads, and what is downloaded is rounded up to whole ones.
        case uploads
    }

    /// Whose entries are found.
    public struct Owner: Hashable, Sendable, ExpressibleByStringLiteral {
        /// As the API has it.
        public let name: String

        /// Published entries without embargo.
        public static let `public`: Owner = "public"
        /// Those, and what the user may read.
        public static let visible: Owner = "visible"
        /// What the user may read as a member.
        public static let shared: Owner = "shared"
        /// What the user uploaded.
        public static let user: Owner = "user"
        /// What the user may read and is not published.
        public static let staging: Owner = "staging"
        /// All entries, for administrators.
        public static let admin: Owner = "admin"

        /// An owner that the API calls `name`.
        public init(_ name: String) { self.name = name }

        /// An owner that the API calls `value`.
        public init(stringLiteral value: String) { name = value }
    }

    /// What is asked, and in what pieces.
    public struct Options: Sendable {
        /// Whose entries are found.
        public var owner = Owner.visible
        /// Where the list begins: after the entry, or by uploads the upload, with this id. It need not exist.
        public var after: String?
        /// Entries to list at most; 0 for no limit.
        public var resultsMax = 1_000
        /// Entries of a page, or uploads by uploads: 1 to 10,000.
        public var pageSize = 100
        /// Archives of one request at most. Where archives are large the client asks for fewer.
        public var batchSize = 100
        /// In what units entries are listed.
        public var face = Face.entries

        /// The defaults.
        public init() {}
    }

    /// The server that is asked.
    public let server: NomadServer
    /// What is asked, and in what pieces.
    public let options: Options
    /// Which entries are found, in NOMAD's query language.
    public let query: Value
    /// Which parts of archives are wanted: `"*"` for all of them, else an object as the API has it.
    public let required: Value

    let list: Mutex<DownloadList>
    let sizes: Mutex<BatchSize>
    /// One page at a time is listed, since each says where the next one begins.
    let turns = RequestSlots(total: 1, perServer: 1)
    private let rounds = Mutex(0)

    /// A query to `server`. An empty object in `required` means everything.
    public init(
        _ server: NomadServer, query: Value = [:], required: Value = "*", options: Options = Options(),
        resuming snapshot: DownloadSnapshot? = nil
    ) {
        self.server = server
        self.query = query
        self.required = required.isNull || (required.object?.isEmpty ?? false) ? "*" : required
        var options = options
        options.resultsMax = max(0, options.resultsMax)
        options.pageSize = min(max(1, options.pageSize), 10_000)
        options.batchSize = min(max(1, options.batchSize), 10_000)
        self.options = options
        list = Mutex(
            snapshot.map { DownloadList($0, most: options.resultsMax) }
                ?? DownloadList(after: options.after, most: options.resultsMax))
        sizes = Mutex(BatchSize(most: options.batchSize))
    }

    /// A query as NOMAD's Python client takes it.
    ///
    /// - Parameters:
    ///   - owner: Whose entries are found.
    ///   - query: Which entries are found; it is sent as it is.
    ///   - required: Which parts of archives are wanted; an empty object means everything.
    ///   - url: The address of the server.
    ///   - after: The id that the list begins after.
    ///   - resultsMax: Entries to list at most.
    ///   - pageSize: Entries (by uploads: uploads) of a page.
    ///   - username: As whom the server is asked; `nil` for nobody.
    ///   - password: The user's password.
    ///   - retry: How often a request is sent again when the server is in trouble.
    ///   - sleepTime: The pause before that; each further one is twice as long.
    ///   - face: In what units entries are listed.
    /// - Throws: ``ClientError/Code/badAddress``.
    public convenience init(
        owner: Owner = .visible, query: Value = [:], required: Value = "*", url: String, after: String? = nil,
        resultsMax: Int = 1_000, pageSize: Int = 100, username: String? = nil, password: String = "", retry: Int = 4,
        sleepTime: Duration = .seconds(4), face: Face = .entries
    ) throws(ClientError) {
        var settings = NomadServer.Settings()
        settings.retry = RetryPolicy(retries: retry, firstPause: sleepTime)
        let login = username.map { NomadServer.Login.password(username: $0, password: password) } ?? .anonymous
        var options = Options()
        options.owner = owner
        options.after = after
        options.resultsMax = resultsMax
        options.pageSize = pageSize
        options.face = face
        self.init(
            try NomadServer(url, login: login, settings: settings), query: query, required: required, options: options)
    }

    // MARK: The list

    /// The entries that are listed and not delivered, in the order in which they are downloaded. By uploads, those whose
    /// uploads were not come to yet are not among them.
    public var entryList: [ListedEntry] { list.withLock { $0.entries } }

    /// The uploads with entries that are listed and not delivered, and how many these are.
    public var uploadList: [UploadCount] { list.withLock { $0.uploadCounts } }

    /// Number of entries that are listed and not delivered.
    public var pendingCount: Int { list.withLock { $0.pendingCount } }

    /// The entries that could not be downloaded, and why. They are in the list, at its end.
    public var failures: [FailedEntry] {
        list.withLock { $0.failed.map { FailedEntry(entry: $0.item.entry, reason: $0.reason) } }
    }

    /// Entries that match, as the server said with the last page; `nil` before, and by uploads.
    public var total: Int? { list.withLock { $0.total } }

    /// Entries that match, as the server said with every page, but were on none of its pages. 0 while the list goes on, and
    /// where it cannot be told: with ``Options/after``, where the number changed meanwhile, and by uploads.
    public var unlistedCount: Int { options.after == nil ? list.withLock { $0.unlisted } : 0 }

    /// How far the query is. What was taken from a sequence of ``archives(_:)`` counts as delivered.
    public var snapshot: DownloadSnapshot { list.withLock { $0.snapshot } }

    /// The number of a new download.
    func newRound() -> Int {
        rounds.withLock { rounds in
            rounds += 1
            return rounds
        }
    }

    // MARK: Downloading

    /// Downloads at least `count` entries' archives from the front of the list, whatever is missing is fetched before;
    /// with 0 all that is listed, or where nothing is, all that there is.
    ///
    /// By entries it is as many as asked, by uploads whole uploads. Fewer, or none, where there are no more; entries that
    /// fail are left out and stay in the list.
    ///
    /// - Throws: ``ClientError`` where nothing could be downloaded, or `CancellationError`; the list is as it was then.
    public func download(_ count: Int = 0) async throws -> [Archive] {
        let amount: Amount =
            count > 0 ? .atLeast(count) : list.withLock { $0.pendingCount } > 0 ? .listed : .everything
        return try await ArchiveDownload(self, amount).collect()
    }

    /// How much is downloaded.
    public enum Amount: Hashable, Sendable {
        /// What is listed now.
        case listed
        /// At least so many archives; entries are listed as needed.
        case atLeast(Int)
        /// All that is listed, and all that can be.
        case everything
    }

    /// The archives of the entries in the list, in its order, as a sequence that downloads while it is read.
    ///
    /// Some requests run ahead of the reader, as many as ``NomadServer/Settings/concurrency`` says; nothing else is in
    /// memory. What was not taken when the sequence is left stays in the list. It throws ``ClientError`` where the
    /// server refuses the request, or answers nothing any more.
    public func archives(_ amount: Amount = .everything) -> ArchiveSequence { ArchiveSequence(self, amount) }
}
