import Dispatch
import RutileCuration
import RutileJSON
import RutileModel
import RutileStore
import Synchronization
import Testing

struct EditingTests {
    private typealias Lab = CurationLaboratory

    private func edit(_ json: String) throws -> UploadEdit {
        try UploadEdit(try Value(json: Array(json.utf8), limits: .request, nonFinite: .refuse))
    }

    private func places(_ error: CurationError?) -> [[String]]? {
        if case .invalid(let faults) = error { faults.map(\.place) } else { nil }
    }

    @Test func metadataChangeWhatTheyName() async throws {
        let lab = try await Lab()
        let before = try #require(try await lab.stored)
        let text = """
            {"metadata": {"upload_name": "Other", "description": "all", "license": "CC0", "embargo_length": 3,
                "coauthors": {"add": ["cyd", "u-ada"], "remove": "ben"}, "reviewers": ["u-eve", "eve"],
                "reviewer_groups": ["all", "g-lab"], "coauthor_groups": "g-lab"}}
            """
        let view = try await lab.curation.edit(Lab.upload, edit(text), as: Lab.ada)
        var expected = before
        expected.name = "Other"
        expected.description = "all"
        expected.license = "CC0"
        expected.embargoLength = 3
        expected.coauthors = [UserID("u-cyd")]
        expected.reviewers = [UserID("u-eve")]
        expected.reviewerGroups = [.all, GroupID("g-lab")]
        expected.coauthorGroups = [GroupID("g-lab")]
        #expect(view.upload == expected)
        #expect(try await lab.stored == expected)
    }

    @Test func emptyTextsTakeAway() async throws {
        let lab = try await Lab { $0.description = "x" }
        let text = #"{"metadata": {"upload_name": "", "description": "", "coauthors": []}}"#
        _ = try await lab.curation.edit(Lab.upload, edit(text), as: Lab.ada)
        let stored = try #require(try await lab.stored)
        #expect(stored.name == nil && stored.description == nil && stored.coauthors == [])
    }

    @Test func nullLeavesThingsAsTheyAre() async throws {
        let lab = try await Lab()
        var expected = try #require(try await lab.stored)
        expected.description = "new"
        let text = """
            {"metadata": {"upload_name": null, "description": "new", "license": null, "embargo_length": null,
                "coauthors": null, "reviewers": null, "datasets": null, "references": null}, "entries": null,
             "entries_key": null, "owner": null, "query": null}
            """
        _ = try await lab.curation.edit(Lab.upload, edit(text), as: Lab.ada)
        #expect(try await lab.stored == expected)
    }

