import HTTPTypes
import NomadAPI
package import RutileCuration
import RutileEntries
import RutileJSON
import RutileModel

/// Datasets. Source: NOMAD 2.0.0's `/datasets`, with entries that are added and taken out, which it does elsewhere.
package enum DatasetRoutes {
    /// The routes over `curation`; `service` finds the entries that a query chooses.
    package static func routes(_ curation: Curation, _ service: @escaping EntriesRoutes.Service) -> [Route] {
        [
            Route(
                .api, .get, "/api/v1/datasets", needs: .datasetsRead, listing,
                answer: { try await list($0, curation) }),
            Route(
                .api, .post, "/api/v1/datasets", needs: .datasetsWrite, making,
                answer: { try await create($0, curation, service()) }),
            Route(
                .api, .get, "/api/v1/datasets/{dataset_id}", needs: .datasetsRead, showing,
                answer: { answer(try await curation.dataset(id($0))) }),
            Route(
                .api, .delete, "/api/v1/datasets/{dataset_id}", needs: .datasetsDelete, deleting,
                answer: { answer(try await curation.deleteDataset(id($0), as: $0.caller)) }),
            Route(
                .api, .post, "/api/v1/datasets/{dataset_id}/edit", needs: .datasetsWrite, editing,
                answer: { try await edit($0, curation) }),
        ]
    }

    private static func id(_ call: Route.Call) -> DatasetID { DatasetID(call.target["dataset_id"]) }

    private static func answer(_ dataset: DatasetRecord) -> Route.Answer {
        Route.Answer(Value.members(["dataset_id": .string(dataset.id.text), "data": dataset.json]).json())
    }

    private static func list(_ call: Route.Call, _ curation: Curation) async throws -> Route.Answer {
        let query = try call.query()
        var list = DatasetList()
        list.id = query["dataset_id"].map { DatasetID($0) }
        list.name = query["dataset_name"]
        list.owners = Set(query.all("user_id").map { UserID($0) })
        list.type = try query.choice("dataset_type", of: DatasetKind.self)?.rawValue
        list.doi = query["doi"]
        list.prefix = query["prefix"]
        let page = try ListPage(call, default: DatasetList.Order.createTime)
        list.order = page.order
        list.isDescending = page.isDescending
        let (datasets, total) = try await curation.datasets(list, page: page.page)
        return Route.Answer(
            Value.members([
                "pagination": try page.json(total: total), "data": .list(datasets.map(\.json)),
            ]).json())
    }

    private static func create(
        _ call: Route.Call, _ curation: Curation, _ service: EntriesService
    ) async throws -> Route.Answer {
        let body = try members(of: call)
        var reader = MemberReader(body, known: ["dataset_name", "dataset_type", "entries", "query"])
        let name = reader.text("dataset_name", isRequired: true)
        let type = reader.text("dataset_type") ?? "owned"
        if !DatasetKind.allCases.contains(where: { $0.rawValue.hasSameUTF8(as: type) }) {
            reader.fail("dataset_type", "it is owned or foreign")
        }
        let isOwned = type == "owned"
        let query = body["query"].flatMap { $0.isNull ? nil : $0 }
        let entries = reader.texts("entries").map { EntryID($0) }
        try reader.finish()
        var find: (@Sendable () async throws -> [EntryID])?
        if let query {
            let question = try EntriesQuery(.members(["query": query]), owner: .user)
            try service.check(question)
            // Entries that are listed go before those that are found; a foreign dataset only says what finds its entries.
            if isOwned, body["entries"]?.isNull ?? true {
                try call.require(.entriesRead)
                let caller = call.caller
                find = { try await service.matches(question, as: caller) }
            }
        }
        return answer(
            try await curation.createDataset(
                name ?? "", of: entries, isOwned: isOwned, query: isOwned ? nil : query, as: call.caller,
                finding: find))
    }

    private static func edit(_ call: Route.Call, _ curation: Curation) async throws -> Route.Answer {
        var reader = MemberReader(try members(of: call), known: ["add", "remove"])
        let added = reader.texts("add")
        let removed = reader.texts("remove")
        try reader.finish()
        return answer(
            try await curation.edit(
                id(call), adding: added.map { EntryID($0) }, removing: removed.map { EntryID($0) }, as: call.caller))
    }

    private static func members(of call: Route.Call) throws -> ObjectValue {
        _ = try call.user()
        guard let members = try Value(json: call.body, limits: .request, nonFinite: .refuse).object else {
            throw RequestProblem.invalid([.init(at: [.key("body")], "it must be an object")])
        }
        return members
    }
}

/// Whose entries a dataset has.
private enum DatasetKind: String, CaseIterable { case owned, foreign }

/// Reads members of a small JSON body and notes what is wrong with them.
private struct MemberReader {
    private let members: ObjectValue
    private var faults: [RequestProblem.Fault] = []

    init(_ members: ObjectValue, known: [String]) {
        self.members = members
        for key in members.keys where !known.contains(where: { $0.hasSameUTF8(as: key) }) {
            fail(key, "there is no such member: \(known.joined(separator: ", "))")
        }
    }

    mutating func fail(_ name: String, _ message: String) {
        faults.append(.init(at: [.key("body"), .key(name)], message, input: members[name] ?? .null))
    }

    mutating func text(_ name: String, isRequired: Bool = false) -> String? {
        guard let value = members[name], !value.isNull else {
            if isRequired { faults.append(.missing(at: [.key("body"), .key(name)])) }
            return nil
        }
        if value.text == nil { fail(name, "it must be a text") }
        return value.text
    }

    mutating func texts(_ name: String) -> [String] {
        guard let value = members[name], !value.isNull else { return [] }
        guard let items = value.items, items.allSatisfy({ $0.text != nil }) else {
            fail(name, "it must be a list of texts")
            return []
        }
        return items.compactMap(\.text)
    }

    func finish() throws(RequestProblem) {
        if !faults.isEmpty { throw .invalid(faults) }
    }
}
