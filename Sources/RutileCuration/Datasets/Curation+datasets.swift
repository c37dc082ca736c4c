package import RutileJSON
package import RutileModel
import RutileStore

/// Which datasets are wanted, and in which order.
package struct DatasetList: Sendable {
    /// What datasets are ordered by. Raw values are what requests say.
    package enum Order: String, Sendable, CaseIterable {
        case createTime = "dataset_create_time"
        case modifiedTime = "dataset_modified_time"
        case name = "dataset_name"
    }

    package var id: DatasetID?
    package var name: String?
    /// Owners; any of them. Empty: all.
    package var owners: Set<UserID> = []
    /// `owned` or `foreign`.
    package var type: String?
    package var doi: String?
    /// What names begin with, in any case.
    package var prefix: String?
    package var order = Order.createTime
    package var isDescending = false

    /// All datasets, the oldest first.
    package init() {}

    /// Those of `datasets` that are wanted, in order; ties are in the order of time and id.
    func list(_ datasets: [DatasetRecord]) -> [DatasetRecord] {
        let byTime = datasets.filter(contains).sorted { left, right in
            (Self.time(left.createTime), left.id) < (Self.time(right.createTime), right.id)
        }
        return byTime.enumerated().sorted { left, right in
            if isBefore(left.element, right.element) { return !isDescending }
            if isBefore(right.element, left.element) { return isDescending }
            return left.offset < right.offset
        }.map(\.element)
    }

    private func contains(_ dataset: DatasetRecord) -> Bool {
        (id.map { $0 == dataset.id } ?? true) && (name.map { $0.hasSameUTF8(as: dataset.name) } ?? true)
            && (owners.isEmpty || owners.contains(dataset.owner))
            && (type.map { $0.hasSameUTF8(as: dataset.type) } ?? true)
            && (doi.map { wanted in dataset.doi?.hasSameUTF8(as: wanted) ?? false } ?? true)
            && (prefix.map { dataset.name.lowercased().utf8.starts(with: $0.lowercased().utf8) } ?? true)
    }

    private func isBefore(_ left: DatasetRecord, _ right: DatasetRecord) -> Bool {
        switch order {
        case .createTime: Self.time(left.createTime) < Self.time(right.createTime)
        case .modifiedTime: Self.time(left.modifiedTime) < Self.time(right.modifiedTime)
        case .name: UTF8Key(left.name) < UTF8Key(right.name)
        }
    }

    /// A dataset without a time comes before all others.
    private static func time(_ time: Timestamp?) -> Int64 { time?.microseconds ?? .min }
}

extension Curation {
    /// One page of all datasets, and how many there are. Everybody may know of datasets; not of what is in them.
    package func datasets(
        _ list: DatasetList, page: Page
    ) async throws -> (datasets: [DatasetRecord], total: Int) {
        let known =
            if list.owners.count == 1, let owner = list.owners.first {
                try await records.datasets(of: owner)
            } else {
                try await records.snapshot().allDatasets()
            }
        let found = list.list(known)
        return (Array(found[page.range(of: found.count)]), found.count)
    }

    /// The dataset `id`.
    package func dataset(_ id: DatasetID) async throws -> DatasetRecord {
        guard let dataset = try await records.datasets([id])[id] else { throw CurationError.noDataset(id) }
        return dataset
    }

    /// Makes a dataset called `name` that `caller` owns, of `entries`.
    ///
    /// - Parameters:
    ///   - isOwned: whether it is one of the caller's own entries, which then name it; else it only lists them.
    ///   - query: what a dataset that only lists entries says of how they are found; absent for nothing.
    ///   - find: finds what the dataset has in place of `entries`, of which it takes what the caller may edit. It is asked
    ///     when it is known that the dataset can be made, and again when that is decided anew.
    package func createDataset(
        _ name: String, of entries: [EntryID] = [], isOwned: Bool = true, query: Value? = nil, as caller: Caller,
        finding find: (@Sendable () async throws -> [EntryID])? = nil
    ) async throws -> DatasetRecord {
        let owner = try user(caller)
        if let fault = name.isEmpty ? "is empty" : TextLimit.fault(in: name, limit: TextLimit.name) {
            throw CurationError.invalid([.init(at: ["dataset_name"], "the name " + fault)])
        }
        return try await deciding {
            if try await dataset(named: name, of: owner) != nil { throw CurationError.datasetNameTaken(name) }
            guard try await records.users([owner])[owner] != nil else { throw CurationError.noUser(owner.text) }
            var dataset = newDataset(name, of: owner)
            dataset.type = isOwned ? "owned" : "foreign"
            dataset.query = query
            var change = RecordChange(existing: .refuse)
            if let find {
                dataset.entries = try await editable(find(), by: caller)
            } else {
                let known = try await visibleEntries(entries, as: caller, at: ["entries"])
                if isOwned { try await checkRights(in: known, for: caller) }
                dataset.entries = known.map(\.id)
            }
            if isOwned {
                for entry in dataset.entries { change.links[entry, default: .init()].addedDatasets.append(dataset.id) }
            }
            change.datasets = [dataset]
            // Whoever makes one of this name meanwhile is seen when it is decided anew.
            change.expected.newDatasets = [dataset]
            try await records.apply(change)
            return dataset
        }
    }

