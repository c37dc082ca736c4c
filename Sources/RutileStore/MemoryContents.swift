import RutileJSON
import RutileModel

/// All records of a ``MemoryRecords``, as a value.
struct MemoryContents: RecordSnapshot {
    var users: [UserID: UserRecord] = [:]
    var groups: [GroupID: GroupRecord] = [:]
    var uploads: [UploadID: UploadRecord] = [:]
    var entries: [EntryID: RecordChange.EntryWrite] = [:]
    var datasets: [DatasetID: DatasetRecord] = [:]
    var tokens: [TokenID: TokenRecord] = [:]
    var keys: [SigningKey] = []
    var packages: [Value] = []
    var retired: [SegmentName: Timestamp] = [:]
    /// Definitions of properties, in the order in which they were written.
    var properties: [(upload: UploadID, property: PropertyRecord)] = []
    /// For each entry type, the last change to the document of each entry that has, or had, one.
    var documents: [String: [EntryID: DocumentChange]] = [:]
    var changeNumber: Int64 = 0

    /// A document that was written, or removed.
    struct DocumentChange {
        let number: Int64
        let upload: UploadID
        /// Absent when the document was removed.
        let json: [UInt8]?
    }

    /// Does `change`; after an error the contents are in no defined state, so callers work on a copy.
    mutating func apply(_ change: RecordChange, at time: Timestamp) throws(StoreError) {
        for upload in change.expected.uploads where uploads[upload.id] != upload {
            throw .changed(kind: "upload", id: upload.id.text)
        }
        for dataset in change.expected.datasets where datasets[dataset.id] != dataset {
            throw .changed(kind: "dataset", id: dataset.id.text)
        }
        for dataset in change.expected.newDatasets
        where datasets.values.contains(where: { $0.owner == dataset.owner && $0.name.hasSameUTF8(as: dataset.name) }) {
            throw .changed(kind: "dataset", id: dataset.name)
        }
        for user in change.expected.users where users[user.id] != user {
            throw .changed(kind: "user", id: user.id.text)
        }
        for group in change.expected.groups where groups[group.id] != group {
            throw .changed(kind: "group", id: group.id.text)
        }
        let former = self
        for id in change.removedGroups { remove(id) }
        for id in change.removedEntries { remove(id, at: time) }
        for id in change.removedUploads {
            for entry in entries.values where entry.record.upload == id { remove(entry.record.id, at: time) }
            uploads[id] = nil
            properties.removeAll { $0.upload == id }
        }
        for id in change.removedDatasets { datasets[id] = nil }
        changeNumber += 1
        let start = changeNumber
        try check(change)
        let refuses = change.existing == .refuse
        for user in change.users {
            if refuses && users[user.id] != nil { throw .alreadyExists(kind: "user", id: user.id.text) }
            let name = UTF8Key(user.username)
            if users.values.contains(where: { $0.id != user.id && UTF8Key($0.username) == name }) {
                throw .alreadyExists(kind: "username", id: user.username)
            }
            users[user.id] = user
        }
        for group in change.groups {
            if refuses && groups[group.id] != nil { throw .alreadyExists(kind: "group", id: group.id.text) }
            groups[group.id] = group
        }
        for upload in change.uploads {
            if refuses && uploads[upload.id] != nil { throw .alreadyExists(kind: "upload", id: upload.id.text) }
            uploads[upload.id] = upload
        }
        for (id, process) in change.processes { uploads[id]?.process = process }
        for (id, time) in change.publications where uploads[id]?.publishTime == nil { uploads[id]?.publishTime = time }
        for (id, license) in change.licenses { uploads[id]?.license = license }
        leaveGivenDocuments(changedSince: former)
        for entry in change.entries { try write(entry, of: change, at: time) }
        try writeLaterEntries(of: change, at: time)
        for (id, edit) in change.links {
            guard var entry = entries[id] else { continue }
            let former = entry.record
            edit.apply(to: &entry.record)
            let left = GivenDocument.members(of: entry.record, changedSince: former)
            entry.metadata = entry.metadata?.object.map { .object(GivenDocument.leaving(left, of: $0)) }
            entries[id] = entry
            if entry.record.references != former.references { showReferences(of: entry.record) }
        }
        for (upload, properties) in change.properties {
            self.properties.removeAll { $0.upload == upload }
            self.properties += properties.map { (upload, $0) }
        }
        for dataset in change.datasets {
            if refuses && datasets[dataset.id] != nil { throw .alreadyExists(kind: "dataset", id: dataset.id.text) }
            datasets[dataset.id] = dataset
        }
        for package in change.packages { try install(package, refuses: refuses) }
        for (id, documents) in change.documents {
            guard let entry = entries[id] else { continue }
            for document in documents {
                entries[id]?.documents.removeAll { $0.type.hasSameUTF8(as: document.type) }
                entries[id]?.documents.append(document)
                note(document.type, id, entry.record.upload, document.json)
            }
        }
        renewDocuments(changed: change, since: start, former)
    }