    @Test(arguments: [
        (#"{}"#, ["metadata"], "No fields to update specified"),
        (#"{"metadata": {}, "entries": {}}"#, ["metadata"], "No fields to update specified"),
        (#"{"metadata": {"upload_name": null}}"#, ["metadata"], "No fields to update specified"),
        (#"{"entries": {"e-1": {}}}"#, ["metadata"], "No fields to update specified"),
        (#"{"metadata": {"coauthors": {}}}"#, ["metadata", "coauthors"], "No operation specified"),
        (
            #"{"metadata": {"coauthors": {"add": ["ben"], "remove": "ben"}}}"#, ["metadata", "coauthors"],
            "The same value cannot be specified for both `add` and `remove`"
        ),
        (
            #"{"entries": {"e-1": {"datasets": {"set": ["A"]}}}}"#, ["entries", "e-1", "datasets"],
            "Only `add` and `remove` operations permitted for datasets"
        ),
    ])
    func editsOfNothingAndAgainstThemselvesAreRefused(_ text: String, _ place: [String], _ message: String) async throws
    {
        guard case .invalid(let faults)? = try await refusal({ _ = try edit(text) }) else {
            Issue.record("not refused")
            return
        }
        #expect(faults.map(\.place) == [place] && faults.map(\.message) == [message])
    }

    @Test(arguments: ["coauthors", "datasets"])
    func addingAndRemovingTheSameIsRefusedByWhateverName(_ key: String) async throws {
        let lab = try await Lab()
        let set = try await lab.curation.createDataset("Old", as: Lab.ada)
        let names = key == "datasets" ? ("Old", set.id.text) : ("ben", "u-ben")
        let text = #"{"metadata": {"\#(key)": {"add": "\#(names.0)", "remove": "\#(names.1)"}}}"#
        let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, edit(text), as: Lab.ada) }
        #expect(places(error) == [["metadata", key]])
    }

    @Test(arguments: [#""entry_id""#, #""mainfile""#])
    func entriesKeyAndOwnerAreTaken(_ key: String) async throws {
        let lab = try await Lab()
        let text = """
            {"entries": {"e-2.cif": {"references": ["https://a"]}}, "entries_key": \(key), "owner": "user"}
            """
        _ = try await lab.curation.edit(Lab.upload, edit(text), as: Lab.ada)
        #expect(try await lab.entry("e-2")?.references == ["https://a"])
    }

    @Test func theLicenceOfWhatIsPublishedIsForAdministrators() async throws {
        let lab = try await Lab { $0.publishTime = Timestamp(microseconds: 1) }
        let text = #"{"metadata": {"license": "CC0 1.0"}}"#
        for caller in [Lab.ada, Lab.ben] {
            let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, edit(text), as: caller) }
            #expect(error == .published(Lab.upload))
        }
        _ = try await lab.curation.edit(Lab.upload, edit(text), as: Lab.root)
        #expect(try await lab.stored?.license == "CC0 1.0")
        let none = try edit(#"{"metadata": {"license": ""}}"#)
        let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, none, as: Lab.root) }
        #expect(places(error) == [["metadata", "license"]])
    }

    @Test func aGroupThatIsDeletedMeanwhileIsMissedInItsPlace() async throws {
        let lab = try await Lab()
        let gone = DispatchSemaphore(value: 0)
        let isFirst = Mutex(true)
        // The time of a new dataset is asked for after the group was looked up.
        let curation = Curation(records: lab.records, directory: lab.directory) {
            if isFirst.withLock({ isFirst in
                defer { isFirst = false }; return isFirst
            }) {
                Task.detached {
                    _ = try await lab.records.deleteGroup(GroupID("g-lab"))
                    gone.signal()
                }
                gone.wait()
            }
            return Lab.now
        }
        let text = #"{"metadata": {"reviewer_groups": ["g-lab"], "datasets": ["New"]}}"#
        let error = try await refusal { _ = try await curation.edit(Lab.upload, edit(text), as: Lab.ada) }
        #expect(places(error) == [["metadata", "reviewer_groups"]])
    }

    @Test func aTrialChangesNothing() async throws {
        let lab = try await Lab()
        let before = try await lab.stored
        let text = #"{"metadata": {"upload_name": "x", "datasets": ["New"]}, "verify_only": true}"#
        _ = try await lab.curation.edit(Lab.upload, edit(text), isTrial: true, as: Lab.ada)
        #expect(try await lab.stored == before)
        #expect(try await lab.records.datasets(of: UserID("u-ada")).isEmpty)
    }

    @Test(arguments: [
        (#"[]"#, [[]]),
        (#"{"metadata": 1}"#, [["metadata"]]),
        (
            #"{"metadata": {"upload_name": 1, "embargo_length": "x"}}"#,
            [["metadata", "upload_name"], ["metadata", "embargo_length"]]
        ),
        (#"{"metadata": {"comment": "x"}}"#, [["metadata", "comment"]]),
        (#"{"metadata": {"coauthors": [1]}}"#, [["metadata", "coauthors"]]),
        (#"{"metadata": {"coauthors": {"set": ["ben"], "add": ["cyd"]}}}"#, [["metadata", "coauthors"]]),
        (#"{"metadata": {"coauthors": {"plus": ["ben"]}}}"#, [["metadata", "coauthors", "plus"]]),
        (#"{"entries": {"e-1": {"upload_name": "x"}}}"#, [["entries", "e-1", "upload_name"]]),
        (#"{"query": {"entry_id": "e-1"}}"#, [["metadata"]]),
        (#"{"query": 5, "metadata": {"references": []}}"#, [["query"]]),
        (#"{"query": {"x": 1}, "metadata": {"upload_name": "x"}}"#, [["metadata", "upload_name"]]),
        (#"{"verify_only": "yes", "extra": 1}"#, [["verify_only"], ["extra"]]),
        (#"{"entries_key": "zz", "owner": 1}"#, [["entries_key"], ["owner"]]),
        (#"{"metadata": {"references": {"add": null}}}"#, [["metadata", "references", "add"]]),
    ])
    func whatIsNoEditIsRefusedWithItsPlace(_ text: String, _ expected: [[String]]) async throws {
        #expect(places(try await refusal { _ = try edit(text) }) == expected)
    }

    @Test(arguments: [
        (#"{"metadata": {"coauthors": {"add": ["nobody"]}}}"#, [["metadata", "coauthors", "add"]]),
        (
            #"{"metadata": {"reviewers": ["nobody", "none"]}}"#,
            [["metadata", "reviewers"], ["metadata", "reviewers"]]
        ),
        (#"{"metadata": {"coauthor_groups": ["all"]}}"#, [["metadata", "coauthor_groups"]]),
        (#"{"metadata": {"embargo_length": 99}}"#, [["metadata", "embargo_length"]]),
        (#"{"entries": {"none.cif": {"references": []}}}"#, [["entries", "none.cif"]]),
        (#"{"metadata": {"datasets": {"remove": ["None"]}}}"#, [["metadata", "datasets"]]),
    ])
    func whatDoesNotExistIsRefusedWithItsPlace(_ text: String, _ expected: [[String]]) async throws {
        let lab = try await Lab()
        let before = try await lab.stored
        let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, edit(text), as: Lab.ada) }
        #expect(places(error) == expected)
        #expect(try await lab.stored == before)
    }

    @Test func textsHaveTheirLimits() async throws {
        let lab = try await Lab()
        let before = try await lab.stored
        for (key, limit) in [("upload_name", 1_024), ("license", 1_024), ("description", 65_536), ("datasets", 1_024)] {
            let text = String(repeating: "x", count: limit + 1)
            let json = try edit(#"{"metadata": {"\#(key)": "\#(text)"}}"#)
            let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, json, as: Lab.ada) }
            #expect(places(error) == [["metadata", key]])
            let longest = try edit(#"{"metadata": {"\#(key)": "\#(text.dropLast())"}}"#)
            _ = try await lab.curation.edit(Lab.upload, longest, isTrial: true, as: Lab.ada)
        }
        #expect(try await lab.stored == before)
    }

    @Test(arguments: ["upload_name", "license", "description", "datasets"])
    func noTextHasTheCharacterNUL(_ key: String) async throws {
        let lab = try await Lab()
        let before = try await lab.stored
        let json = try edit(#"{"metadata": {"\#(key)": "a\u0000b"}}"#)
        let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, json, as: Lab.ada) }
        #expect(places(error) == [["metadata", key]])
        let dataset = try await refusal { _ = try await lab.curation.createDataset("a\0b", as: Lab.ada) }
        #expect(places(dataset) == [["dataset_name"]])
        #expect(try await lab.stored == before)
    }

    @Test(arguments: [
        "javascript:alert(1)", "data:text/html,x", "", "x", "https://" + String(repeating: "a", count: 1_024),
        #"https://a\u0000b"#,
    ])
    func referencesAreAddressesOrDOIs(_ text: String) async throws {
        let lab = try await Lab()
        let json = try edit(#"{"metadata": {"references": {"add": ["\#(text)"]}}}"#)
        let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, json, as: Lab.ada) }
        #expect(places(error) == [["metadata", "references"]])
        let good = try edit(#"{"metadata": {"references": ["HTTP://a.b/c", "doi:10.1/x", "10.1/x"]}}"#)
        _ = try await lab.curation.edit(Lab.upload, good, as: Lab.ada)
        // One that is there from earlier times can be taken away.
        let gone = try edit(#"{"metadata": {"references": {"remove": ["\#(text)", "10.1/x"]}}}"#)
        _ = try await lab.curation.edit(Lab.upload, gone, as: Lab.ada)
        #expect(try await lab.entry("e-1")?.references == ["HTTP://a.b/c", "doi:10.1/x"])
    }

    @Test func coauthorsEditButDoNotSayWhoElseDoes() async throws {
        let lab = try await Lab()
        _ = try await lab.curation.edit(Lab.upload, edit(#"{"metadata": {"upload_name": "B"}}"#), as: Lab.ben)
        #expect(try await lab.stored?.name == "B")
        let cases: [(String, UploadRight)] = [
            (#"{"metadata": {"reviewers": ["eve"]}}"#, UploadRight.editMembers),
            (#"{"metadata": {"embargo_length": 2}}"#, .setEmbargo),
            (#"{"metadata": {"main_author": "ben"}}"#, .administer),
        ]
        for (text, right) in cases {
            let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, edit(text), as: Lab.ben) }
            #expect(error == .forbidden(right, Lab.upload))
        }
        let name = try edit(#"{"metadata": {"upload_name": "C"}}"#)
        let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, name, as: Lab.eve) }
        #expect(error == .hiddenUpload(Lab.upload))
    }

    @Test func afterPublicationAnEmbargoOnlyEnds() async throws {
        let lab = try await Lab {
            $0.publishTime = Timestamp(microseconds: 1)
            $0.embargoLength = 6
        }
        let longer = try edit(#"{"metadata": {"embargo_length": 12}}"#)
        #expect(
            try await refusal { _ = try await lab.curation.edit(Lab.upload, longer, as: Lab.ada) }
                == .published(Lab.upload))
        _ = try await lab.curation.edit(Lab.upload, edit(#"{"metadata": {"embargo_length": 0}}"#), as: Lab.ada)
        #expect(try await lab.stored?.embargoLength == 0)
        _ = try await lab.curation.edit(Lab.upload, longer, as: Lab.root)
        #expect(try await lab.stored?.embargoLength == 12)
    }

    @Test func whatIsBeingProcessedIsNotEdited() async throws {
        let lab = try await Lab { $0.process.status = .pending }
        try lab.addJob()
        let name = try edit(#"{"metadata": {"upload_name": "C"}}"#)
        let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, name, as: Lab.ada) }
        #expect(error == .processing(Lab.upload))
    }

    @Test func entriesGoIntoDatasetsByNameAndById() async throws {
        let lab = try await Lab()
        let old = try await lab.curation.createDataset("Old", as: Lab.ada)
        let text = """
            {"metadata": {"datasets": {"add": ["New", "\(old.id)"]}},
             "entries": {"e-2.cif": {"datasets": {"remove": "Old"}, "references": ["https://a", "https://a"]}}}
            """
        _ = try await lab.curation.edit(Lab.upload, edit(text), as: Lab.ada)
        let sets = try await lab.records.datasets(of: UserID("u-ada"))
        let new = try #require(sets.first { $0.name == "New" })
        #expect(sets.count == 2)
        #expect(new.entries == ["e-1", "e-2", "e-3"].map { EntryID($0) })
        #expect(sets.first { $0.id == old.id }?.entries == ["e-1", "e-3"].map { EntryID($0) })
        #expect(try await lab.entry("e-1")?.datasets == [new.id, old.id])
        #expect(try await lab.entry("e-2")?.datasets == [new.id])
        #expect(try await lab.entry("e-2")?.references == ["https://a"])
        // A list adds, an empty one nothing.
        for datasets in [#"["Old"]"#, #""Old""#, "[]"] {
            _ = try await lab.curation.edit(Lab.upload, edit(#"{"metadata": {"datasets": \#(datasets)}}"#), as: Lab.ada)
            #expect(try await lab.entry("e-1")?.datasets == [new.id, old.id])
            #expect(try await lab.curation.dataset(old.id).entries.count == 3)
        }
        let removal = try edit(#"{"metadata": {"datasets": {"remove": ["New"]}}}"#)
        _ = try await lab.curation.edit(Lab.upload, removal, as: Lab.ada)
        #expect(try await lab.entry("e-1")?.datasets == [old.id])
        #expect(try await lab.curation.dataset(new.id).entries == [])
    }

    @Test func othersDatasetsStayTheirs() async throws {
        let lab = try await Lab()
        let foreign = try await lab.curation.createDataset("Bens", as: Lab.ben)
        let text = #"{"metadata": {"datasets": {"add": ["\#(foreign.id)"]}}}"#
        let error = try await refusal { _ = try await lab.curation.edit(Lab.upload, edit(text), as: Lab.ada) }
        #expect(places(error) == [["metadata", "datasets"]])
        // By its name it is not Ada's either: a dataset of hers is made.
        _ = try await lab.curation.edit(Lab.upload, edit(#"{"metadata": {"datasets": {"add": "Bens"}}}"#), as: Lab.ada)
        #expect(try await lab.records.datasets(of: UserID("u-ada")).map(\.name) == ["Bens"])
        #expect(try await lab.curation.dataset(foreign.id).entries == [])
    }
}
