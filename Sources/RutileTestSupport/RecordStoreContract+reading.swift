import RutileJSON
import RutileModel
import RutileStore

extension RecordStoreContract {
    static let reading: [Check] = [
        Check("entries come with their uploads as both stand at one time") { store in
            func change(_ round: Int) -> RecordChange {
                var change = RecordChange(existing: .replace)
                if round == 0 {
                    change.users = RecordChange.laboratory().users
                    change.groups = RecordChange.laboratory().groups
                }
                // The upload is another one each time, with the same entry.
                var upload = UploadRecord.lab
                upload.id = UploadID("up-\(round)")
                change.uploads = [upload]
                change.removedUploads = round == 0 ? [] : [UploadID("up-\(round - 1)")]
                var entry = EntryRecord.failed
                entry.upload = upload.id
                change.entries = [.init(entry)]
                return change
            }
            try await store.apply(change(0))
            try await withThrowingTaskGroup { group in
                group.addTask { for round in 1...300 { try await store.apply(change(round)) } }
                for _ in 0..<3 {
                    group.addTask {
                        while true {
                            let (entries, uploads) = try await store.entriesWithUploads([EntryRecord.failed.id])
                            try expect(Set(entries.values.map(\.upload)), is: Set(uploads.keys))
                            try expect(uploads.count, is: 1)
                            if uploads[UploadID("up-300")] != nil { return }
                            // A store that remembers the answer waits for nothing, and writers need threads too.
                            await Task.yield()
                        }
                    }
                }
                try await group.waitForAll()
            }
        },
        Check("records are read as they were written") { store in
            try await store.apply(.laboratory())
            try expect(try await store.users([UserID("u-ada")]), is: [UserID("u-ada"): .ada])
            try expect(try await store.users([UserID("u-ben")]), is: [UserID("u-ben"): .ben])
            try expect(try await store.groups([GroupID("g-alloys")]), is: [GroupID("g-alloys"): .alloys])
            try expect(try await store.uploads([UploadID("up-lab")]), is: [UploadID("up-lab"): .lab])
            try expect(
                try await store.entries([EntryID("e-sample"), EntryID("e-failed")]),
                is: [EntryID("e-sample"): .sample, EntryID("e-failed"): .failed])
            try expect(try await store.datasets([DatasetID("d-first")]), is: [DatasetID("d-first"): .first])
            try expect(
                try await store.installedPackages(), is: [.members(["name": .string("lab"), "n": .integer(1)])])
        },
        Check("ids that name nothing are absent from the answer") { store in
            try await store.apply(.laboratory())
            try expect(try await store.users([UserID("u-ada"), UserID("nobody")]).count, is: 1)
            try expect(try await store.entries([EntryID("e-sample\0")]), is: [:])
            try expect(try await store.uploads([]), is: [:])
            try expect(try await store.groups([.all]), is: [:])
            try expect(try await store.datasets([DatasetID("E-SAMPLE")]), is: [:])
        },
        Check("an archive's address is there only where there is an archive") { store in
            try await store.apply(.laboratory())
            try expect(
                try await store.archives(of: [EntryID("e-sample"), EntryID("e-failed"), EntryID("none\0")]),
                is: [
                    EntryID("e-sample"): ArchiveAddress(
                        upload: UploadID("up-lab"), segment: "0001.msg", offset: 40, length: 1 << 40)
                ])
            try expect(try await store.archives(of: []), is: [:])
        },
        Check("a search document is there only where one was given") { store in
            try await store.apply(.laboratory())
            try expect(
                try await store.searchDocuments([EntryID("e-sample"), EntryID("e-failed"), EntryID("none")]),
                is: [EntryID("e-sample"): .members(["entry_id": .string("e-sample"), "n": .integer(3)])])
        },
        Check("entries are counted by how they ended") { store in
            var change = RecordChange.laboratory()
            var waiting = EntryRecord.failed
            waiting.id = EntryID("e-waiting")
            waiting.process.status = .pending
            change.entries.append(.init(waiting))
            var empty = UploadRecord.lab
            empty.id = UploadID("up-empty")
            change.uploads.append(empty)
            try await store.apply(change)
            try expect(
                try await store.entryCounts([UploadID("up-lab"), empty.id, UploadID("none")]),
                is: [UploadID("up-lab"): EntryCounts(total: 3, processed: 2, failed: 1), empty.id: EntryCounts()])
        },
        Check("the first entry by id stands for a main file") { store in
            var change = RecordChange.laboratory()
            for id in ["e-z", "e-a"] {
                var entry = EntryRecord.sample
                entry.id = EntryID(id)
                entry.mainfileKey = id
                change.entries.append(.init(entry))
            }
            try await store.apply(change)
            let lab = UploadID("up-lab")
            let place = MainfilePlace(upload: lab, path: "a/caf\u{E9}.cif")
            // The same letters, but other bytes.
            let decomposed = MainfilePlace(upload: lab, path: "a/cafe\u{301}.cif")
            try expect(
                try await store.entries(at: [place, decomposed, MainfilePlace(upload: UploadID("x"), path: "b.cif")]),
                is: [place: EntryID("e-a")])
        },
        Check("a caller has the groups in which they have any role") { store in
            try await store.apply(.laboratory())
            try expect(
                try await store.caller(UserID("u-ada")),
                is: Caller(user: UserID("u-ada"), isAdmin: true, groups: [GroupID("g-alloys")]))
            try expect(try await store.caller(UserID("nobody")), is: nil)
        },
        Check("a user is found by the exact name") { store in
            try await store.apply(.laboratory())
            try expect(try await store.user(named: "ada"), is: .ada)
            try expect(try await store.user(named: "Ada"), is: nil)
        },
        Check("entries of an upload come by main file, then key, none first") { store in
            var change = RecordChange.laboratory()
            for (id, key) in [("e-3", "k"), ("e-2", nil), ("e-1", "z")] as [(String, String?)] {
                var entry = EntryRecord.failed
                entry.id = EntryID(id)
                entry.mainfile = "a.xyz"
                entry.mainfileKey = key
                change.entries.append(.init(entry))
            }
            try await store.apply(change)
            try expect(
                try await store.entries(of: UploadID("up-lab")).map(\.id.text),
                is: ["e-2", "e-3", "e-1", "e-sample", "e-failed"])
            try expect(try await store.entries(of: UploadID("none")), is: [])
        },
    ]
}