    /// Takes the entries `removed` out of the dataset `id`, and then adds `added`. Those that are in it stay where they are.
    package func edit(
        _ id: DatasetID, adding added: [EntryID] = [], removing removed: [EntryID] = [], as caller: Caller
    ) async throws -> DatasetRecord {
        try await deciding {
            let old = try await ownDataset(id, as: caller)
            let known = try await visibleEntries(added, as: caller, at: ["add"])
            // Only those that are the caller's to edit name a dataset; others are just listed in it.
            let isOwned = old.type.hasSameUTF8(as: "owned")
            if isOwned { try await checkRights(in: known, for: caller) }
            let gone = Set(removed)
            var new = old
            new.entries.removeAll { gone.contains($0) }
            new.insert(known.map(\.id))
            var change = RecordChange(existing: .replace)
            try add(new, insteadOf: old, to: &change)
            for entry in gone { change.links[entry, default: .init()].removedDatasets.insert(id) }
            if isOwned { for entry in known { change.links[entry.id, default: .init()].addedDatasets.append(id) } }
            try await records.apply(change)
            return change.datasets[0]
        }
    }

    /// Deletes the dataset `id`; its entries stay.
    package func deleteDataset(_ id: DatasetID, as caller: Caller) async throws -> DatasetRecord {
        try await deciding {
            let old = try await ownDataset(id, as: caller)
            var change = RecordChange(existing: .replace)
            change.expected.datasets = [old]
            change.removedDatasets = [id]
            for entry in old.entries { change.links[entry, default: .init()].removedDatasets.insert(id) }
            try await records.apply(change)
            return old
        }
    }

    /// The dataset that `owner` calls `name`.
    func dataset(named name: String, of owner: UserID) async throws -> DatasetRecord? {
        try await records.datasets(of: owner).first { $0.name.hasSameUTF8(as: name) }
    }

    /// An empty dataset that was made now and has no id of anybody else's.
    func newDataset(_ name: String, of owner: UserID) -> DatasetRecord {
        var dataset = DatasetRecord(id: DatasetID(RandomText.id()), name: name, owner: owner, type: "owned")
        dataset.createTime = now()
        dataset.modifiedTime = dataset.createTime
        return dataset
    }

    /// Puts `new`, which was modified now, in the place of `old`.
    func add(_ new: DatasetRecord, insteadOf old: DatasetRecord, to change: inout RecordChange) throws(CurationError) {
        var new = new
        new.modifiedTime = now()
        change.expected.datasets.append(old)
        change.datasets.append(new)
    }

    /// The dataset `id`, which `caller` may change.
    func ownDataset(_ id: DatasetID, as caller: Caller) async throws -> DatasetRecord {
        let user = try user(caller)
        let dataset = try await dataset(id)
        guard dataset.owner == user || caller.isAdmin else { throw CurationError.foreignDataset(id) }
        guard dataset.doi == nil else { throw CurationError.fixedDataset(id) }
        return dataset
    }

    /// Who `caller` is.
    func user(_ caller: Caller) throws(CurationError) -> UserID {
        guard let user = caller.user else { throw .loginRequired }
        return user
    }

    /// The records of `ids` in their order, each once.
    ///
    /// - Throws: ``CurationError/invalid(_:)`` for those that do not exist or that the caller may not know of.
    private func visibleEntries(_ ids: [EntryID], as caller: Caller, at place: [String]) async throws -> [EntryRecord] {
        let found = try await records.entries(Set(ids))
        let uploads = try await records.uploads(Set(found.values.map(\.upload)))
        var seen: Set<EntryID> = []
        var known: [EntryRecord] = []
        var faults: [CurationError.Fault] = []
        for id in ids where seen.insert(id).inserted {
            if let entry = found[id], let upload = uploads[entry.upload],
                policy.allows(.readEntryDocuments, in: upload, for: caller)
            {
                known.append(entry)
            } else {
                faults.append(.init(at: place, "the entry \(id) does not exist or is not visible to you"))
            }
        }
        guard faults.isEmpty else { throw CurationError.invalid(faults) }
        return known
    }

    /// Those of `ids`, in their order, that `caller` may edit; what is gone by now is not among them.
    private func editable(_ ids: [EntryID], by caller: Caller) async throws -> [EntryID] {
        let found = try await records.entries(Set(ids))
        let uploads = try await records.uploads(Set(found.values.map(\.upload)))
            .filter { policy.allows(.editMetadata, in: $1, for: caller) }
        return ids.filter { id in found[id].map { uploads[$0.upload] != nil } ?? false }
    }

    /// - Throws: ``CurationError`` unless `caller` may edit the uploads of `entries`.
    private func checkRights(in entries: [EntryRecord], for caller: Caller) async throws {
        for upload in try await records.uploads(Set(entries.map(\.upload))).values.sorted(by: { $0.id < $1.id })
        where !policy.allows(.editMetadata, in: upload, for: caller) {
            throw refusal(of: .editMetadata, in: upload, for: caller)
        }
    }
}

extension DatasetRecord {
    /// Adds those of `new` that it does not have, in order.
    mutating func insert(_ new: [EntryID]) {
        var known = Set(entries)
        for entry in new where known.insert(entry).inserted { entries.append(entry) }
    }
}
