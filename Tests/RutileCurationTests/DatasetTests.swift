import RutileCuration
import RutileModel
import RutileStore
import Testing

struct DatasetTests {
    private typealias Lab = CurationLaboratory

    @Test func aDatasetAndItsEntriesNameEachOther() async throws {
        let lab = try await Lab()
        let made = try await lab.curation.createDataset("Set", of: [EntryID("e-2"), EntryID("e-1")], as: Lab.ada)
        #expect(made.entries == [EntryID("e-2"), EntryID("e-1")])
        #expect(made.type == "owned" && made.createTime == Lab.now && made.owner == UserID("u-ada"))
        #expect(try await lab.entry("e-1")?.datasets == [made.id])
        let changed = try await lab.curation.edit(
            made.id, adding: [EntryID("e-3"), EntryID("e-1")], removing: [EntryID("e-2")], as: Lab.ada)
        #expect(changed.entries == [EntryID("e-1"), EntryID("e-3")])
        #expect(try await lab.entry("e-2")?.datasets == [])
        #expect(try await lab.entry("e-3")?.datasets == [made.id])
        _ = try await lab.curation.deleteDataset(made.id, as: Lab.ada)
        #expect(try await lab.entry("e-3")?.datasets == [])
        #expect(
            try await refusal { _ = try await lab.curation.dataset(made.id) } == .noDataset(made.id))
    }

    @Test func aForeignDatasetIsOnlyAList() async throws {
        let lab = try await Lab { $0.publishTime = Timestamp(microseconds: 1) }
        let entry = EntryID("e-1")
        let owned = try await refusal { _ = try await lab.curation.createDataset("A", of: [entry], as: Lab.eve) }
        #expect(owned == .forbidden(.editMetadata, Lab.upload))
        let made = try await lab.curation.createDataset("A", of: [entry], isOwned: false, as: Lab.eve)
        #expect(made.entries == [entry] && made.type == "foreign")
        #expect(try await lab.entry("e-1")?.datasets == [])
    }

    @Test func ofWhatIsFoundADatasetHasWhatIsStillThere() async throws {
        let lab = try await Lab { $0.publishTime = Timestamp(microseconds: 1) }
        let found = ["e-2", "gone", "e-1"].map { EntryID($0) }
        let made = try await lab.curation.createDataset("A", as: Lab.ada) { found }
        #expect(made.entries == [EntryID("e-2"), EntryID("e-1")])
        #expect(try await lab.entry("e-1")?.datasets == [made.id])
        // Others' entries are not among them, though everybody reads them.
        let others = try await lab.curation.createDataset("A", as: Lab.eve) { found }
        #expect(others.entries == [])
        // Nothing is looked for in vain.
        struct Asked: Error {}
        let again = try await refusal { _ = try await lab.curation.createDataset("A", as: Lab.ada) { throw Asked() } }
        #expect(again == .datasetNameTaken("A"))
    }

    @Test func hiddenAndAbsentEntriesAreTheSame() async throws {
        let lab = try await Lab()
        func message(_ id: String) async throws -> String? {
            let error = try await refusal {
                _ = try await lab.curation.createDataset("A", of: [EntryID(id)], isOwned: false, as: Lab.eve)
            }
            return error?.description.replacing(id, with: "X")
        }
        let absent = try await message("none")
        #expect(absent != nil)
        #expect(try await message("e-1") == absent)
    }

    @Test func namesAreUniqueForEachOwner() async throws {
        let lab = try await Lab()
        _ = try await lab.curation.createDataset("Set", as: Lab.ada)
        _ = try await lab.curation.createDataset("Set", as: Lab.ben)
        let again = try await refusal { _ = try await lab.curation.createDataset("Set", as: Lab.ada) }
        #expect(again == .datasetNameTaken("Set"))
        #expect(try await refusal { _ = try await lab.curation.createDataset("x", as: .anonymous) } == .loginRequired)
    }

    @Test func ofManyAtOnceOneIsMade() async throws {
        let lab = try await Lab()
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (try? await lab.curation.createDataset("Set", as: Lab.ada)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        try await withThrowingTaskGroup { group in
            for entry in ["e-1", "e-2", "e-3", "e-1", "e-2", "e-3"] {
                group.addTask {
                    var edit = UploadEdit()
                    var links = UploadEdit.Links()
                    links.datasets = .init(added: ["New"])
                    edit.entries = [(entry, links)]
                    _ = try await lab.curation.edit(Lab.upload, edit, as: Lab.ada)
                }
            }
            try await group.waitForAll()
        }
        let sets = try await lab.records.datasets(of: UserID("u-ada"))
        #expect(sets.map(\.name).sorted() == ["New", "Set"])
        #expect(Set(sets.first { $0.name == "New" }?.entries ?? []).count == 3)
    }

    @Test func onlyOwnersAndAdministratorsChangeIt() async throws {
        let lab = try await Lab()
        let made = try await lab.curation.createDataset("Set", as: Lab.ada)
        #expect(
            try await refusal { _ = try await lab.curation.deleteDataset(made.id, as: Lab.ben) }
                == .foreignDataset(made.id))
        _ = try await lab.curation.edit(made.id, adding: [EntryID("e-1")], as: Lab.root)
        _ = try await lab.curation.deleteDataset(made.id, as: Lab.root)
    }

    @Test func aDatasetWithADOIStays() async throws {
        let lab = try await Lab()
        var change = RecordChange(existing: .refuse)
        var dataset = DatasetRecord(id: DatasetID("d"), name: "D", owner: UserID("u-ada"), type: "owned")
        dataset.doi = "10.1/x"
        change.datasets = [dataset]
        try await lab.records.apply(change)
        #expect(
            try await refusal { _ = try await lab.curation.deleteDataset(dataset.id, as: Lab.ada) }
                == .fixedDataset(dataset.id))
        let edit = try await refusal {
            _ = try await lab.curation.edit(dataset.id, adding: [EntryID("e-1")], as: Lab.ada)
        }
        #expect(edit == .fixedDataset(dataset.id))
    }

    @Test func listsAreFilteredOrderedAndPaged() async throws {
        let lab = try await Lab()
        for name in ["Beta", "alpha", "Alloys"] { _ = try await lab.curation.createDataset(name, as: Lab.ada) }
        _ = try await lab.curation.createDataset("alps", as: Lab.ben)
        var list = DatasetList()
        list.order = .name
        func names(_ page: Page = Page()) async throws -> [String] {
            try await lab.curation.datasets(list, page: page).datasets.map(\.name)
        }
        #expect(try await names() == ["Alloys", "Beta", "alpha", "alps"])
        #expect(try await names(Page(size: 2, start: .after(0))) == ["Beta", "alpha"])
        #expect(try await names(Page(size: 3, start: .page(2))) == ["alps"])
        #expect(try await names(Page(size: 3, start: .page(.max))) == [])
        list.isDescending = true
        list.prefix = "AL"
        #expect(try await names() == ["alps", "alpha", "Alloys"])
        list.owners = [UserID("u-ada")]
        #expect(try await lab.curation.datasets(list, page: Page(size: 0)).total == 2)
    }
}
