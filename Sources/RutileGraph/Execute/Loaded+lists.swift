import NomadAPI
import RutileModel
import RutileSearch
import RutileStore

/// What lists of one request are made of; each is read once.
struct ListSources {
    var uploadsOfCaller: [UploadRecord]?
    var uploadsOfUsers: [UserID: [UploadRecord]] = [:]
    var datasetsOfCaller: [DatasetRecord]?
    var groups: [GroupRecord]?
}

extension Loaded {
    /// Answers `question`, and keeps the records of its page, unless they are in the answer.
    mutating func answer(_ question: ListQuestion, with reader: BatchReader) async throws -> ListAnswer {
        switch question.criteria {
        case .uploads(let query):
            let uploads = try await self.uploads(in: question.scope, with: reader)
            let page = question.page(of: uploads, query, as: reader.caller)
            keep(page?.records ?? [])
            return ListAnswer(page, of: question) { $0.id.text }
        case .entries(let filter):
            let page = try await entries(question, filter, with: reader)
            try await loadUploads(of: page?.records ?? [], with: reader)
            guard question.reading == .anything else { return ListAnswer(page, of: question) }
            keep(page?.records ?? [])
            return ListAnswer(page, of: question) { $0.id.text }
        case .datasets(let query, let prefix):
            let datasets = try await self.datasets(in: question.scope, with: reader)
            let page = question.page(of: datasets, query, prefix: prefix)
            keep(page?.records ?? [])
            return ListAnswer(page, of: question) { $0.id.text }
        case .groups(let query):
            let groups: [GroupRecord]
            if let known = listSources.groups {
                groups = known
            } else {
                groups = try await reader.records.groups()
                listSources.groups = groups
            }
            let page = question.page(of: groups, query)
            keep(page?.records ?? [])
            return ListAnswer(page, of: question) { $0.id.text }
        case .search(let search): return try await answer(search, with: reader)
        case .refused(_, let problem): return .refused(problem)
        }
    }

    private func answer(_ search: SearchQuestion, with reader: BatchReader) async throws -> ListAnswer {
        var question = search.entries
        if !search.isGiven { question.owner = reader.caller.user == nil ? .public : .user }
        do {
            let page = try await reader.search.page(question, as: reader.caller)
            let skipped = question.pagination.pageAfterValue == nil ? question.pagination.skipped : nil
            // `docs/compatibility.md`, D10: where it is known that a page is the last one, nothing follows it.
            let isLast = skipped.map { $0 + page.entries.count >= page.total } ?? false
            return .page(
                ids: page.entries.map(\.text), total: page.total, next: isLast ? nil : page.nextPageAfterValue)
        } catch let problem as EntriesProblem {
            return .refused(problem.refusal(in: search.places))
        }
    }

    /// The uploads of a scope that the caller may read.
    private mutating func uploads(in scope: ListScope, with reader: BatchReader) async throws -> [UploadRecord] {
        let caller = reader.caller
        switch scope {
        case .user(let user) where user != caller.user:
            if let known = listSources.uploadsOfUsers[user] { return known }
            guard let member = try await reader.records.caller(user) else { return [] }
            let uploads = try await reader.records.uploads(of: member).filter { upload in
                (caller.isAdmin || caller.hasRole(in: upload)) && reader.policy.mayRead(upload, as: caller)
            }
            listSources.uploadsOfUsers[user] = uploads
            return uploads
        case .dataset(let id):
            let entries = try await reader.records.entries(try await entries(naming: id, with: reader))
            let ids = Set(entries.values.map(\.upload))
            let uploads = try await reader.records.uploads(ids)
            return uploads.values.filter { reader.policy.mayRead($0, as: caller) }
        case .caller, .user, .upload, .entry:
            if let known = listSources.uploadsOfCaller { return known }
            let uploads = try await reader.records.uploads(of: caller).filter {
                reader.policy.mayRead($0, as: caller)
            }
            listSources.uploadsOfCaller = uploads
            return uploads
        }
    }

    /// The entries that a dataset has, by its own list and by theirs.
    private func entries(naming dataset: DatasetID, with reader: BatchReader) async throws -> Set<EntryID> {
        let naming = try await reader.records.entries(naming: [dataset])[dataset] ?? []
        return Set(naming).union((datasets[dataset] ?? nil)?.entries ?? [])
    }

    private mutating func entries(
        _ question: ListQuestion, _ filter: EntryListing.Filter, with reader: BatchReader
    ) async throws -> RecordPage<EntryRecord>? {
        func listing(of uploads: Set<UploadID>) -> EntryListing {
            EntryListing(
                of: uploads, filter: filter, by: EntryListing.Order(question.pagination.orderBy), question.direction,
                at: question.window, isOfPlaces: question.reading == .places)
        }
        switch question.scope {
        case .upload(let id): return try await reader.records.entries(listing(of: [id]))
        case .dataset(let id):
            let found = try await reader.records.entries(try await entries(naming: id, with: reader))
            let uploads = try await reader.records.uploads(Set(found.values.map(\.upload)))
            let readable = uploads.values.filter { reader.policy.mayReadEntryDocuments(of: $0, as: reader.caller) }
            let ids = Set(readable.map(\.id))
            return listing(of: ids).page(of: found.values.filter { ids.contains($0.upload) })
        case .caller, .user, .entry:
            let uploads = try await self.uploads(in: question.scope, with: reader)
            return try await reader.records.entries(listing(of: Set(uploads.map(\.id))))
        }
    }

    /// The datasets that belong in a scope: below an entry those that it is in, whoever owns them, else the caller's.
    private mutating func datasets(in scope: ListScope, with reader: BatchReader) async throws -> [DatasetRecord] {
        let own = try await ownDatasets(in: scope, with: reader)
        guard case .entry(let entry) = scope else { return own }
        let naming = Set(try await reader.records.entries([entry])[entry]?.datasets ?? [])
        let named = try await reader.records.datasets(naming.subtracting(own.map(\.id)))
        return (own + named.values).sorted { $0.id < $1.id }
    }

    /// The caller's datasets that belong in a scope; below an entry those that list or are named by it.
    private mutating func ownDatasets(in scope: ListScope, with reader: BatchReader) async throws -> [DatasetRecord] {
        guard let owner = reader.caller.user else { return [] }
        let own: [DatasetRecord]
        if let known = listSources.datasetsOfCaller {
            own = known
        } else {
            own = try await reader.records.datasets(of: owner)
            listSources.datasetsOfCaller = own
        }
        switch scope {
        case .entry(let entry):
            let naming = try await reader.records.entries([entry])[entry]?.datasets ?? []
            return own.filter { $0.entries.contains(entry) || naming.contains($0.id) }
        case .user(let user) where user != owner:
            let uploads = Set(try await self.uploads(in: scope, with: reader).map(\.id))
            let naming = try await reader.records.entries(naming: Set(own.map(\.id)))
            let entries = try await reader.records.entries(Set(naming.values.joined()))
            return own.filter { dataset in
                naming[dataset.id]?.contains { entries[$0].map { uploads.contains($0.upload) } ?? false } ?? false
            }
        case .caller, .user, .upload, .dataset: return own
        }
    }
}

extension EntryListing.Order {
    /// The order that a pagination names; the natural one is that of creation.
    fileprivate init(_ name: String?) {
        self =
            switch name {
            case "mainfile": .mainfile
            case "parser_name": .parserName
            case "process_status": .processStatus
            case "current_process": .currentProcess
            default: .createTime
            }
    }
}
