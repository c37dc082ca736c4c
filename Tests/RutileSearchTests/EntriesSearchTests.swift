import NomadAPI
import RutileJSON
import RutileModel
import RutileSearch
import RutileStore
import RutileTestSupport
import Testing

/// Who finds what, on which page, and what is shown of it.
struct EntriesSearchTests {
    private static let graph = "cases/graph/fixture.json"
    private static let archive = "cases/archive/bundle.json"

    @Test(
        arguments: [
            (nil, "public", 11), (nil, "visible", 12), (nil, "all", 14), ("u-ada", "user", 14), ("u-ada", "all", 17),
            ("u-ada", "staging", 4), ("u-ada", "shared", 15), ("u-cyd", "visible", 17), ("u-cyd", "user", 1),
            ("u-eve", "shared", 1), ("u-adm", "admin", 17), ("u-adm", "visible", 12),
        ] as [(String?, String, Int)])
    func ownersMeanUploads(_ user: String?, _ owner: String, _ total: Int) async throws {
        let laboratory = try await SearchLaboratory.reading(Self.graph)
        #expect(try await laboratory.page(#"{"owner": "\#(owner)"}"#, as: user).total == total)
    }

    @Test
    func embargoedEntriesAreForMembersUnlessTheSettingSaysOtherwise() async throws {
        let laboratory = try await SearchLaboratory(shared: Self.graph, policy: AccessPolicy())
        let sealed = #"{"upload_id": "upl-sealed"}"#
        #expect(try await laboratory.find(sealed) == [])
        #expect(try await laboratory.find(sealed, as: "u-ben") == ["ent-sealed-1", "ent-sealed-2"])
        let documents = try await laboratory.search.documents(of: [EntryID("ent-sealed-1")], as: .anonymous)
        #expect(documents.isEmpty)
    }

    @Test(
        arguments: [
            (nil, "user", 401, "Authentication required for owner='user'."),
            (nil, "admin", 401, "Authentication required for owner='admin'."),
            ("u-ada", "admin", 403, "This can only be used by the admin user."),
        ] as [(String?, String, Int, String)])
    func ownersThatNeedALoginSaySo(_ user: String?, _ owner: String, _ status: Int, _ text: String) async throws {
        let laboratory = try await SearchLaboratory.reading(Self.graph)
        await #expect(throws: EntriesProblem(status, text, at: ["owner"])) {
            try await laboratory.page(#"{"owner": "\#(owner)"}"#, as: user)
        }
    }

    @Test(
        arguments: [
            "entry_id", "upload_create_time", "upload_name", "publish_time", "mainfile", "n_quantities", "published",
            "results.material.n_elements", "_score",
        ], ["asc", "desc"])
    func pagesFollowEachOtherToTheEmptyOne(_ order: String, _ direction: String) async throws {
        let laboratory = try await SearchLaboratory.reading(Self.graph)
        func page(_ size: Int, _ after: String?) async throws -> EntriesPage {
            var pagination = ObjectValue([
                ("page_size", .integer(Int64(size))), ("order_by", .string(order)), ("order", .string(direction)),
            ])
            pagination["page_after_value"] = after.map(Value.string)
            let body = Value.members(["owner": "all", "pagination": .object(pagination)])
            return try await laboratory.search.page(EntriesQuery(body), as: laboratory.caller("u-ada"))
        }
        let whole = try await page(100, nil)
        #expect(whole.nextPageAfterValue == nil)
        #expect(whole.entries.count == 17)
        for size in [1, 5, 17] {
            var entries: [EntryID] = []
            var next: String?
            repeat {
                let part = try await page(size, next)
                entries += part.entries
                try #require(entries.count <= 17, "\(order) \(direction) behind \(next ?? "")")
                #expect(part.total == 17)
                next = part.nextPageAfterValue
                #expect((next == nil) == (part.entries.count < size || part.entries.count == part.total))
            } while next != nil
            #expect(entries == whole.entries)
        }
    }

