import NomadAPI
import RutileModel
import RutileSearch

/// All entries that a question is about, page by page, from where it begins to the last one.
struct EntryPages: Sendable {
    private let search: EntriesSearch
    private var question: EntriesQuery
    private let caller: Caller
    private var isDone = false
    private static let size = 1_000

    /// The pages of `question`, whose page size and number do not count.
    init(_ question: EntriesQuery, search: EntriesSearch, caller: Caller) {
        self.search = search
        self.question = question
        self.caller = caller
        self.question.pagination.pageSize = Self.size
        self.question.pagination.page = nil
        self.question.pagination.pageOffset = nil
    }

    /// The next entries; `nil` behind the last ones.
    mutating func next() async throws -> [EntryID]? {
        if isDone { return nil }
        let page = try await search.page(question, as: caller)
        question.pagination.pageAfterValue = page.nextPageAfterValue
        isDone = page.nextPageAfterValue == nil
        return page.entries
    }
}
