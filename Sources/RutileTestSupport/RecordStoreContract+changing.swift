import RutileJSON
import RutileModel
import RutileStore

extension RecordStoreContract {
    static let changing: [Check] = [
        Check("a replaced record has nothing left of the old one") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .replace)
            var user = UserRecord(id: UserID("u-ada"), username: "ada2")
            user.email = "new@lab.example"
            let group = GroupRecord(
                id: GroupID("g-alloys"), name: "B", members: [.init(user: user.id, role: .owner)])
            let upload = UploadRecord(
                id: UploadID("up-lab"), name: nil, createTime: Timestamp(microseconds: 1), mainAuthor: user.id)
            let entry = EntryRecord(
                id: EntryID("e-sample"), upload: upload.id, mainfile: "c", parserName: "p",
                createTime: Timestamp(microseconds: 1))
            change.users = [user]
            change.groups = [group]
            change.uploads = [upload]
            change.entries = [.init(entry)]
            change.packages = [.members(["name": .string("lab"), "n": .integer(2)])]
            try await store.apply(change)
            try expect(try await store.users([user.id]), is: [user.id: user])
            try expect(try await store.groups([group.id]), is: [group.id: group])
            try expect(try await store.uploads([upload.id]), is: [upload.id: upload])
            try expect(try await store.entries([entry.id]), is: [entry.id: entry])
            try expect(try await store.searchDocuments([entry.id]), is: [:])
            try expect(try await store.installedPackages().first?["n"]?.integer, is: 2)
            try expect(try await store.caller(UserID("u-ben"))?.groups, is: [])
            try expect(
                try await store.entryCounts([upload.id])[upload.id],
                is: EntryCounts(total: 2, processed: 1, failed: 1))
        },
        Check("publishing an upload changes nothing else of it, and its first time stays") { store in
            var upload = UploadRecord.lab
            upload.publishTime = nil
            var change = RecordChange.laboratory()
            change.uploads = [upload]
            try await store.apply(change)
            for time in [Timestamp(microseconds: 8), Timestamp(microseconds: 9)] {
                change = RecordChange(existing: .refuse)
                change.publications = [upload.id: time]
                try await store.apply(change)
                upload.publishTime = Timestamp(microseconds: 8)
                try expect(try await store.uploads([upload.id]), is: [upload.id: upload])
            }
        },
        Check("a process of an upload changes nothing else of it") { store in
            try await store.apply(.laboratory())
            var upload = UploadRecord.lab
            upload.process = ProcessRecord(
                current: "again", status: .failure, lastStatusMessage: "no", errors: ["e"], warnings: ["w", "x"],
                completeTime: Timestamp(microseconds: 11))
            var change = RecordChange(existing: .refuse)
            change.processes = [upload.id: upload.process]
            try await store.apply(change)
            try expect(try await store.uploads([upload.id]), is: [upload.id: upload])
        },
        Check("a licence of an upload changes nothing else of it, and may be absent") { store in
            try await store.apply(.laboratory())
            var upload = UploadRecord.lab
            for license in [nil, "CC0-1.0"] {
                var change = RecordChange(existing: .refuse)
                change.licenses = [upload.id: license]
                try await store.apply(change)
                upload.license = license
                try expect(try await store.uploads([upload.id]), is: [upload.id: upload])
            }
        },
        Check("no entry is taken from another upload, unless the change says so or replaces that") { store in
            try await store.apply(.laboratory())
            var other = UploadRecord.lab
            other.id = UploadID("up-other")
            var entry = EntryRecord.failed
            entry.upload = other.id
            let write = RecordChange.EntryWrite(entry)
            for isStream in [false, true] {
                var change = RecordChange(existing: .replace)
                change.uploads = [other]
                if isStream { change.laterEntries = { try $0(write) } } else { change.entries = [write] }
                try await expect(.alreadyExists(kind: "entry", id: "e-failed")) { try await store.apply(change) }
            }
            try expect(try await store.entries([entry.id]), is: [entry.id: .failed])
            try expect(try await store.uploads([other.id]), is: [:])
            var change = RecordChange(existing: .replace)
            change.removedUploads = [UploadID("up-lab")]
            change.uploads = [other]
            change.entries = [write]
            try await store.apply(change)
            try expect(try await store.entries([entry.id]), is: [entry.id: entry])
        },
        Check("an entry can move to another upload") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .replace)
            change.movesEntries = true
            var other = UploadRecord.lab
            other.id = UploadID("up-other")
            var entry = EntryRecord.failed
            entry.upload = other.id
            change.uploads = [other]
            change.entries = [.init(entry)]
            try await store.apply(change)
            try expect(
                try await store.entryCounts([UploadID("up-lab"), other.id]),
                is: [
                    UploadID("up-lab"): EntryCounts(total: 1, processed: 1, failed: 0),
                    other.id: EntryCounts(total: 1, processed: 1, failed: 1),
                ])
        },
        Check("removed entries are gone, and so are those of removed uploads") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .refuse)
            change.removedEntries = [EntryID("e-failed"), EntryID("none")]
            try await store.apply(change)
            try expect(try await store.entries(of: UploadID("up-lab")).map(\.id), is: [EntryID("e-sample")])
            try expect(try await store.entryCounts([UploadID("up-lab")])[UploadID("up-lab")]?.failed, is: 0)
            change = RecordChange(existing: .refuse)
            change.removedUploads = [UploadID("up-lab"), UploadID("none")]
            try await store.apply(change)
            try expect(try await store.uploads([UploadID("up-lab")]), is: [:])
            try expect(try await store.entries([EntryID("e-sample")]), is: [:])
            try expect(try await store.searchDocuments([EntryID("e-sample")]), is: [:])
            try expect(try await store.entryCounts([UploadID("up-lab")]), is: [:])
        },
        Check("an upload that is removed and written in one change loses its old entries") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .refuse)
            change.removedUploads = [UploadID("up-lab")]
            change.uploads = [.lab]
            change.entries = [.init(.sample)]
            try await store.apply(change)
            try expect(try await store.entries(of: UploadID("up-lab")), is: [.sample])
            try expect(
                try await store.entryCounts([UploadID("up-lab")])[UploadID("up-lab")],
                is: EntryCounts(total: 1, processed: 1, failed: 0))
        },
        Check("a segment that an entry left is retired until it is forgotten") { store in
            try await store.apply(.laboratory())
            try expect(try await store.retiredSegments().isEmpty, is: true)
            var change = RecordChange(existing: .replace)
            var entry = EntryRecord.sample
            entry.archive = nil
            change.entries = [.init(entry)]
            try await store.apply(change)
            let segment = SegmentName(upload: UploadID("up-lab"), segment: "0001.msg")
            try expect(Array(try await store.retiredSegments().keys), is: [segment])
            try await store.forget([segment])
            try expect(try await store.retiredSegments().isEmpty, is: true)
        },
    ]

    static let refusing: [Check] = [
        Check("a change that is refused changes nothing") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .refuse)
            change.removedEntries = [EntryID("e-failed")]
            change.users = [UserRecord(id: UserID("u-new"), username: "new")]
            change.uploads = [.lab]
            try await expect(.alreadyExists(kind: "upload", id: "up-lab")) { try await store.apply(change) }
            try expect(try await store.users([UserID("u-new")]), is: [:])
            try expect(try await store.entries([EntryID("e-failed")]).count, is: 1)
            try expect(try await store.retiredSegments().isEmpty, is: true)
        },
        Check("an id that exists is refused by its kind and name") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .refuse)
            change.users = [UserRecord(id: UserID("u-ben"), username: "other")]
            try await expect(.alreadyExists(kind: "user", id: "u-ben")) { try await store.apply(change) }
            change = RecordChange(existing: .refuse)
            change.groups = [.alloys]
            try await expect(.alreadyExists(kind: "group", id: "g-alloys")) { try await store.apply(change) }
            change = RecordChange(existing: .refuse)
            change.entries = [.init(.failed)]
            try await expect(.alreadyExists(kind: "entry", id: "e-failed")) { try await store.apply(change) }
            change = RecordChange(existing: .refuse)
            change.datasets = [.first]
            try await expect(.alreadyExists(kind: "dataset", id: "d-first")) { try await store.apply(change) }
            change = RecordChange(existing: .refuse)
            change.packages = [.members(["name": .string("lab")])]
            try await expect(.alreadyExists(kind: "package", id: "lab")) { try await store.apply(change) }
        },
        Check("two users cannot have one name, not even when records are replaced") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .replace)
            change.users = [UserRecord(id: UserID("u-new"), username: "ben")]
            try await expect(.alreadyExists(kind: "username", id: "ben")) { try await store.apply(change) }
        },
        Check("records need what they refer to") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .replace)
            var entry = EntryRecord.failed
            entry.upload = UploadID("up-none")
            change.entries = [.init(entry)]
            try await expect(.missing(kind: "upload", id: "up-none")) { try await store.apply(change) }
            change = RecordChange(existing: .replace)
            var upload = UploadRecord.lab
            upload.mainAuthor = UserID("u-none")
            change.uploads = [upload]
            try await expect(.missing(kind: "user", id: "u-none")) { try await store.apply(change) }
            change = RecordChange(existing: .replace)
            change.publications = [UploadID("up-none"): Timestamp(microseconds: 1)]
            try await expect(.missing(kind: "upload", id: "up-none")) { try await store.apply(change) }
            change = RecordChange(existing: .replace)
            change.processes = [UploadID("up-none"): ProcessRecord()]
            try await expect(.missing(kind: "upload", id: "up-none")) { try await store.apply(change) }
            change = RecordChange(existing: .replace)
            upload = .lab
            upload.reviewerGroups = [.all, GroupID("g-none")]
            change.uploads = [upload]
            try await expect(.missing(kind: "group", id: "g-none")) { try await store.apply(change) }
            change = RecordChange(existing: .replace)
            change.removedUploads = [UploadID("up-lab")]
            change.entries = [.init(.failed)]
            try await expect(.missing(kind: "upload", id: "up-lab")) { try await store.apply(change) }
        },
        Check("a cancelled change writes nothing") { store in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                try await store.apply(.laboratory())
            }
            task.cancel()
            switch await task.result {
            case .failure(let error) where error is CancellationError: break
            case let result: throw ContractBroken(description: "not cancelled, but \(result)")
            }
            try expect(try await store.users([UserID("u-ada")]), is: [:])
        },
    ]

    static let listing: [Check] = [
        Check("a snapshot lists everything by id and sees no later change") { store in
            try await store.apply(.laboratory())
            let snapshot = try await store.snapshot()
            var change = RecordChange(existing: .refuse)
            change.removedUploads = [UploadID("up-lab")]
            change.users = [UserRecord(id: UserID("u-new"), username: "new")]
            try await store.apply(change)
            try expect(try await snapshot.allUsers(), is: [.ada, .ben])
            try expect(try await snapshot.allGroups(), is: [.alloys])
            try expect(try await snapshot.allUploads(), is: [.lab])
            try expect(try await snapshot.allDatasets(), is: [.first])
            try expect(try await snapshot.allPackages().count, is: 1)
            try expect(try await snapshot.entries(of: UploadID("up-lab")), is: [.failed, .sample])
            try expect(
                Array(try await snapshot.searchDocuments(of: UploadID("up-lab")).keys), is: [EntryID("e-sample")])
            for (segment, isHeld) in [("0001.msg", true), ("0002.msg", false)] {
                let name = SegmentName(upload: UploadID("up-lab"), segment: segment)
                try expect(try await snapshot.holds(name), is: isHeld)
            }
            try expect(try await snapshot.inconsistencies(), is: [])
            try expect(try await store.snapshot().allUploads(), is: [])
        }
    ]
}
