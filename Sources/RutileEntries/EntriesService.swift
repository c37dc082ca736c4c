package import NomadAPI
package import RutileGraph
import RutileJSON
package import RutileModel
package import RutileSearch
package import RutileStore

/// Answers the entries API: question → page → documents, archives or files → bytes, in pieces.
///
/// Source: NOMAD 2.0.0, measured.
package struct EntriesService: Sendable {
    let search: EntriesSearch
    let graph: GraphService
    let records: any RecordStore
    let rawFiles: RawFolders
    let policy: AccessPolicy

    /// A service over these; `graph` reads archives, by the definitions that it has.
    package init(
        search: EntriesSearch, graph: GraphService, records: any RecordStore, files: RawFolders,
        policy: AccessPolicy = AccessPolicy()
    ) {
        self.search = search
        self.graph = graph
        self.records = records
        rawFiles = files
        self.policy = policy
    }

    /// The page that `question` asks for, with what is shown of each entry, and aggregations.
    ///
    /// - Parameter links: where the question was asked by an address, what makes the addresses of other pages.
    /// - Throws: `EntriesProblem`, errors of the stores, `CancellationError`; so do all members.
    package func page(
        _ question: EntriesQuery, links: PageLinks? = nil, as caller: Caller
    ) async throws -> any ByteSource {
        let page = try await search.page(question, as: caller)
        var head = head(of: question, page, links)
        let aggregations = try await search.aggregations(question, as: caller)
        if !aggregations.isEmpty { head["aggregations"] = .object(aggregations) }
        return ListDocument(
            head: head.openList("data"),
            EntryDocuments(search: search, required: question.required, caller: caller, entries: page.entries),
            tail: Array("]}".utf8))
    }

    /// All entries that match `question`, whatever page it asks for; of those of `upload` alone, where one is given. For
    /// who writes down what is found: it waits until the search knows what was committed before the call.
    package func matches(
        _ question: EntriesQuery, in upload: UploadID? = nil, as caller: Caller
    ) async throws -> [EntryID] {
        try await search.catchUp()
        var question = question
        if let upload {
            // As in NOMAD: ids of an upload's entries are any of them, where nothing else is asked.
            if let ids = question.query?.allEntryIDs {
                question.query = .criterion(QueryCriterion("entry_id", .any(ids)))
            }
            let inside = QueryNode.criterion(QueryCriterion("upload_id", .equals(.string(upload.text))))
            question.query = .and([question.query, inside].compactMap(\.self))
        }
        question.pagination = EntriesPagination()
        question.pagination.pageSize = .max
        return try await search.page(question, as: caller).entries
    }

    /// Refuses a `question` whose query cannot be evaluated, without looking for entries.
    package func check(_ question: EntriesQuery) throws(EntriesProblem) {
        if let query = question.query { _ = try QueryLowering.predicate(query) }
    }

    /// What is shown of the entry `id`: of all that it has, what `required` picks.
    ///
    /// - Throws: ``EntryAbsence`` where the caller cannot know of it.
    package func metadata(
        of id: EntryID, _ required: RequiredQuantities?, as caller: Caller
    ) async throws -> [UInt8] {
        guard let document = try await search.documents(of: [id], as: caller)[id]?.object else {
            throw EntryAbsence.unknownEntry
        }
        var answer = ObjectValue([("entry_id", .string(id.text))])
        answer["required"] = required.map { .object($0.echo) }
        answer["data"] = .object(required.map { $0.selection(of: document) } ?? document)
        return Value.object(answer).json()
    }

    /// What comes before the list of an answer.
    func head(of question: EntriesQuery, _ page: EntriesPage, _ links: PageLinks?) -> ObjectValue {
        var head = question.echo
        var pagination = head["pagination"]?.object ?? ObjectValue()
        pagination["total"] = .integer(Int64(page.total))
        pagination["next_page_after_value"] = page.nextPageAfterValue.map(Value.string)
        if let links {
            for (name, url) in links.urls(of: question.pagination, next: page.nextPageAfterValue) {
                pagination[name] = .string(url)
            }
        }
        head["pagination"] = .object(pagination)
        return head
    }
}

/// Why there is nothing to show of one entry.
package enum EntryAbsence: Error, Hashable, Sendable {
    /// There is no such entry, or the caller may not know of it.
    case unknownEntry
    /// As ``unknownEntry``, where the archive or the files are asked for.
    case unreadableEntry
    /// The entry has no archive.
    case noArchive
    /// The upload has no such file.
    case noFile
}

extension ObjectValue {
    /// The object as JSON, up to and including the bracket of the list `name`, which is its last member.
    func openList(_ name: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        for (key, value) in members {
            json.key(key)
            json.value(value)
        }
        json.key(name)
        json.beginList()
        return json.takeBytes()
    }
}

/// What is shown of the entries of a page.
struct EntryDocuments: ItemBatches {
    let search: EntriesSearch
    let required: RequiredQuantities?
    let caller: Caller
    private var selection: QuantitySelection?
    private var rest: ArraySlice<EntryID>
    /// Entries whose documents are made together.
    private static let size = 100

    init(search: EntriesSearch, required: RequiredQuantities?, caller: Caller, entries: [EntryID]) {
        self.search = search
        self.required = required
        self.caller = caller
        selection = required.map(QuantitySelection.init)
        rest = entries[...]
    }

    mutating func next() async throws -> [ListItem]? {
        guard !rest.isEmpty else { return nil }
        let batch = rest.prefix(Self.size)
        rest = rest.dropFirst(Self.size)
        let documents = try await search.documents(of: Set(batch), showing: required, as: caller)
        var items: [ListItem] = []
        for id in batch {
            try Task.checkCancellation()
            guard let document = documents[id]?.object else { continue }
            items.append(.bytes(Value.object(selection?.members(of: document) ?? document).json()))
        }
        return items
    }
}

extension QueryNode {
    /// The operands of a wish for all of several entry ids and nothing else; absent for other queries.
    fileprivate var allEntryIDs: [Value]? {
        switch self {
        case .and(let nodes) where nodes.count == 1: nodes[0].allEntryIDs
        case .criterion(let criterion) where criterion.name.hasSameUTF8(as: "entry_id"):
            if case .all(let ids) = criterion.value { ids } else { nil }
        default: nil
        }
    }
}
