import OptimadeAPI
import RutileJSON
import RutileOptimade
import RutileStore
import RutileModel
import Testing

@Suite struct EntryAnswerTests {
    @Test(arguments: [
        "s00003", "exmpl/00010", "exmpl%2F00010", "exmpl%2f00010",
    ])
    func anEntryIsFoundByItsID(path: String) async throws {
        let reply = try await OptimadeService.ofExchangeFile().reply("/v1/structures/\(path)")
        #expect(reply["/data/id"]?.text == PercentCoding.decoded(path.utf8, plusIsBlank: false))
        #expect(reply["/meta/data_returned"] == .integer(1))
        #expect(reply["/meta/data_available"] == .integer(300))
    }

    @Test(arguments: [
        "nothing", "%22%20OR%20id%3D%22s00003", "s00003%22%20OR%20%22a%22%3D%22a", "S00003", "s00003%00", "%5C%22",
        "id", "s0000%33x", "*", "%25",
    ])
    func anotherIDFindsNothing(path: String) async throws {
        let reply = try await OptimadeService.ofExchangeFile().reply("/v1/structures/\(path)")
        #expect(reply.status == 200)
        #expect(reply["/data"]?.isNull == true)
        #expect(reply["/meta/data_returned"] == .integer(0))
    }

    @Test func idsAreComparedByBytes() async throws {
        let collection = MemoryCollection(.references, rules: ParameterRules(prefix: "exmpl"))
        try await collection.insert([Resource(type: "references", id: "caf\u{E9}")])
        let request = SingleEntryRequest()
        #expect(try await collection.find(id: "caf\u{E9}", request).resources.count == 1)
        #expect(try await collection.find(id: "cafe\u{301}", request).resources.isEmpty)
    }

    /// Uploads may have entries of the same OPTIMADE id.
    private struct SameIDs: ResourceSource {
        static let times = ["1": "2024-01-01T00:00:00Z", "2": "2024-03-01T00:00:00Z", "3": nil, "4": nil]

        func resources(_ entries: [EntryID], of type: String) async throws -> [EntryID: Resource] {
            var resources: [EntryID: Resource] = [:]
            for entry in entries {
                var resource = Resource(type: type, id: entry.text == "4" ? "b" : "a")
                resource.attributes["title"] = .string(entry.text)
                resource.attributes["last_modified"] = Self.times[entry.text].flatMap { $0.map(Value.string) }
                resources[entry] = resource
            }
            return resources
        }
    }

    private func sameIDs(_ visible: VisibleUploads = .all) async throws -> IndexedCollection {
        let index = MemoryEntryIndex(EntryTypeDefinition.references.documentCatalogue)
        let entries = ["1", "2", "3", "4"].map { EntryID($0) }
        let documents = try await SameIDs().resources(entries, of: "references").map { entry, resource in
            IndexChange.Document(entry: entry, upload: UploadID(entry.text), json: resource.indexDocument())
        }
        try await index.apply(IndexChange(documents: documents))
        return IndexedCollection(
            .references, rules: ParameterRules(prefix: "x"), index: index, source: SameIDs(), visible: visible)
    }

    @Test(
        arguments: [
            (VisibleUploads.all, "2", true), (.only([UploadID("1"), UploadID("3")]), "1", true),
            (.only([UploadID("3")]), "3", false),
        ])
    func ofSeveralEntriesWithOneIDTheLastModifiedIsShown(
        visible: VisibleUploads, title: String, isWarnedAbout: Bool
    ) async throws {
        let found = try await sameIDs(visible).find(id: "a", SingleEntryRequest())
        #expect(found.resources.map { $0.attributes["title"] } == [.string(title)])
        #expect(found.dataReturned == 1)
        #expect(found.warnings.map(\.code) == (isWarnedAbout ? [.entryAmbiguous] : []))
    }

    @Test func relatedEntriesAreFoundWhereSeveralHaveOneID() async throws {
        let related = try await sameIDs().resources(ids: ["b", "a", "none"])
        #expect(related.map(\.id) == ["a", "b"])
        #expect(related.map { $0.attributes["title"] } == [.string("2"), .string("4")])
    }

    @Test(arguments: [BackEnd.referenceIndex, .searchEngine])
    func entriesOfOtherUploadsDoNotExist(backEnd: BackEnd) async throws {
        let service = try await OptimadeService.ofExchangeFile(in: backEnd)
        let all = try await service.reply("/v1/structures?page_limit=500&sort=nsites")
        let some = try await service.reply(
            "/v1/structures?page_limit=500&sort=nsites", visible: .only([UploadID("u1")]))
        let others = try await service.reply(
            "/v1/structures?page_limit=500&sort=nsites", visible: .allBut([UploadID("u1")]))
        #expect(!some.ids.isEmpty && !others.ids.isEmpty)
        #expect(Set(some.ids).isDisjoint(with: others.ids))
        #expect(Set(some.ids).union(others.ids) == Set(all.ids))
        #expect(some["/meta/data_available"] == .integer(Int64(some.ids.count)))
        #expect(some["/meta/data_returned"] == .integer(Int64(some.ids.count)))
        let hidden = try await service.reply(
            "/v1/structures/" + PercentCoding.encoded(others.ids[0]), visible: .only([UploadID("u1")]))
        #expect(hidden["/data"]?.isNull == true)
    }