    /// Leaves to the records what changed of the uploads of documents that were given.
    private mutating func leaveGivenDocuments(changedSince former: MemoryContents) {
        for (id, entry) in entries {
            guard let given = entry.metadata?.object, let old = former.uploads[entry.record.upload],
                let upload = uploads[entry.record.upload]
            else { continue }
            let members = GivenDocument.members(of: upload, changedSince: old)
            entries[id]?.metadata = .object(GivenDocument.leaving(members, of: given))
        }
    }

    /// Lets the document that shows an entry's references show those that it has now.
    private mutating func showReferences(of entry: EntryRecord) {
        guard let json = documents[IndexDocument.composedType]?[entry.id]?.json else { return }
        let shown = IndexDocument.json(json, referringTo: entry.references)
        note(IndexDocument.composedType, entry.id, entry.upload, shown)
    }

    /// Counts the documents as written again that show what has changed of uploads, users and datasets.
    private mutating func renewDocuments(changed change: RecordChange, since start: Int64, _ former: MemoryContents) {
        let users = Set(change.users.map(\.id).filter { former.users[$0] != self.users[$0] })
        let datasets = Set(change.datasets.map(\.id)).union(change.removedDatasets)
        for entry in entries.values.map(\.record) {
            let upload = uploads[entry.upload]
            var formerUpload = former.uploads[entry.upload]
            if let upload { formerUpload?.process = upload.process }
            let isConcerned =
                formerUpload != upload || change.links[entry.id] != nil || !datasets.isDisjoint(with: entry.datasets)
                || upload.map { !users.isDisjoint(with: [$0.mainAuthor] + $0.coauthors + $0.reviewers) } ?? false
            guard isConcerned, let document = documents[IndexDocument.composedType]?[entry.id],
                document.number <= start, let json = document.json
            else { continue }
            note(IndexDocument.composedType, entry.id, entry.upload, json)
        }
    }

    private func check(_ change: RecordChange) throws(StoreError) {
        let needed = RecordReferences(outside: change)
        if let id = needed.users.filter({ users[$0] == nil }).min() { throw .missing(kind: "user", id: id.text) }
        if let id = needed.groups.filter({ groups[$0] == nil }).min() { throw .missing(kind: "group", id: id.text) }
        if let id = needed.uploads.filter({ uploads[$0] == nil }).min() { throw .missing(kind: "upload", id: id.text) }
    }

    private mutating func write(
        _ entry: RecordChange.EntryWrite, of change: RecordChange, at time: Timestamp
    ) throws(StoreError) {
        let id = entry.record.id
        if let old = entries[id] {
            let isTaken = old.record.upload != entry.record.upload && !change.movesEntries
            if change.existing == .refuse || isTaken { throw .alreadyExists(kind: "entry", id: id.text) }
        }
        remove(id, at: time)
        entries[id] = entry
        for document in entry.documents { note(document.type, id, entry.record.upload, document.json) }
    }

