import RutileJSON
import RutileModel
import RutileStore

extension RecordStoreContract {
    static let curating: [Check] = [
        Check("a change of an upload that is as expected is done") { store in
            try await store.apply(.laboratory())
            var upload = UploadRecord.lab
            upload.name = "Other"
            var change = RecordChange(existing: .replace)
            change.expected.uploads = [.lab]
            change.expected.datasets = [.first]
            change.uploads = [upload]
            try await store.apply(change)
            try expect(try await store.uploads([upload.id]), is: [upload.id: upload])
        },
        Check("a change of a record that has changed, or is gone, is refused as a whole") { store in
            try await store.apply(.laboratory())
            var upload = UploadRecord.lab
            upload.process.status = .running
            var change = RecordChange(existing: .replace)
            change.expected.uploads = [upload]
            change.removedDatasets = [DatasetID("d-first")]
            try await expect(.changed(kind: "upload", id: "up-lab")) { try await store.apply(change) }
            var dataset = DatasetRecord.first
            dataset.id = DatasetID("d-none")
            change = RecordChange(existing: .replace)
            change.expected.datasets = [dataset]
            change.removedUploads = [upload.id]
            try await expect(.changed(kind: "dataset", id: "d-none")) { try await store.apply(change) }
            try expect(try await store.datasets([DatasetID("d-first")]).count, is: 1)
            try expect(try await store.uploads([upload.id]).count, is: 1)
        },
        Check("links of an entry change nothing else of it") { store in
            try await store.apply(.laboratory())
            var entry = EntryRecord.sample
            entry.datasets = [DatasetID("d-second"), DatasetID("d-third")]
            entry.references = []
            var edit = RecordChange.LinkEdit()
            edit.addedDatasets = entry.datasets
            edit.removedDatasets = [DatasetID("d-first"), DatasetID("d-none")]
            edit.references = []
            var change = RecordChange(existing: .refuse)
            change.links = [entry.id: edit, EntryID("e-none"): edit]
            try await store.apply(change)
            try expect(try await store.entries([entry.id, EntryID("e-none")]), is: [entry.id: entry])
            try expect(try await store.searchDocuments([entry.id]).count, is: 1)
            try expect(
                try await store.datasets(ofEntriesIn: entry.upload), is: [DatasetID("d-second"), DatasetID("d-third")])
            edit = RecordChange.LinkEdit()
            edit.addedDatasets = [DatasetID("d-second")]
            change = RecordChange(existing: .refuse)
            change.links = [entry.id: edit]
            try await store.apply(change)
            try expect(try await store.entries([entry.id]), is: [entry.id: entry])
        },
        Check("removed datasets are gone") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .refuse)
            change.removedDatasets = [DatasetID("d-first"), DatasetID("d-none")]
            try await store.apply(change)
            try expect(try await store.datasets(of: nil).count, is: 0)
        },
        Check("uploads are listed for whoever has a role in them") { store in
            var change = RecordChange.laboratory()
            change.users.append(UserRecord(id: UserID("u-cyd"), username: "cyd"))
            var reviewed = UploadRecord(
                id: UploadID("up-z"), name: nil, createTime: Timestamp(microseconds: 1), mainAuthor: UserID("u-cyd"))
            reviewed.reviewers = [UserID("u-ben")]
            var grouped = reviewed
            grouped.id = UploadID("up-g")
            grouped.reviewers = []
            grouped.reviewerGroups = [GroupID("g-alloys")]
            change.uploads += [reviewed, grouped]
            try await store.apply(change)
            func list(_ user: String, _ groups: Set<GroupID> = []) async throws -> [String] {
                try await store.uploads(with: UserID(user), groups: groups).map(\.id.text)
            }
            try expect(try await list("u-ada"), is: ["up-lab"])
            try expect(try await list("u-ben"), is: ["up-lab", "up-z"])
            try expect(try await list("u-cyd"), is: ["up-g", "up-z"])
            try expect(try await list("u-dot"), is: [])
            try expect(try await list("u-dot", [GroupID("g-alloys")]), is: ["up-g", "up-lab"])
            try expect(try await list("u-dot", [.all]), is: ["up-lab"])
        },
        Check("entries of an upload are listed in order, page by page") { store in
            try await store.apply(.laboratory())
            func list(_ order: EntryOrder, _ range: Range<Int> = 0..<9, isDescending: Bool = false) async throws
                -> [String]
            {
                try await store.entries(of: UploadID("up-lab"), by: order, isDescending: isDescending, range)
                    .map(\.id.text)
            }
            try expect(try await list(.mainfile), is: ["e-sample", "e-failed"])
            try expect(try await list(.mainfile, isDescending: true), is: ["e-failed", "e-sample"])
            try expect(try await list(.mainfile, 1..<2), is: ["e-failed"])
            try expect(try await list(.mainfile, 2..<2), is: [])
            try expect(try await list(.parserName), is: ["e-failed", "e-sample"])
            try expect(try await list(.parserName, isDescending: true), is: ["e-failed", "e-sample"])
            try expect(try await list(.processStatus), is: ["e-failed", "e-sample"])
            try expect(try await list(.createTime, isDescending: true), is: ["e-failed", "e-sample"])
        },
        Check("datasets are listed by owner") { store in
            try await store.apply(.laboratory())
            try expect(try await store.datasets(of: UserID("u-ada")), is: [.first])
            try expect(try await store.datasets(of: UserID("u-ben")), is: [])
            try expect(try await store.datasets(of: nil), is: [.first])
        },
    ]
}