    @Test func usualFieldsAreThoseWithAValueAndThoseTheStandardAsksFor() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let bare = try await service.reply("/v1/structures/s00005")
        let attributes = try #require(bare["/data/attributes"]?.object)
        for name in EntryTypeDefinition.structures.properties.filter({ $0.support != .may }).map(\.name) {
            #expect(attributes[name] != nil || name == "id" || name == "type", "\(name)")
        }
        #expect(attributes["elements"]?.isNull == true)
        #expect(attributes["chemical_formula_hill"] == nil)
        #expect(attributes["id"] == nil)
    }

    @Test(arguments: [
        ("nsites,elements,nsites", ["nsites", "elements"]), ("id,type,links,relationships", []),
        ("_other_x,_mp_y,nsites", ["_other_x", "_mp_y", "nsites"]), ("_exmpl_nothing", ["_exmpl_nothing"]),
        ("property_metadata", []),
    ])
    func requestedFieldsAreExactlyThere(fields: String, keys: [String]) async throws {
        let service = try await OptimadeService.ofExchangeFile()
        for target in ["/v1/structures?page_limit=2&", "/v1/structures/s00003?"] {
            let reply = try await service.reply(target + "response_fields=" + fields)
            let attributes = reply["/data/attributes"]?.object ?? reply["/data/0/attributes"]?.object
            #expect(attributes?.keys == keys)
        }
    }

    @Test func ownUnknownFieldsAreWarnedAboutAndForeignOnesAreNot() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let own = try await service.reply("/v1/structures?response_fields=_exmpl_nothing")
        #expect(own["/meta/warnings/0/source/parameter"] == .string("response_fields"))
        let foreign = try await service.reply("/v1/structures?response_fields=_other_x")
        #expect(foreign["/meta/warnings"] == nil)
    }

    @Test func timestampsAreShownInUTC() async throws {
        let collection = MemoryCollection(.references, rules: ParameterRules(prefix: "x"))
        try await collection.insert([
            Resource(
                type: "references", id: "a",
                attributes: ObjectValue([("last_modified", .string("2024-05-31T12:00:00+02:00"))]))
        ])
        let settings = OptimadeSettings(
            provider: .init(prefix: "x", name: "X", description: "X"),
            implementation: .init(name: "Rutile", version: "1"))
        let service = OptimadeService(settings) { _ in [collection] }
        let reply = try await service.reply("/v1/references/a")
        #expect(reply["/data/attributes/last_modified"] == .string("2024-05-31T10:00:00Z"))
    }

    @Test func relatedEntriesAreIncludedOnce() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let page = try await service.reply("/v1/structures?page_limit=300")
        let related = page["/data"]?.items?.flatMap {
            $0["relationships"]?["references"]?["data"]?.items?.compactMap { $0["id"]?.text } ?? []
        }
        let included = page["/included"]?.items?.compactMap { $0["id"]?.text } ?? []
        #expect(Set(related ?? []) == Set(included))
        #expect(Set(included).count == included.count)
        #expect((related ?? []).count > included.count)
        #expect(page["/included/0/attributes/doi"]?.text != nil)
    }

    @Test func whatIsListedIsNotIncludedAgain() async throws {
        let rules = ParameterRules(prefix: "x")
        let structures = MemoryCollection(.structures, rules: rules)
        func relation(to id: String) -> ObjectValue {
            ObjectValue([
                (
                    "structures",
                    .members(["data": .list([.members(["type": .string("structures"), "id": .string(id)])])])
                )
            ])
        }
        try await structures.insert([
            Resource(type: "structures", id: "a", relationships: relation(to: "b")),
            Resource(type: "structures", id: "b", relationships: relation(to: "c")),
            Resource(type: "structures", id: "c", relationships: relation(to: "missing")),
        ])
        let settings = OptimadeSettings(
            provider: .init(prefix: "x", name: "X", description: "X"),
            implementation: .init(name: "Rutile", version: "1"))
        let service = OptimadeService(settings) { _ in [structures] }
        func included(_ target: String) async throws -> [String]? {
            try await service.reply(target)["/included"]?.items?.compactMap { $0["id"]?.text }
        }
        #expect(try await included("/v1/structures?include=structures") == [])
        #expect(try await included("/v1/structures?include=structures&page_limit=2") == ["c"])
        #expect(try await included("/v1/structures/a?include=structures") == ["b"])
        // References are not served here, and nobody asked for them by name.
        #expect(try await included("/v1/structures/a") == nil)
        let reply = try await service.reply("/v1/structures?filter=structures.id+HAS+%22c%22")
        #expect(reply.ids == ["b"])
    }
}