    @Test func nothingIsAggregatedByQuantitiesOfData() async throws {
        let laboratory = try await SearchLaboratory.reading(Self.graph)
        let question = #"{"aggregations": {"a": {"terms": {"quantity": "data.mass#entry_id:s.Sample#float"}}}}"#
        let refusal = await #expect(throws: EntriesProblem.self) { try await laboratory.page(question) }
        #expect(refusal?.status == 422)
        #expect(refusal?.text.contains("but nothing is aggregated by quantities of data") == true)
    }

    @Test(arguments: ["data.mass#entry_id:s.Sample", "data.mass#plugin.Sample", "data.mass#a#b#int", "data.mass#a#x"])
    func anOrderByQuantitiesOfDataNeedsTheirType(name: String) async throws {
        let laboratory = try await SearchLaboratory.reading(Self.graph)
        let refusal = await #expect(throws: EntriesProblem.self) {
            try await laboratory.page(#"{"pagination": {"order_by": "\#(name)"}}"#)
        }
        #expect(refusal?.status == 422 && refusal?.place == ["pagination", "order_by"])
        #expect(refusal?.text.contains("needs the type of its values") == true)
    }

    @Test
    func missingValuesComeLastAndTiesGoInTheSameDirection() async throws {
        let laboratory = try await SearchLaboratory.reading(Self.graph)
        func entries(_ direction: String) async throws -> [String] {
            try await laboratory.page(
                #"{"owner":"all","query":{"upload_id:any":["upl-sealed","upl-draft"]},"pagination":{"order_by":"publish_time","order":"\#(direction)"}}"#,
                as: "u-ada"
            ).entries.map(\.text)
        }
        #expect(
            try await entries("asc")
                == ["ent-sealed-1", "ent-sealed-2", "ent-draft-1", "ent-draft-2", "ent-no-archive"])
        #expect(
            try await entries("desc")
                == ["ent-sealed-2", "ent-sealed-1", "ent-no-archive", "ent-draft-2", "ent-draft-1"])
    }

    @Test
    func placesAreMillisecondsAndIdsOfEntriesThatNeedNotExist() async throws {
        let laboratory = try await SearchLaboratory.reading(Self.graph)
        let first = try await laboratory.page(
            #"{"owner":"all","pagination":{"page_size":12,"order_by":"upload_create_time"}}"#)
        #expect(first.nextPageAfterValue == "1709287200000:ent-sealed-1")
        let rest = try await laboratory.page(
            #"{"owner":"all","pagination":{"order_by":"upload_create_time","page_after_value":"1709287200000:ent-sealed-1x"}}"#
        )
        #expect(rest.entries.map(\.text) == ["ent-sealed-2", "ent-open-1"])
        await #expect(throws: EntriesProblem.self) {
            try await laboratory.page(#"{"pagination":{"order_by":"upload_create_time","page_after_value":"abc"}}"#)
        }
    }

    @Test(arguments: [
        (#"{"upload_name": "Lab collection"}"#, 11), (#"{"upload_name": "lab collection"}"#, 0),
        (#"{"authors.name": "Ben Orr"}"#, 13), (#"{"authors.name.text": "orr"}"#, 13),
        (#"{"main_author.user_id": "u-ben"}"#, 2), (#"{"viewers.user_id": ["u-ada", "u-ben"]}"#, 11),
        (#"{"datasets.dataset_name": "First set"}"#, 2), (#"{"datasets.doi": "10.1/first"}"#, 2),
        (#"{"upload_name": "Lab collection", "not": {}, "nope": [], "and": [], "or": []}"#, 11),
        (#"{"upload_name": "Lab collection", "not": {"and": []}}"#, 0), (#"{"not": {"or": []}}"#, 0),
        (#"{"datasets": {"dataset_id:any": ["ds-two", "ds-ben"]}}"#, 3),
        (#"{"published": "false"}"#, 1), (#"{"upload_create_time:gt": "2024-02-15"}"#, 3),
        (#"{"upload_create_time": "2024-03-01"}"#, 2), (#"{"upload_create_time": {"lte": "2024-03"}}"#, 13),
        (#"{"comment:any": []}"#, 14), (#"{"upload_id:any": []}"#, 0),
        (#"{"upload_create_time": {"lte": "9999"}}"#, 14), (#"{"upload_create_time:gte": "2024-03-01T00:00Z"}"#, 3),
        (#"{"entry_id:any": ["ent-big", "ent-flow", "none"]}"#, 2), (#"{"mainfile.path": "samples"}"#, 1),
        (#"{"not": {"publish_time:gte": "2024-01-01"}}"#, 1), (#"{"quantities": ["data", "data.name"]}"#, 2),
        (#"{"results.material.elements": ["H", "O"]}"#, 1), (#"{"results.material.elements:none": ["H"]}"#, 13),
        (#"{"upload_id": "upl-lab", "or": [{"entry_id": "ent-big"}, {"entry_id": "ent-open-1"}]}"#, 1),
    ])
    func quantitiesOfEntriesUploadsAndDatasetsAreFound(_ query: String, _ count: Int) async throws {
        let laboratory = try await SearchLaboratory.reading(Self.graph)
        let found = try await laboratory.find(query)
        // How many archives have these is not ours to say.
        if query.contains("quantities") || query.contains("samples") {
            #expect(found.count >= count)
        } else {
            #expect(found.count == count, "\(found)")
        }
    }

    @Test(arguments: [#"{"n_quantities": "0x15"}"#, #"{"upload_create_time": "2024-03Z"}"#])
    func otherNotationsAreNoValues(_ query: String) async throws {
        let laboratory = try await SearchLaboratory.reading(Self.graph)
        await #expect(throws: EntriesProblem.self) { try await laboratory.find(query) }
    }

    @Test
    func documentsAreComposedOfArchiveUploadAndDatasets() async throws {
        let laboratory = try await SearchLaboratory.reading(Self.graph)
        let ids = Set(["ent-sample", "ent-flow", "ent-no-archive", "nowhere"].map { EntryID($0) })
        let documents = try await laboratory.search.documents(of: ids, as: laboratory.caller("u-ada"))
        #expect(documents.count == 3)
        let sample = try #require(documents[EntryID("ent-sample")])
        #expect(sample["upload_name"] == "Lab collection")
        #expect(sample["upload_create_time"] == "2024-01-01T10:00:00+00:00")
        #expect(sample["published"] == .bool(true))
        #expect(sample["with_embargo"] == .bool(false))
        #expect(sample["entry_name"] == "alloy.archive.json")
        #expect(sample["main_author"] == .members(["user_id": "u-ada", "name": "Ada Quist"]))
        #expect(sample["authors"]?.items?.count == 2)
        #expect(sample["datasets"]?.items?.map { $0["dataset_name"] } == ["First set", "Second set"])
        #expect(sample["references"] == .list(["https://doi.example/1"]))
        #expect(documents[EntryID("ent-flow")]?["results"]?["material"]?["elements"] == .list(["H", "O"]))
        #expect(documents[EntryID("ent-no-archive")]?["upload_name"] == "Draft alloys")
        #expect(documents[EntryID("ent-no-archive")]?["publish_time"] == nil)
    }

    @Test
    func documentsThatWereGivenAreShownAndFoundAsTheyAre() async throws {
        let laboratory = try await SearchLaboratory.reading(Self.archive)
        let found = try await laboratory.find(#"{"authors.name": "Alice Anatase", "results.material.elements": "Ti"}"#)
        let first = try #require(found.first)
        let documents = try await laboratory.search.documents(of: [EntryID(first)], as: .anonymous)
        #expect(documents[EntryID(first)]?["results"]?["material"]?["chemical_formula_descriptive"] == nil)
        #expect(documents[EntryID(first)]?["domain"] == "dft")
        #expect(try await laboratory.find(#"{"quantities": ["workflow2.inputs.section"]}"#).isEmpty == false)
    }

    @Test(arguments: [
        (#"{"data.mass#entry_id:e.Crate#float": 2}"#, ["a"]), (#"{"data.mass#entry_id:e.Crate#float:gt": 2}"#, ["b"]),
        (#"{"data.mass#entry_id:e.Crate#float": {"gte": 2, "lt": 9}}"#, ["a", "b"]),
        (#"{"data.tag#entry_id:e.Crate#str:any": ["x", "y"]}"#, ["a", "b"]),
        (#"{"data.tag#entry_id:e.Crate#str": ["x", "y"]}"#, ["b"]), (#"{"data.tag#plugin.Crate": "y"}"#, ["a"]),
        (#"{"data.tag#entry_id:e.Crate#str:none": ["y"]}"#, ["a"]),
        (#"{"data.mass#plugin.Crate": 3}"#, ["a"]), (#"{"data.mass#plugin.Crate": {"gt": 2.5}}"#, ["a"]),
        (#"{"data.count#plugin.Crate:lt": 9.5}"#, ["a"]),
        (#"{"data.made#plugin.Crate": {"gte": "2024-01-01", "lt": "2024-02-01"}}"#, ["a"]),
        (#"{"data.note#plugin.Crate": "2024"}"#, ["a"]),
        (#"{"search_quantities": {"id": "data.tag#plugin.Crate", "str_value": "X"}}"#, []),
        (#"{"search_quantities.id": "data.tag#plugin.Crate", "search_quantities.str_value": "X"}"#, ["a"]),
    ])
    func quantitiesOfOwnDefinitionsAreFoundByOneAndTheSameValue(_ query: String, _ found: [String]) async throws {
        let laboratory = try await SearchLaboratory(bundle: Array(Self.crates.utf8))
        #expect(try await laboratory.find(query) == found)
    }

    @Test(arguments: [
        ("data.mass#entry_id:e.Crate#float", ["a", "b"], ["b", "a"]),
        ("data.tag#entry_id:e.Crate#str", ["a", "b"], ["b", "a"]),
        ("data.count#plugin.Crate#int", ["a", "b"], ["a", "b"]),
        ("data.made#plugin.Crate#datetime", ["a", "b"], ["a", "b"]),
        // None has such a value; ties go in the direction of the order.
        ("data.mass#entry_id:e.Crate#int", ["a", "b"], ["b", "a"]),
        ("data.none#plugin.Crate#str", ["a", "b"], ["b", "a"]),
    ])
    func entriesAreOrderedByQuantitiesOfOwnDefinitions(
        _ name: String, _ upwards: [String], _ downwards: [String]
    ) async throws {
        let laboratory = try await SearchLaboratory(bundle: Array(Self.crates.utf8))
        for (order, wanted) in [("asc", upwards), ("desc", downwards)] {
            func page(_ more: String) async throws -> EntriesPage {
                try await laboratory.page(#"{"pagination": {"order_by": "\#(name)", "order": "\#(order)"\#(more)}}"#)
            }
            #expect(try await page("").entries.map(\.text) == wanted)
            let first = try await page(#", "page_size": 1"#)
            let place = try #require(first.nextPageAfterValue)
            let second = try await page(#", "page_size": 1, "page_after_value": "\#(place)""#)
            #expect((first.entries + second.entries).map(\.text) == wanted)
        }
    }

    /// Two entries with values of quantities that archives and plugins define.
    private static let crates = #"""
        {"users": [{"user_id": "u", "username": "u"}],
         "uploads": [{"upload_id": "up", "upload_create_time": "2024-01-01T00:00:00", "main_author": "u",
                      "publish_time": "2024-01-01T00:00:00"}],
         "entries": [
           {"entry_id": "a", "upload_id": "up", "mainfile": "a", "parser_name": "p",
            "entry_create_time": "2024-01-01T00:00:00",
            "metadata": {"search_quantities": [
              {"id": "data.mass#entry_id:e.Crate", "float_value": 2}, {"id": "data.other", "float_value": 7},
              {"id": "data.tag#entry_id:e.Crate", "str_value": "x"},
              {"id": "data.mass#plugin.Crate", "float_value": 3}, {"id": "data.count#plugin.Crate", "int_value": 9},
              {"id": "data.made#plugin.Crate", "datetime_value": "2024-01-31T10:00:00"},
              {"id": "data.note#plugin.Crate", "str_value": "2024"},
              {"id": "data.tag#plugin.Crate", "str_value": "y"}]}},
           {"entry_id": "b", "upload_id": "up", "mainfile": "b", "parser_name": "p",
            "entry_create_time": "2024-01-01T00:00:00",
            "metadata": {"search_quantities": [
              {"id": "data.mass#entry_id:e.Crate", "float_value": 2.5},
              {"id": "data.tag#entry_id:e.Crate", "str_value": "x"},
              {"id": "data.tag#entry_id:e.Crate", "str_value": "y"}]}}]}
        """#

    @Test(arguments: ["asc", "desc"])
    func pagesGoOnBehindAnyText(direction: String) async throws {
        let names = [#""null""#, #""zebra""#, #""\\x""#, nil, #""a:b""#, "\"\"", #""\\\\""#, nil]
        let entries = names.enumerated().map { number, name in
            let shown = name.map { #", "entry_name": \#($0)"# } ?? ""
            return #"""
                {"entry_id": "e\#(number)", "upload_id": "up", "mainfile": "\#(number)", "parser_name": "p",
                 "entry_create_time": "2024-01-01T00:00:00", "metadata": {"entry_id": "e\#(number)"\#(shown)}}
                """#
        }
        let bundle = #"""
            {"users": [{"user_id": "u", "username": "u"}],
             "uploads": [{"upload_id": "up", "upload_create_time": "2024-01-01T00:00:00", "main_author": "u",
                          "publish_time": "2024-01-01T00:00:00"}],
             "entries": [\#(entries.joined(separator: ","))]}
            """#
        let laboratory = try await SearchLaboratory(bundle: Array(bundle.utf8))
        var found: [String] = []
        var next: String?
        repeat {
            var pagination = ObjectValue([
                ("page_size", .integer(1)), ("order_by", "entry_name"), ("order", .string(direction)),
            ])
            pagination["page_after_value"] = next.map(Value.string)
            let question = try EntriesQuery(.members(["pagination": .object(pagination)]))
            let page = try await laboratory.search.page(question, as: .anonymous)
            found += page.entries.map(\.text)
            try #require(found.count <= names.count)
            next = page.nextPageAfterValue
        } while next != nil
        let ordered = ["e5", "e6", "e2", "e4", "e0", "e1"]
        #expect(found == (direction == "asc" ? ordered + ["e3", "e7"] : ordered.reversed() + ["e7", "e3"]))
    }

    @Test
    func anEntryWhoseArchiveCannotBeReadIsShownAsItsRecordSays() async throws {
        let laboratory = try await SearchLaboratory(shared: Self.graph)
        let ids: Set<EntryID> = [EntryID("ent-big"), EntryID("ent-flow")]
        var change = RecordChange(existing: .replace)
        for var entry in try await laboratory.records.entries([EntryID("ent-big")]).values {
            entry.archive = ArchiveAddress(upload: entry.upload, segment: "9999-none.msg", offset: 0, length: 64)
            change.entries.append(.init(entry))
        }
        try await laboratory.apply(change)
        let documents = try await laboratory.search.documents(of: ids, as: .anonymous)
        #expect(documents.count == 2)
        #expect(documents[EntryID("ent-big")]?["mainfile"] == "big/big.archive.json")
        #expect(documents[EntryID("ent-big")]?["upload_name"] == "Lab collection")
    }

    @Test
    func noAddressOfAUserIsShown() {
        let given = ObjectValue([
            ("main_author", .members(["name": "A", "email": "a@b"])),
            ("viewers", .list([.members(["email": "a@b"])])), ("comment", "write to a@b"),
        ])
        let shown = SearchDocument.shown(given: given)
        #expect(shown["main_author"] == .members(["name": "A"]))
        #expect(shown["viewers"] == .list([.object(ObjectValue())]))
        #expect(shown["comment"] == "write to a@b")
    }

    @Test
    func changesOfUploadsDatasetsAndUsersAreFound() async throws {
        let laboratory = try await SearchLaboratory(shared: Self.graph)
        var change = RecordChange(existing: .replace)
        var upload = try #require(try await laboratory.records.uploads([UploadID("upl-lab")]).values.first)
        upload.name = "Renamed"
        upload.reviewers = [UserID("u-eve")]
        change.uploads = [upload]
        try await laboratory.apply(change)
        #expect(try await laboratory.find(#"{"upload_name": "Renamed", "viewers.user_id": "u-eve"}"#).count == 11)
        #expect(try await laboratory.find(#"{"upload_name": "Lab collection"}"#).isEmpty)

        change = RecordChange(existing: .replace)
        var dataset = try #require(try await laboratory.records.datasets([DatasetID("ds-two")]).values.first)
        dataset.name = "Other"
        change.datasets = [dataset]
        try await laboratory.apply(change)
        #expect(try await laboratory.find(#"{"datasets.dataset_name": "Other"}"#) == ["ent-big", "ent-sample"])

        change = RecordChange(existing: .replace)
        var user = try #require(try await laboratory.records.users([UserID("u-cyd")]).values.first)
        user.lastName = "Vane"
        change.users = [user]
        try await laboratory.apply(change)
        #expect(try await laboratory.find(#"{"main_author.name": "Cyd Vane"}"#) == ["ent-open-1"])

        change = RecordChange(existing: .replace)
        change.publications = [UploadID("upl-open"): Timestamp(microseconds: 1_700_000_000_000_000)]
        try await laboratory.apply(change)
        #expect(try await laboratory.find(#"{"publish_time:lt": "2024-01-01"}"#) == ["ent-open-1"])
    }

    @Test func datasetsThatAnEditNamesAreFoundAndThoseItTakesAwayAreNot() async throws {
        let laboratory = try await SearchLaboratory(shared: Self.graph)
        let inTwo = #"{"datasets.dataset_id": "ds-two"}"#
        #expect(try await laboratory.find(inTwo) == ["ent-big", "ent-sample"])
        var edit = RecordChange.LinkEdit()
        edit.removedDatasets = [DatasetID("ds-two")]
        var change = RecordChange(existing: .replace)
        change.links[EntryID("ent-big")] = edit
        try await laboratory.apply(change)
        #expect(try await laboratory.find(inTwo) == ["ent-sample"])

        edit = RecordChange.LinkEdit()
        edit.addedDatasets = [DatasetID("ds-two")]
        change.links[EntryID("ent-big")] = edit
        try await laboratory.apply(change)
        #expect(try await laboratory.find(inTwo) == ["ent-big", "ent-sample"])
    }

    @Test func referencesThatAnEditSetsAreShownAndFound() async throws {
        let laboratory = try await SearchLaboratory(shared: Self.graph)
        let id = EntryID("ent-sample")
        var change = RecordChange(existing: .replace)
        change.links[id, default: .init()].references = ["doi:1", "doi:2"]
        try await laboratory.apply(change)
        #expect(try await laboratory.find(#"{"references": "doi:2"}"#) == ["ent-sample"])
        #expect(try await laboratory.find(#"{"references": "https://doi.example/1"}"#).isEmpty)
        let shown = try await laboratory.search.documents(of: [id], as: .anonymous)[id]
        #expect(shown?["references"] == .list(["doi:1", "doi:2"]))

        change.links[id]?.references = []
        try await laboratory.apply(change)
        #expect(try await laboratory.find(#"{"references:any": ["doi:1", "doi:2"]}"#).isEmpty)
        #expect(try await laboratory.search.documents(of: [id], as: .anonymous)[id]?["references"] == nil)
    }

    @Test func documentsThatWereGivenFollowEdits() async throws {
        let laboratory = try await SearchLaboratory(shared: Self.archive)
        let records = laboratory.records
        let id = EntryID("staging-entryxxxxxxxxxxxxxxx")
        let alice = UserID("00000000-0000-0000-0000-00000000a11c")
        func shown() async throws -> Value? {
            let caller = Caller(user: alice, isAdmin: false, groups: [])
            return try await laboratory.search.documents(of: [id], as: caller)[id]
        }
        let before = try #require(try await shown()?.object)
        #expect(before["published"] == .bool(false) && before["publish_time"] == nil)

        var change = RecordChange(existing: .replace)
        var upload = try #require(try await records.uploads([UploadID("hStaging")]).values.first)
        upload.name = "Renamed"
        upload.license = "CC0"
        upload.publishTime = Timestamp(microseconds: 1_700_000_000_000_000)
        change.uploads = [upload]
        var dataset = DatasetRecord(id: DatasetID("d-new"), name: "New", owner: alice, type: "owned")
        dataset.entries = [id]
        change.datasets = [dataset]
        change.links[id, default: .init()].addedDatasets = [dataset.id]
        change.links[id]?.references = ["doi:1"]
        try await laboratory.apply(change)
        var expected = before
        expected["published"] = .bool(true)
        expected["license"] = "CC0"
        expected["upload_name"] = "Renamed"
        expected["publish_time"] = "2023-11-14T22:13:20+00:00"
        expected["references"] = .list(["doi:1"])
        expected["datasets"] = .list([
            .members([
                "dataset_id": "d-new", "dataset_name": "New", "dataset_type": "owned", "user_id": .string(alice.text),
            ])
        ])
        let after = try #require(try await shown()?.object)
        #expect(Set(after.keys) == Set(expected.keys))
        for (name, value) in expected.members { #expect(after[name] == value, "\(name)") }
        for query in [
            #"{"published": true, "upload_id": "hStaging"}"#, #"{"upload_name": "Renamed"}"#,
            #"{"datasets.dataset_name": "New"}"#, #"{"references": "doi:1"}"#, #"{"publish_time:lt": "2024-01-01"}"#,
        ] {
            #expect(try await laboratory.find(query).contains(id.text), "\(query)")
        }
        #expect(try await !laboratory.find(#"{"published": false}"#).contains(id.text))

        // What is said of a dataset and of a user later is shown as well.
        change = RecordChange(existing: .replace)
        dataset.name = "Other"
        change.datasets = [dataset]
        try await laboratory.apply(change)
        #expect(try await laboratory.find(#"{"datasets.dataset_name": "Other"}"#) == [id.text])
    }

    @Test
    func placesOfAReaderAreNotMovedByChangesOfOthers() async throws {
        let laboratory = try await SearchLaboratory(shared: Self.graph)
        var change = RecordChange(existing: .replace)
        change.removedEntries = [EntryID("ent-broken")]
        try await laboratory.apply(change)
        let page = try await laboratory.page(
            #"{"owner": "all", "pagination": {"page_size": 2, "page_after_value": "ent-broken"}}"#)
        #expect(page.entries.map(\.text) == ["ent-circle", "ent-flow"])
        #expect(page.total == 13)
    }
}

extension Value: ExpressibleByStringLiteral {
    /// The string `text`.
    public init(stringLiteral text: String) { self = .string(text) }
}
