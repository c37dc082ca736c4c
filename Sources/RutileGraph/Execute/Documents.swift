import NomadAPI
import RutileArchive
import RutileJSON
import RutileModel
import RutileStore

/// A document that a request can read: a record seen as an object. Source: NOMAD 2.0.0's documents, measured.
enum Document {
    case entry(Kept<EntryRecord>)
    case upload(Kept<UploadRecord>)
    indirect case user(UserRecord)
    indirect case dataset(DatasetRecord)
    indirect case group(GroupRecord)
    /// What the search index holds of an entry.
    case metadata(EntryID, ObjectValue)
    /// The user who asks, where that is nobody.
    case nobody

    /// Names of its fields, in the order of the document.
    var fieldNames: [String] {
        switch self {
        case .entry: Self.entryFields
        case .upload: Self.uploadFields
        case .user: UserRecord.documentFields
        case .dataset: Self.datasetFields
        case .group: Self.groupFields
        case .metadata(_, let members): members.keys
        case .nobody: []
        }
    }

    private static let processFields = [
        "process_running", "current_process", "process_status", "last_status_message", "errors", "warnings",
        "complete_time",
    ]
    private static let entryFields = processFields + placeFields
    /// The fields of an entry that are in ``RutileModel/EntryRecord/place``.
    static let placeFields = [
        "entry_id", "entry_create_time", "mainfile_key", "upload_id", "parser_name", "mainfile_path",
    ]
    private static let uploadFields =
        processFields + [
            "upload_id", "upload_name", "upload_create_time", "description", "main_author", "coauthors",
            "coauthor_groups", "reviewers", "reviewer_groups", "writers", "writer_groups", "viewers", "viewer_groups",
            "published", "published_to", "publish_time", "with_embargo", "embargo_length", "license", "doi",
            "included_entries", "n_entries", "processing_successful", "processing_failed",
        ]

    private static let datasetFields = [
        "_id", "dataset_id", "dataset_name", "user_id", "doi", "pid", "dataset_create_time", "dataset_modified_time",
        "dataset_type", "query", "entries",
    ]
    static let datasetTimes = ["dataset_create_time", "dataset_modified_time"]
    private static let groupFields = ["group_name", "description", "members_info", "members", "owner", "group_id"]

    /// The fields of a search document. `mainfile` is a file everywhere in the graph, so the path has another name.
    static func metadataFields(_ members: ObjectValue) -> ObjectValue {
        ObjectValue(members.members.map { ($0.hasSameUTF8(as: "mainfile") ? "mainfile_path" : $0, $1) })
    }

    /// The id of the document of `kind` that this one belongs to or is.
    func id(of kind: DocumentKind) -> String? {
        switch (self, kind) {
        case (.entry(let entry), .entry): entry.record.id.text
        case (.entry(let entry), .upload): entry.record.upload.text
        case (.upload(let upload), .upload): upload.record.id.text
        case (.user(let user), .user): user.id.text
        case (.entry(let entry), .metadata): entry.record.id.text
        case (.metadata(let id, _), .entry), (.metadata(let id, _), .metadata): id.text
        case (.metadata(_, let members), .upload): members["upload_id"]?.text
        default: nil
        }
    }

    /// The users that a field names; `nil` where it is no field of users.
    func users(of field: String, in walk: GraphWalk) -> UserField? {
        switch (self, field) {
        case (.upload(let upload), _): users(of: field, upload.record)
        case (.group(let group), "owner"): group.owner.map(UserField.one)
        case (.group(let group), "members"): .list(group.members.map(\.user))
        case (.dataset(let dataset), "user_id"): .one(dataset.owner)
        case (.user(let user), "user_id"): .one(user.id)
        default: nil
        }
    }

    private func users(of field: String, _ upload: UploadRecord) -> UserField? {
        switch field {
        case "main_author": .one(upload.mainAuthor)
        case "coauthors": .list(upload.coauthors)
        case "reviewers": .list(upload.reviewers)
        case "writers": .list(unique([upload.mainAuthor] + upload.coauthors))
        case "viewers": .list(unique([upload.mainAuthor] + upload.coauthors + upload.reviewers))
        default: nil
        }
    }

    /// A field's value; `nil` where the document has no such field or it is not set.
    func value(of field: String, in walk: GraphWalk) -> Value? {
        switch self {
        case .entry(let entry): entry.record.documentValue(of: field)
        case .upload(let upload): uploadValue(field, upload.record, in: walk)
        case .user(let user): user.documentValue(of: field, showsEmail: walk.maySeeEmail(of: user.id))
        case .dataset(let dataset): datasetValue(field, dataset, in: walk)
        case .group(let group): groupValue(field, group, in: walk)
        case .metadata(_, let members): members[field]
        case .nobody: nil
        }
    }

