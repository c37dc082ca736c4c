import RutileJSON
import RutileModel
import RutileStore

/// What an edit of many entries makes of their links and of the datasets that it names.
struct DatasetEdits {
    private struct Known {
        let record: DatasetRecord
        /// Whether it is made by this edit.
        let isNew: Bool
        var members: Set<EntryID>
        /// Entries that came in, in order; some may have gone again.
        var added: [EntryID] = []

        init(_ record: DatasetRecord, isNew: Bool) {
            self.record = record
            self.isNew = isNew
            members = Set(record.entries)
        }

        /// As it is after the edit.
        var result: DatasetRecord {
            var result = record
            result.entries.removeAll { !members.contains($0) }
            result.insert(added.filter(members.contains))
            return result
        }
    }

    private var datasets: [DatasetID: Known] = [:]
    private var byName: [UTF8Key: DatasetID] = [:]
    private let owner: Set<DatasetID>
    private let isAdmin: Bool
    private let make: (String) -> DatasetRecord
    /// What changes of entries.
    private(set) var links: [EntryID: RecordChange.LinkEdit] = [:]

    /// - Parameters:
    ///   - known: the caller's own datasets.
    ///   - make: an empty one of theirs that is called as said.
    init(known: [DatasetRecord], isAdmin: Bool, make: @escaping (String) -> DatasetRecord) {
        owner = Set(known.map(\.id))
        self.isAdmin = isAdmin
        self.make = make
        for dataset in known {
            add(dataset)
            byName[UTF8Key(dataset.name)] = dataset.id
        }
    }

    /// Whether `text` is the id or the name of a dataset that is known.
    func knows(_ text: String) -> Bool { datasets[DatasetID(text)] != nil || byName[UTF8Key(text)] != nil }

    /// Lets `dataset` be named by its id.
    mutating func add(_ dataset: DatasetRecord) {
        datasets[dataset.id] = Known(dataset, isNew: false)
    }

    /// Datasets that change, with what is stored of them by now.
    var changed: [(old: DatasetRecord?, new: DatasetRecord)] {
        datasets.values.sorted { $0.record.id < $1.record.id }.compactMap { known in
            let result = known.result
            if known.isNew { return (nil, result) }
            return result == known.record ? nil : (known.record, result)
        }
    }

    /// Changes the links of `entries`; `place` is where the edit stands.
    mutating func apply(
        _ edit: UploadEdit.Links, to entries: [EntryRecord], at place: [String], _ faults: inout [CurationError.Fault]
    ) {
        if let references = edit.references {
            for text in (references.set ?? []) + references.added where !Self.isReference(text) {
                let limit = TextLimit.name
                faults.append(
                    .init(
                        at: place + ["references"],
                        "“\(text.prefix(80))” is no http(s) address or DOI of up to \(limit) bytes"))
            }
            for entry in entries {
                let old = links[entry.id]?.references ?? entry.references
                let list = references.list(old.map(UTF8Key.init)) { UTF8Key($0) }
                links[entry.id, default: .init()].references = list.map(\.string)
            }
        }
        guard let edit = edit.datasets else { return }
        let place = place + ["datasets"]
        let added = edit.added.compactMap { dataset($0, mayBeNew: true, at: place, &faults) }
        let removed = edit.removed.compactMap { dataset($0, mayBeNew: false, at: place, &faults) }
        if !Set(added).isDisjoint(with: removed) {
            faults.append(.init(at: place, UploadEdit.ListEdit.contradiction))
        }
        for entry in entries {
            for id in added { link(entry.id, id) }
            for id in removed { unlink(entry.id, id) }
        }
    }

    /// Whether `text` can be a reference: pages show it as a link.
    private static func isReference(_ text: String) -> Bool {
        let lower = text.lowercased().utf8
        return TextLimit.fault(in: text, limit: TextLimit.name) == nil
            && ["http://", "https://", "doi:", "10."].contains { lower.starts(with: $0.utf8) }
    }

    /// The dataset that `text` is the id or the name of.
    private mutating func dataset(
        _ text: String, mayBeNew: Bool, at place: [String], _ faults: inout [CurationError.Fault]
    ) -> DatasetID? {
        if let id = datasets[DatasetID(text)]?.record.id ?? byName[UTF8Key(text)], let known = datasets[id] {
            if !known.isNew, !owner.contains(id), !isAdmin {
                faults.append(.init(at: place, "the dataset \(id) was not created by you"))
                return nil
            }
            if known.record.doi != nil {
                faults.append(.init(at: place, CurationError.fixedDataset(id).description))
                return nil
            }
            return id
        }
        guard mayBeNew, !text.isEmpty else {
            faults.append(.init(at: place, "there is no dataset “\(text)”"))
            return nil
        }
        if let fault = TextLimit.fault(in: text, limit: TextLimit.name) {
            faults.append(.init(at: place, "the name of a new dataset " + fault))
            return nil
        }
        let new = make(text)
        datasets[new.id] = Known(new, isNew: true)
        byName[UTF8Key(text)] = new.id
        return new.id
    }

    private mutating func link(_ entry: EntryID, _ id: DatasetID) {
        var edit = links[entry] ?? .init()
        edit.removedDatasets.remove(id)
        if !edit.addedDatasets.contains(id) { edit.addedDatasets.append(id) }
        links[entry] = edit
        if datasets[id]?.members.insert(entry).inserted == true { datasets[id]?.added.append(entry) }
    }

    private mutating func unlink(_ entry: EntryID, _ id: DatasetID) {
        var edit = links[entry] ?? .init()
        edit.removedDatasets.insert(id)
        edit.addedDatasets.removeAll { $0 == id }
        links[entry] = edit
        datasets[id]?.members.remove(entry)
    }
}
