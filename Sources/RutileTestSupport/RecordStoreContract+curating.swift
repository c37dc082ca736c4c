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