    /// A dataset's id stands under `_id`, as in NOMAD, and under its own name. Of its entries it has those that the
    /// caller may read.
    private func datasetValue(_ field: String, _ dataset: DatasetRecord, in walk: GraphWalk) -> Value? {
        switch field {
        case "_id", "dataset_id": .string(dataset.id.text)
        case "dataset_name": .string(dataset.name)
        case "user_id": .string(dataset.owner.text)
        case "doi": dataset.doi.map(Value.string)
        case "pid": dataset.pid.map(Value.string)
        case "dataset_create_time": dataset.createTime.map { .string($0.text(offset: "")) }
        case "dataset_modified_time": dataset.modifiedTime.map { .string($0.text(offset: "")) }
        case "dataset_type": .string(dataset.type)
        case "query": dataset.query
        case "entries": .texts(dataset.entries.filter(walk.mayRead).map(\.text))
        default: nil
        }
    }

    private func groupValue(_ field: String, _ group: GroupRecord, in walk: GraphWalk) -> Value? {
        switch field {
        case "group_id": .string(group.id.text)
        case "group_name": .string(group.name)
        case "description": group.description.map(Value.string)
        case "members_info":
            .list(
                group.members.map { member in
                    .members([
                        "user_id": .string(member.user.text), "role": .string(member.role.rawValue),
                        "user": walk.userDocument(member.user),
                    ])
                })
        case "members": .list(group.members.map { walk.userDocument($0.user) })
        case "owner": group.owner.map { walk.userDocument($0) }
        default: nil
        }
    }

    private func uploadValue(_ field: String, _ upload: UploadRecord, in walk: GraphWalk) -> Value? {
        switch field {
        case "upload_id": .string(upload.id.text)
        case "upload_name": .text(upload.name)
        case "upload_create_time": .time(upload.createTime)
        case "description": .text(upload.description)
        case "main_author", "coauthors", "reviewers", "writers", "viewers":
            switch users(of: field, upload) {
            case .one(let id): walk.userDocument(id)
            case .list(let ids): .list(ids.map(walk.userDocument))
            case nil: nil
            }
        case "coauthor_groups", "writer_groups": .texts(upload.coauthorGroups.map(\.text))
        case "reviewer_groups": .texts(upload.reviewerGroups.map(\.text))
        case "viewer_groups": .texts(unique(upload.coauthorGroups + upload.reviewerGroups).map(\.text))
        case "published": .bool(upload.isPublished)
        case "published_to": .texts(upload.publishedTo)
        case "publish_time": .time(upload.publishTime)
        case "with_embargo": .bool(upload.isEmbargoed)
        case "embargo_length": .integer(Int64(upload.embargoLength))
        case "license": .text(upload.license)
        case "doi": upload.doi ?? .null
        case "included_entries": upload.includedEntries ?? .null
        case "n_entries": walk.entryCounts(upload.id).map { .integer(Int64($0.total)) }
        case "processing_successful": walk.entryCounts(upload.id).map { .integer(Int64($0.processed - $0.failed)) }
        case "processing_failed": walk.entryCounts(upload.id).map { .integer(Int64($0.failed)) }
        default: upload.process.documentValue(of: field)
        }
    }

    private func unique<ID: Identifier>(_ ids: [ID]) -> [ID] {
        var seen: Set<ID> = []
        return ids.filter { seen.insert($0).inserted }
    }
}

extension EntryRecord {
    /// A field's value in the document of an entry; `nil` where there is no such field.
    func documentValue(of field: String) -> Value? {
        switch field {
        case "entry_id": .string(id.text)
        case "entry_create_time": .time(createTime)
        case "mainfile_key": .text(mainfileKey)
        case "upload_id": .string(upload.text)
        case "parser_name": .string(parserName)
        case "mainfile_path": .string(mainfile)
        default: process.documentValue(of: field)
        }
    }
}

extension ProcessRecord {
    /// A field's value in the document of what is processed; `nil` where there is no such field.
    fileprivate func documentValue(of field: String) -> Value? {
        switch field {
        case "process_running": .bool(status.isRunning)
        case "current_process": .text(current)
        case "process_status": .string(status.rawValue)
        case "last_status_message": .text(lastStatusMessage)
        case "errors": .texts(errors)
        case "warnings": .texts(warnings)
        case "complete_time": .time(completeTime)
        default: nil
        }
    }
}

extension Value {
    fileprivate static func text(_ text: String?) -> Value { text.map(Value.string) ?? .null }
    fileprivate static func texts(_ texts: [String]) -> Value { .list(texts.map(Value.string)) }
    fileprivate static func time(_ time: Timestamp?) -> Value { time.map { .string($0.text(offset: "Z")) } ?? .null }
}

/// The users that a field of a document names.
enum UserField {
    case one(UserID)
    case list([UserID])
}

/// What came of looking for a document.
enum DocumentLookUp {
    case found(Document)
    case refused([NodeProblem])
    /// Not read yet; noted as needed.
    case missing

    static func refused(_ problems: NodeProblem...) -> DocumentLookUp { .refused(problems) }
}

