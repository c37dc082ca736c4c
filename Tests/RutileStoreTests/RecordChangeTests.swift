import RutileJSON
import RutileModel
import RutileStore
import Testing

struct RecordChangeTests {
    /// A change that says something in each of its members.
    private static var full: RecordChange {
        let time = Timestamp(microseconds: 1)
        let user = UserRecord(id: UserID("u"), username: "u")
        let group = GroupRecord(id: GroupID("g"), name: "g", members: [])
        let upload = UploadRecord(id: UploadID("up"), name: nil, createTime: time, mainAuthor: user.id)
        let dataset = DatasetRecord(id: DatasetID("d"), name: "d", owner: user.id, type: "owned")
        let entry = EntryRecord(id: EntryID("e"), upload: upload.id, mainfile: "m", parserName: "p", createTime: time)
        var change = RecordChange(existing: .replace)
        change.movesEntries = true
        change.users = [user]
        change.groups = [group]
        change.uploads = [upload]
        change.processes = [upload.id: ProcessRecord(status: .success)]
        change.publications = [upload.id: time]
        change.licenses = [upload.id: "CC0-1.0"]
        change.entries = [.init(entry)]
        change.laterEntries = { try $0(.init(entry)) }
        change.links = [entry.id: .init()]
        change.datasets = [dataset]
        change.properties = [upload.id: []]
        change.packages = [.integer(1)]
        change.documents = [entry.id: []]
        change.removedEntries = [entry.id]
        change.removedUploads = [upload.id]
        change.removedGroups = [group.id]
        change.removedDatasets = [dataset.id]
        change.expected.uploads = [upload]
        change.expected.datasets = [dataset]
        change.expected.newDatasets = [dataset]
        change.expected.users = [user]
        change.expected.groups = [group]
        change.files = [.remove("x")]
        return change
    }

    /// What stands in each member, those of what is expected one by one.
    private func members(of change: RecordChange) -> [String: String] {
        var members: [String: String] = [:]
        for child in Mirror(reflecting: change).children {
            members[child.label ?? ""] = String(describing: child.value)
        }
        for child in Mirror(reflecting: change.expected).children {
            members["expected." + (child.label ?? "")] = String(describing: child.value)
        }
        return members
    }

    @Test func aMergedChangeSaysWhatBothSay() {
        let empty = RecordChange(existing: .replace)
        let full = members(of: Self.full)
        // A member that is added needs a value above, and its line where changes are merged.
        for (name, value) in members(of: empty) where name != "existing" { #expect(full[name] != value, "\(name)") }
        var merged = empty
        merged.merge(Self.full)
        #expect(members(of: merged) == full)
        merged = Self.full
        merged.merge(empty)
        #expect(members(of: merged) == full)
    }

    @Test func laterEntriesOfBothChangesCome() throws {
        var merged = Self.full
        merged.merge(Self.full)
        var count = 0
        try merged.laterEntries? { _ in count += 1 }
        #expect(count == 2)
        #expect(merged.entries.count == 2 && merged.files.count == 2 && merged.expected.users.count == 2)
    }
}
