import Foundation
import HTTPTypes
import RutileJSON
import RutileModel
import RutileServer
import RutileStore
import RutileTestSupport
import Testing

/// Datasets and edits of entries that a query finds.
struct QueriedEntriesTests {
    private func server() async throws -> TestServer {
        let server = try await TestServer()
        let path = try SharedMaterial.path("cases/graph/fixture.json")
        let data = try #require(FileManager.default.contents(atPath: path))
        var bundle = try #require(try Value(json: Array(data), limits: .file).object)
        // Ada is there already.
        bundle["users"] = .list(try #require(bundle["users"]?.items).filter { $0["user_id"]?.text != "u-ada" })
        try await server.load(bundle: Value.object(bundle).json())
        return server
    }

    private func post(
        _ server: TestServer, _ path: String, _ body: String, as user: String = "u-ada", _ scopes: [TokenScope]? = nil
    ) async throws -> TestAnswer {
        let token = try await server.tokens.issue(for: UserID(user), .personal, scopes: scopes, lifetime: .day)
        return try await server.send(
            .post, "/api/v1/" + path, headers: [.authorization: "Bearer " + token.text], body: Array(body.utf8))
    }

    private func dataset(_ answer: TestAnswer, _ server: TestServer) async throws -> DatasetRecord? {
        let id = try #require(answer.json?["dataset_id"]?.text, "\(answer.json ?? .null)")
        return try await server.records.datasets([DatasetID(id)])[DatasetID(id)]
    }

    @Test func aDatasetBeginsWithTheCallersEntriesThatAQueryFinds() async throws {
        let server = try await server()
        let body = #"{"dataset_name": "Found", "query": {"mainfile:any": ["d1.archive.json", "o1.archive.json"]}}"#
        let found = try await dataset(post(server, "datasets", body), server)
        #expect(found?.entries == [EntryID("ent-draft-1")] && found?.query == nil)
        let entry = try await server.records.entries([EntryID("ent-draft-1")]).values.first
        #expect(entry?.datasets.last == found?.id)
        let none = #"{"dataset_name": "None", "query": {"upload_id": "upl-draft"}}"#
        #expect(try await dataset(post(server, "datasets", none, as: "u-eve"), server)?.entries == [])
        let listed = #"{"dataset_name": "Listed", "query": {}, "entries": ["ent-draft-2"]}"#
        #expect(try await dataset(post(server, "datasets", listed), server)?.entries == [EntryID("ent-draft-2")])
        let foreign = #"{"dataset_name": "Foreign", "dataset_type": "foreign", "query": {"upload_id": "upl-lab"}}"#
        let shown = try await dataset(post(server, "datasets", foreign), server)
        #expect(shown?.entries == [] && shown?.query == .members(["upload_id": .string("upl-lab")]))
        let list = try await server.send(.get, "/api/v1/datasets?dataset_name=Foreign").json?["data"]?.items?.first
        #expect(list?["query"] == shown?.query)
        // Only what looks for entries takes the right to read them.
        let scopes: [TokenScope] = [.datasetsWrite]
        let second = foreign.replacing("Foreign", with: "Second")
        #expect(try await post(server, "datasets", second, scopes).status == 200)
        #expect(try await post(server, "datasets", none.replacing("None", with: "Third"), scopes).status == 403)
    }

    @Test func whatWasWrittenJustBeforeIsFound() async throws {
        let server = try await server()
        let added = #"{"metadata": {"references": {"add": ["https://a.example/new"]}}}"#
        #expect(try await post(server, "uploads/upl-draft/edit", added).status == 200)
        let query = #""query": {"references": "https://a.example/new"}"#
        let found = try await dataset(post(server, "datasets", #"{"dataset_name": "New", \#(query)}"#), server)
        let draft = try await server.records.entries(of: UploadID("upl-draft")).map(\.id)
        #expect(!draft.isEmpty && found.map { Set($0.entries) } == Set(draft))
    }

    @Test(arguments: [#"5"#, #"{"no.such": 1}"#, #"{"and": 1}"#])
    func aQueryThatIsNoneMakesNoDataset(query: String) async throws {
        let server = try await server()
        for type in ["owned", "foreign"] {
            let body = #"{"dataset_name": "x", "dataset_type": "\#(type)", "query": \#(query)}"#
            let answer = try await post(server, "datasets", body)
            #expect(answer.status == 422, "\(answer.json ?? .null)")
        }
        #expect(try await server.send(.get, "/api/v1/datasets?dataset_name=x").json?["data"] == .list([]))
    }

    @Test func anEditIsForTheEntriesThatAQueryFinds() async throws {
        let server = try await server()
        func references(_ id: String) async throws -> [String]? {
            try await server.records.entries([EntryID(id)]).values.first?.references
        }
        func edit(_ more: String, _ scopes: [TokenScope]? = nil) async throws -> TestAnswer {
            let body = #"{"metadata": {"references": {"add": ["https://a.example/1"]}}, \#(more)}"#
            return try await post(server, "uploads/upl-draft/edit", body, scopes)
        }
        let others = try await references("ent-draft-2")
        let query = #""query": {"mainfile": "d1.archive.json"}"#
        #expect(try await edit(query + #", "owner": "user""#).status == 200)
        #expect(try await references("ent-draft-1")?.last == "https://a.example/1")
        #expect(try await references("ent-draft-2") == others)
        for nothing in [query, #""owner": "user", "query": {"mainfile": "o1.archive.json"}"#] {
            let answer = try await edit(nothing)
            #expect(answer.status == 422)
            let fault: Value? = answer.json?["detail"]?.items?.first
            #expect(fault?["msg"]?.text == "No matching entries found")
            #expect(fault?["loc"]?.items?.compactMap(\.text) == ["body", "query"])
        }
        #expect(try await edit(#""query": {"no.such": 1}"#).status == 422)
        #expect(try await edit(#""query": 5"#).status == 422)
        #expect(try await edit(#""owner": "nobody", "query": {"mainfile": "x"}"#).status == 422)
        #expect(try await edit(#""owner": "nobody""#).status == 422)
        let unknown = try await edit(#""query": {"no.such": 1}"#).json?["detail"]?.items?.first
        #expect(unknown?["loc"]?.items?.compactMap(\.text) == ["body", "query"])
        // As in NOMAD a list of ids alone is any of them, and not all.
        for ids in [#""entry_id": ["ent-draft-1", "none"]"#, #""entry_id:all": ["ent-draft-1", "none"]"#] {
            #expect(try await edit(#""owner": "user", "query": {\#(ids)}"#).status == 200)
        }
        #expect(try await edit(#""owner": "user", "query": {"mainfile": ["d1.archive.json", "x"]}"#).status == 422)
        // Who may edit nothing is told so before anything is looked for.
        let stranger = #"{"metadata": {"references": []}, "query": {"no.such": 1}}"#
        #expect(try await post(server, "uploads/upl-draft/edit", stranger, as: "u-eve").status == 403)
        #expect(try await post(server, "uploads/none/edit", stranger).status == 404)
        #expect(try await edit(query, [.uploadsWrite]).status == 403)
        #expect(try await edit(#""query": {}"#, [.uploadsWrite]).status == 200)
        #expect(try await references("ent-draft-2")?.last == "https://a.example/1")
        let some = #""owner": "user", \#(query), "entries"#
        let single = #"{"references": {"add": "https://a.example/2"}}"#
        #expect(try await edit(some + #"": {"ent-draft-1": \#(single)}"#).status == 200)
        #expect(try await references("ent-draft-1")?.last == "https://a.example/2")
        let other = try await edit(some + #"": {"ent-draft-2": \#(single)}"#)
        #expect(other.status == 422)
        let nothing = #"{"entries": {"ent-draft-2": {}}, "query": {"mainfile": "none"}}"#
        let places = try await post(server, "uploads/upl-draft/edit", nothing).json?["detail"]?.items
        #expect(places?.first?["loc"]?.items?.compactMap(\.text) == ["body", "metadata"])
        let name = try await post(
            server, "uploads/upl-draft/edit", #"{"metadata": {"upload_name": "x"}, "owner": "user", \#(query)}"#)
        #expect(name.status == 422)
        let message = name.json?["detail"]?.items?.first?["msg"]?.text
        #expect(message == "Quantity can only be edited on the upload level")
    }
}