extension GraphWalk {
    /// The document of `kind` with `id`, if the caller may read it; `isListed` where a list shows it.
    func lookUp(_ kind: DocumentKind, _ id: String, isListed: Bool = false) -> DocumentLookUp {
        switch kind {
        case .entry: entry(EntryID(id))
        case .upload: upload(UploadID(id))
        case .user: user(UserID(id))
        case .dataset: dataset(DatasetID(id), isListed: isListed)
        case .group: group(GroupID(id))
        case .metadata: metadata(EntryID(id))
        }
    }

    /// Whether there is an entry `id` that the caller may read; never while that is not read.
    fileprivate func mayRead(_ id: EntryID) -> Bool { if case .found = entry(id) { true } else { false } }

    private func entry(_ id: EntryID) -> DocumentLookUp {
        guard let known = loaded.entries[id] else {
            needs.entries.insert(id)
            return .missing
        }
        guard let entry = known, mayReadEntries(of: entry.record.upload) else {
            return .refused(
                NodeProblem(.noAccess, "The value \(id) is not a valid entry id or not visible to current user."))
        }
        return .found(.entry(entry))
    }

    private func upload(_ id: UploadID) -> DocumentLookUp {
        guard let known = loaded.uploads[id] else {
            needs.uploads.insert(id)
            return .missing
        }
        guard let upload = known else {
            return .refused(NodeProblem(.notFound, "The value \(id) is not a valid upload id."))
        }
        guard policy.mayRead(upload.record, as: caller) else {
            return .refused(NodeProblem(.noAccess, "No access to upload \(id)."))
        }
        return .found(.upload(upload))
    }

    private func user(_ id: UserID) -> DocumentLookUp {
        guard let known = loaded.users[id] else {
            needs.users.insert(id)
            return .missing
        }
        guard let user = known else { return .refused(NodeProblem(.notFound, "User ID \(id) does not exist.")) }
        return .found(.user(user))
    }

    private func dataset(_ id: DatasetID, isListed: Bool) -> DocumentLookUp {
        guard let known = loaded.datasets[id] else {
            needs.datasets.insert(id)
            return .missing
        }
        guard let dataset = known else {
            return .refused(NodeProblem(.notFound, "The value \(id) is not a valid dataset id."))
        }
        guard isListed || dataset.owner == caller.user else {
            return .refused(NodeProblem(.noAccess, "No access to dataset \(id)."))
        }
        return .found(.dataset(dataset))
    }

    private func group(_ id: GroupID) -> DocumentLookUp {
        guard let known = loaded.groups[id] else {
            needs.groups.insert(id)
            return .missing
        }
        guard let group = known else {
            return .refused(
                NodeProblem(.notFound, "The value \(id) is not a valid group id."),
                NodeProblem(.notFound, "Group ID \(id) does not exist."))
        }
        return .found(.group(group))
    }

    private func metadata(_ id: EntryID) -> DocumentLookUp {
        guard let known = loaded.metadata[id] else {
            needs.metadata.insert(id)
            return .missing
        }
        guard let members = known else {
            return .refused(
                NodeProblem(.noAccess, "The value \(id) is not a valid entry id or not visible to current user."))
        }
        return .found(.metadata(id, members))
    }

    /// All of a user's document; the id where the user is not known.
    func userDocument(_ id: UserID) -> Value {
        guard case .found(let document) = lookUp(.user, id.text) else { return .string(id.text) }
        return wholeDocument(document)
    }

    /// All fields of a document.
    func wholeDocument(_ document: Document) -> Value {
        var members = ObjectValue()
        for name in document.fieldNames { members[name] = document.value(of: name, in: self) }
        return .object(members)
    }

    /// How many entries an upload has; `nil` while that is not read.
    func entryCounts(_ id: UploadID) -> EntryCounts? {
        if loaded.entryCounts[id] == nil { needs.entryCounts.insert(id) }
        return loaded.entryCounts[id]
    }

    /// Whether the caller sees e-mail addresses of `user`.
    func maySeeEmail(of user: UserID) -> Bool {
        userEmail == .public || caller.isAdmin || caller.user == user
    }

    /// The document that `text` is the id of, under `resolved` with a `resolve_type`; `nil` where nothing is looked up
    /// or found. What is not found is a problem, except for users.
    func resolvedDocument(_ text: String, config: RequestConfig, problems: ProblemList) throws -> Value? {
        guard config.directive == .resolved, let type = config.resolveType else { return nil }
        let kind: DocumentKind =
            switch type {
            case .upload: .upload
            case .user: .user
            case .entry: .entry
            case .dataset: .dataset
            }
        switch lookUp(kind, text) {
        case .found(let document): return wholeDocument(document)
        case .refused(let refusals):
            if kind != .user { for refusal in refusals { problems.add(refusal) } }
            return nil
        case .missing: return nil
        }
    }
}
