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
        Check("what changes of an upload is left to the records in documents that were given") { store in
            var change = RecordChange.laboratory()
            let untouched = Value.members([
                "upload_name": .string("Given"), "license": .string("Given"), "viewer_groups": .list([]),
                "n": .integer(3),
            ])
            change.entries[0].metadata = untouched
            try await store.apply(change)
            func given(after body: (inout RecordChange) -> Void) async throws -> Value? {
                var change = RecordChange(existing: .replace)
                body(&change)
                try await store.apply(change)
                return try await store.searchDocuments([EntryID("e-sample")])[EntryID("e-sample")]
            }
            let upload = UploadID("up-lab")
            try expect(try await given { $0.uploads = [.lab] }, is: untouched)
            try expect(try await given { $0.processes = [upload: ProcessRecord(status: .running)] }, is: untouched)
            try expect(try await given { $0.publications = [upload: Timestamp(microseconds: 3)] }, is: untouched)
            let licensed = try await given { $0.licenses = [upload: "Other"] }
            try expect(licensed?["license"], is: .null)
            try expect(licensed?["upload_name"], is: .string("Given"))
            try expect(try await given { $0.removedGroups = [GroupID("g-alloys")] }?["viewer_groups"], is: .null)
            var other = UploadRecord.lab
            other.name = "Other"
            other.license = "Other"
            other.coauthorGroups = []
            let failed = RecordChange.EntryWrite(.failed, metadata: .members(["upload_name": .string("Given")]))
            let renamed = try await given {
                $0.uploads = [other]
                $0.entries = [failed]
            }
            try expect(renamed?["upload_name"], is: .null)
            try expect(renamed?["n"], is: .integer(3))
            // What comes with the change is as it is given.
            try expect(try await store.searchDocuments([failed.record.id])[failed.record.id], is: failed.metadata)
        },
        Check("links that change are left to the records in documents that were given") { store in
            try await store.apply(.laboratory())
            let id = EntryID("e-sample")
            var edit = RecordChange.LinkEdit()
            edit.addedDatasets = [DatasetID("d-first")]
            edit.removedDatasets = [DatasetID("d-none")]
            edit.references = EntryRecord.sample.references
            func given(_ edit: RecordChange.LinkEdit) async throws -> Value? {
                var change = RecordChange(existing: .replace)
                change.links[id] = edit
                try await store.apply(change)
                return try await store.searchDocuments([id])[id]
            }
            try expect(
                try await given(edit), is: .members(["entry_id": .string("e-sample"), "n": .integer(3)]))
            edit.addedDatasets = [DatasetID("d-new")]
            edit.references = ["doi:1"]
            try expect(
                try await given(edit),
                is: .members([
                    "entry_id": .string("e-sample"), "n": .integer(3), "datasets": .null, "references": .null,
                ]))
        },
        Check("documents show the references that an entry has now") { store in
            var change = RecordChange.laboratory()
            let json = #"{"id":"e-sample","references":["https://doi.example/1"],"n":1.5}"#
            change.entries[0].documents = [IndexDocument(type: IndexDocument.composedType, json: Array(json.utf8))]
            try await store.apply(change)
            func shown(_ references: [String]) async throws -> [String] {
                let last = try await store.changeNumber()
                var change = RecordChange(existing: .replace)
                change.links[EntryID("e-sample"), default: .init()].references = references
                try await store.apply(change)
                return try await store.documents(of: IndexDocument.composedType, after: last, limit: 9).documents
                    .map { String(decoding: $0.json, as: UTF8.self) }
            }
            try expect(
                try await shown(["a", "b"]), is: [#"{"id":"e-sample","references":["a","b"],"n":1.5}"#])
            try expect(try await shown([]), is: [#"{"id":"e-sample","n":1.5}"#])
        },
        Check("a dataset whose name its owner has given already is no new one") { store in
            try await store.apply(.laboratory())
            var dataset = DatasetRecord(id: DatasetID("d-new"), name: "First", owner: UserID("u-ada"), type: "owned")
            var change = RecordChange(existing: .refuse)
            change.datasets = [dataset]
            change.expected.newDatasets = [dataset]
            try await expect(.changed(kind: "dataset", id: "First")) { try await store.apply(change) }
            try expect(try await store.datasets([dataset.id]), is: [:])
            dataset.owner = UserID("u-ben")
            change.datasets = [dataset]
            change.expected.newDatasets = [dataset]
            try await store.apply(change)
            try expect(try await store.datasets([dataset.id]), is: [dataset.id: dataset])
        },
        Check("removed datasets are gone") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .refuse)
            change.removedDatasets = [DatasetID("d-first"), DatasetID("d-none")]
            try await store.apply(change)
            try expect(try await store.datasets([DatasetID("d-first")]).count, is: 0)
        },
        Check("entries whose links change have their documents written again") { store in
            var change = RecordChange.laboratory()
            let document = IndexDocument(type: IndexDocument.composedType, json: Array("{}".utf8))
            for index in change.entries.indices { change.entries[index].documents = [document] }
            try await store.apply(change)
            let last = try await store.documents(of: document.type, after: 0, limit: 9).last
            change = RecordChange(existing: .replace)
            change.links[EntryID("e-failed"), default: .init()].addedDatasets = [DatasetID("d-new")]
            try await store.apply(change)
            let changed = try await store.documents(of: document.type, after: last, limit: 9)
            try expect(changed.documents.map(\.entry), is: [EntryID("e-failed")])
            try expect(
                try await store.entries(naming: [DatasetID("d-new")]), is: [DatasetID("d-new"): [EntryID("e-failed")]])
            change = RecordChange(existing: .replace)
            change.removedDatasets = [DatasetID("d-first")]
            try await store.apply(change)
            let renewed = try await store.documents(of: document.type, after: changed.last, limit: 9)
            try expect(renewed.documents.map(\.entry), is: [EntryID("e-sample")])
        },
    ]
}