    private mutating func writeLaterEntries(of change: RecordChange, at time: Timestamp) throws(StoreError) {
        guard let stream = change.laterEntries else { return }
        let uploads = Set(change.uploads.map(\.id)).union(change.processes.keys)
        do {
            try stream { entry in
                guard uploads.contains(entry.record.upload) else {
                    throw StoreError.missing(kind: "upload", id: entry.record.upload.text)
                }
                try write(entry, of: change, at: time)
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw .medium("\(error)")
        }
    }

    private mutating func remove(_ id: EntryID, at time: Timestamp) {
        guard let old = entries.removeValue(forKey: id) else { return }
        for document in old.documents { note(document.type, id, old.record.upload, nil) }
        guard let archive = old.record.archive else { return }
        retired[SegmentName(upload: archive.upload, segment: archive.segment)] = time
    }

    private mutating func remove(_ id: GroupID) {
        groups[id] = nil
        for upload in uploads.keys {
            uploads[upload]?.coauthorGroups.removeAll { $0 == id }
            uploads[upload]?.reviewerGroups.removeAll { $0 == id }
        }
    }

    private mutating func note(_ type: String, _ entry: EntryID, _ upload: UploadID, _ json: [UInt8]?) {
        changeNumber += 1
        documents[type, default: [:]][entry] = DocumentChange(number: changeNumber, upload: upload, json: json)
    }

    /// The documents of `type` that changed after `change`, up to `limit`.
    func documents(of type: String, after change: Int64, limit: Int) -> DocumentBatch {
        var batch = DocumentBatch(last: change)
        let changed = (documents[type] ?? [:]).filter { $0.value.number > change }
        for (entry, document) in changed.sorted(by: { $0.value.number < $1.value.number }).prefix(limit) {
            batch.last = document.number
            if let json = document.json {
                batch.documents.append(IndexChange.Document(entry: entry, upload: document.upload, json: json))
            } else {
                batch.removed.insert(entry)
            }
        }
        return batch
    }

    private mutating func install(_ package: Value, refuses: Bool) throws(StoreError) {
        guard let name = package["name"]?.text else { throw .missing(kind: "name of package", id: "") }
        if let index = packages.firstIndex(where: { $0["name"]?.text.map(UTF8Key.init) == UTF8Key(name) }) {
            if refuses { throw .alreadyExists(kind: "package", id: name) }
            packages[index] = package
        } else {
            packages.append(package)
        }
    }

    /// `user` with the groups they are in; `nil` when there is no such user.
    func caller(_ user: UserID) -> Caller? {
        guard let record = users[user] else { return nil }
        let groups = self.groups.values.filter { group in group.members.contains { $0.user == user } }
        return Caller(user: user, isAdmin: record.isAdmin, groups: Set(groups.map(\.id)))
    }

    func allUsers() async throws -> [UserRecord] { users.values.sorted { $0.id < $1.id } }
    func allGroups() async throws -> [GroupRecord] { groups.values.sorted { $0.id < $1.id } }
    func allUploads() async throws -> [UploadRecord] { uploads.values.sorted { $0.id < $1.id } }
    func allDatasets() async throws -> [DatasetRecord] { datasets.values.sorted { $0.id < $1.id } }
    func allPackages() async throws -> [Value] { packages }

    func entries(of upload: UploadID) async throws -> [EntryRecord] {
        entries.values.map(\.record).filter { $0.upload == upload }.sorted { $0.id < $1.id }
    }

    func searchDocuments(of upload: UploadID) async throws -> [EntryID: Value] {
        entries.filter { $0.value.record.upload == upload }.compactMapValues(\.metadata)
    }

    func properties(of upload: UploadID) async throws -> [PropertyRecord] {
        properties.filter { $0.upload == upload }.map(\.property)
    }

    func holds(_ segment: SegmentName) async throws -> Bool {
        entries.values.contains { entry in
            entry.record.upload == segment.upload
                && entry.record.archive.map { UTF8Key($0.segment) == UTF8Key(segment.segment) } ?? false
        }
    }

    func inconsistencies() async throws -> [String] {
        entries.values.filter { uploads[$0.record.upload] == nil }
            .map { "entry \($0.record.id): its upload \($0.record.upload) is missing" }.sorted()
    }
}
