import RutileJSON
import RutileModel
import RutileStore

extension RecordStoreContract {
    static let feeding: [Check] = [
        Check("documents come in the order of their changes, in batches") { store in
            try await store.apply(.documents(["e-1", "e-2", "e-3"]))
            let first = try await store.documents(of: "structures", after: 0, limit: 2)
            try expect(first.documents.map(\.entry.text), is: ["e-1", "e-2"])
            try expect(first.documents.map(\.upload), is: [UploadID("up-lab"), UploadID("up-lab")])
            try expect(first.documents[1].json, is: Array(#"{"id":"e-2"}"#.utf8))
            let second = try await store.documents(of: "structures", after: first.last, limit: 2)
            try expect(second.documents.map(\.entry.text), is: ["e-3"])
            let third = try await store.documents(of: "structures", after: second.last, limit: 2)
            try expect(third.isEmpty, is: true)
            try expect(third.last, is: second.last)
            try expect(try await store.documents(of: "references", after: 0, limit: 9).isEmpty, is: true)
        },
        Check("an entry that is written again has one document, its last") { store in
            try await store.apply(.documents(["e-1", "e-2"]))
            let last = try await store.documents(of: "structures", after: 0, limit: 9).last
            try await store.apply(.documents(["e-1"], text: "new"))
            let batch = try await store.documents(of: "structures", after: last, limit: 9)
            try expect(batch.documents.map(\.json), is: [Array(#"{"id":"new"}"#.utf8)])
            try expect(batch.removed, is: [])
            let all = try await store.documents(of: "structures", after: 0, limit: 9)
            try expect(all.documents.map(\.entry.text), is: ["e-2", "e-1"])
        },
        Check("a document that is gone is reported, whatever removed it") { store in
            try await store.apply(.documents(["e-1", "e-2", "e-3"]))
            var last = try await store.documents(of: "structures", after: 0, limit: 9).last
            func removed() async throws -> Set<EntryID> {
                let batch = try await store.documents(of: "structures", after: last, limit: 9)
                last = batch.last
                try expect(batch.documents.isEmpty, is: true)
                return batch.removed
            }
            var change = RecordChange(existing: .replace)
            change.removedEntries = [EntryID("e-1"), EntryID("none")]
            try await store.apply(change)
            try expect(try await removed(), is: [EntryID("e-1")])
            // The entry stays, but no longer has a document, or is of another type.
            try await store.apply(.documents(["e-2"], types: []))
            try expect(try await removed(), is: [EntryID("e-2")])
            try await store.apply(.documents(["e-3"], types: ["references"]))
            try expect(try await removed(), is: [EntryID("e-3")])
            try expect(
                try await store.documents(of: "references", after: 0, limit: 9).documents.map(\.entry.text),
                is: ["e-3"])
            try await store.apply(.documents(["e-1", "e-2"]))
            last = try await store.documents(of: "structures", after: last, limit: 9).last
            change = RecordChange(existing: .replace)
            change.removedUploads = [UploadID("up-lab")]
            try await store.apply(change)
            try expect(try await removed(), is: [EntryID("e-1"), EntryID("e-2")])
            try expect(try await store.snapshot().inconsistencies(), is: [])
        },
        Check("an entry has a document for each of its types, and each goes by itself") { store in
            let types = ["structures", "references"]
            try await store.apply(.documents(["e-1", "e-2"], types: types))
            var last: Int64 = 0
            for type in types {
                let batch = try await store.documents(of: type, after: 0, limit: 9)
                try expect(batch.documents.map(\.entry.text), is: ["e-1", "e-2"])
                last = max(last, batch.last)
            }
            // One type stays, the other goes.
            try await store.apply(.documents(["e-1"]))
            let structures = try await store.documents(of: "structures", after: last, limit: 9)
            try expect(structures.documents.map(\.entry.text), is: ["e-1"])
            try expect(structures.removed, is: [])
            let references = try await store.documents(of: "references", after: last, limit: 9)
            try expect(references.documents.isEmpty, is: true)
            try expect(references.removed, is: [EntryID("e-1")])
            // With the entry all go, whether it is removed or its upload.
            var change = RecordChange(existing: .replace)
            change.removedEntries = [EntryID("e-2")]
            try await store.apply(change)
            for type in types {
                let batch = try await store.documents(of: type, after: last, limit: 9)
                try expect(batch.removed.contains(EntryID("e-2")), is: true)
            }
            try await store.apply(.documents(["e-1", "e-2"], types: types))
            last = try await store.changeNumber()
            change = RecordChange(existing: .replace)
            change.removedUploads = [UploadID("up-lab")]
            try await store.apply(change)
            for type in types {
                let batch = try await store.documents(of: type, after: last, limit: 9)
                try expect(batch.removed, is: [EntryID("e-1"), EntryID("e-2")])
            }
            try expect(try await store.snapshot().inconsistencies(), is: [])
        },
        Check("documents that show uploads, users and datasets count as written again with these") { store in
            let types = ["entries", "structures"]
            func change(_ body: (inout RecordChange) -> Void) async throws -> [String] {
                let last = try await store.changeNumber()
                var change = RecordChange(existing: .replace)
                body(&change)
                try await store.apply(change)
                try expect(try await store.documents(of: "structures", after: last, limit: 9).isEmpty, is: true)
                let batch = try await store.documents(of: "entries", after: last, limit: 9)
                try expect(batch.removed, is: [])
                for document in batch.documents {
                    try expect(document.json, is: Array(#"{"id":"\#(document.entry)"}"#.utf8))
                }
                return batch.documents.map(\.entry.text).sorted()
            }
            var laboratory = RecordChange.documents(["e-1", "e-2"], types: types)
            laboratory.entries[1].record.datasets = [DatasetID("d-first")]
            try await store.apply(laboratory)
            try expect(try await change { $0.uploads = [.lab] }, is: [])
            var upload = UploadRecord.lab
            upload.name = "New"
            try expect(try await change { $0.uploads = [upload] }, is: ["e-1", "e-2"])
            try expect(
                try await change { $0.processes = [upload.id: ProcessRecord(status: .running)] }, is: [])
            upload.publishTime = nil
            try expect(try await change { $0.uploads = [upload] }, is: ["e-1", "e-2"])
            let time = Timestamp(microseconds: 3)
            try expect(try await change { $0.publications = [upload.id: time] }, is: ["e-1", "e-2"])
            try expect(try await change { $0.publications = [upload.id: time] }, is: [])
            try expect(try await change { $0.datasets = [.first] }, is: ["e-2"])
            var ben = UserRecord.ben
            try expect(try await change { $0.users = [ben] }, is: [])
            ben.lastName = "Orr"
            try expect(try await change { $0.users = [ben] }, is: ["e-1", "e-2"])
            try expect(try await change { $0.removedGroups = [GroupID("g-none")] }, is: [])
            try expect(try await change { $0.removedGroups = [GroupID("g-alloys")] }, is: ["e-1", "e-2"])
            try expect(try await store.snapshot().inconsistencies(), is: [])
        },
        Check("documents of stored entries are replaced by themselves, type by type") { store in
            try await store.apply(.documents(["e-1"], types: ["entries", "structures"]))
            let last = try await store.changeNumber()
            var change = RecordChange(existing: .replace)
            let document = IndexDocument(type: "entries", json: Array(#"{"id":"new"}"#.utf8))
            change.documents = [EntryID("e-1"): [document], EntryID("nowhere"): [document]]
            try await store.apply(change)
            let batch = try await store.documents(of: "entries", after: last, limit: 9)
            try expect(batch.documents.map(\.json), is: [document.json])
            try expect(try await store.documents(of: "structures", after: last, limit: 9).isEmpty, is: true)
            try expect(try await store.documents(of: "structures", after: 0, limit: 9).documents.count, is: 1)
        },
        Check("entries that come later are written with the others") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .replace)
            change.uploads = [.lab]
            change.laterEntries = { write in
                for number in 0..<3 {
                    var entry = EntryRecord.failed
                    entry.id = EntryID("e-\(number)")
                    try write(.init(entry, documents: [IndexDocument(type: "structures", json: [])]))
                }
            }
            try await store.apply(change)
            try expect(try await store.entries([EntryID("e-0"), EntryID("e-2")]).count, is: 2)
            try expect(try await store.documents(of: "structures", after: 0, limit: 9).documents.count, is: 3)
            try expect(try await store.entryCounts([UploadID("up-lab")])[UploadID("up-lab")]?.total, is: 5)
        },
        Check("an error among entries that come later undoes the change") { store in
            try await store.apply(.laboratory())
            var change = RecordChange(existing: .replace)
            change.uploads = [.lab]
            change.laterEntries = { write in
                var entry = EntryRecord.failed
                entry.id = EntryID("e-new")
                try write(.init(entry))
                entry.upload = UploadID("up-other")
                try write(.init(entry))
            }
            try await expect(.missing(kind: "upload", id: "up-other")) { try await store.apply(change) }
            try expect(try await store.entries([EntryID("e-new")]), is: [:])
        },
        Check("definitions of properties are an upload's, and go with it") { store in
            let gap = PropertyRecord(
                entryType: "structures", name: "_x_gap", definition: .members(["type": .string("float")]))
            let note = PropertyRecord(entryType: "references", name: "_x_note", definition: .null)
            var change = RecordChange.laboratory()
            change.properties = [UploadID("up-lab"): [gap, note]]
            try await store.apply(change)
            try expect(try await store.propertyDefinitions(), is: [gap, note])
            try expect(try await store.snapshot().properties(of: UploadID("up-lab")), is: [gap, note])
            change = RecordChange(existing: .replace)
            change.uploads = [.lab]
            try await store.apply(change)
            try expect(try await store.propertyDefinitions(), is: [gap, note])
            change.properties = [UploadID("up-lab"): [note]]
            try await store.apply(change)
            try expect(try await store.propertyDefinitions(), is: [note])
            change = RecordChange(existing: .replace)
            change.removedUploads = [UploadID("up-lab")]
            try await store.apply(change)
            try expect(try await store.propertyDefinitions(), is: [])
        },
        Check("the number of changes grows with each change, and only then") { store in
            let start = try await store.changeNumber()
            try await store.apply(.documents(["e-1"]))
            let first = try await store.changeNumber()
            try expect(first > start, is: true)
            try expect(try await store.changeNumber(), is: first)
            try expect(
                try await store.documents(of: "structures", after: 0, limit: 9).last <= first, is: true)
            // An upload that is published decides who sees what, too.
            var change = RecordChange(existing: .replace)
            change.uploads = [.lab]
            try await store.apply(change)
            try expect(try await store.changeNumber() > first, is: true)
        },
    ]
}

extension RecordChange {
    /// The users and the upload of the laboratory, with entries whose documents say `text`, or their id.
    fileprivate static func documents(
        _ ids: [String], text: String? = nil, types: [String] = ["structures"]
    ) -> RecordChange {
        var change = RecordChange(existing: .replace)
        change.users = [.ada, .ben]
        change.groups = [.alloys]
        change.uploads = [.lab]
        change.entries = ids.map { id in
            var entry = EntryRecord.failed
            entry.id = EntryID(id)
            let json = Array(#"{"id":"\#(text ?? id)"}"#.utf8)
            return EntryWrite(entry, documents: types.map { IndexDocument(type: $0, json: json) })
        }
        return change
    }
}
