import RutileJSON
import RutileModel

extension UserRecord {
    /// Members of a user's object that stand for themselves.
    private static let others = ["repo_user_id", "is_oasis_admin"]

    /// Reads a user. A `password` in clear is turned into its hash.
    init(
        _ view: JSONView, at place: String, checkHash: (String) throws -> Void, checkPassword: (String) -> String?,
        hash: (String) throws -> String
    ) throws {
        let object = try BundleObject(
            view, at: place,
            known: [
                "user_id", "username", "password", "password_hash", "first_name", "last_name", "email", "affiliation",
                "affiliation_address", "created", "is_admin", "is_disabled",
            ] + Self.others)
        self.init(id: try object.newID("user_id"), username: try object.requiredText("username"))
        firstName = try object.text("first_name")
        lastName = try object.text("last_name")
        email = try object.text("email")
        affiliation = try object.text("affiliation")
        affiliationAddress = try object.text("affiliation_address")
        created = try object.time("created")
        isAdmin = try object.flag("is_admin") ?? false
        isDisabled = try object.flag("is_disabled") ?? false
        passwordHash = try object.text("password_hash")
        if let password = try object.text("password") {
            guard passwordHash == nil else {
                throw BundleError.refused(place: place, reason: "has both password and password_hash")
            }
            if let fault = checkPassword(password) {
                throw BundleError.refused(place: place / "password", reason: fault)
            }
            passwordHash = try hash(password)
        } else if let passwordHash {
            do {
                try checkHash(passwordHash)
            } catch {
                throw BundleError.refused(place: place / "password_hash", reason: "is no argon2id hash in PHC form")
            }
        }
        for key in Self.others { other[key] = object.value(key) }
    }
}

extension GroupRecord {
    /// Reads a group.
    init(_ view: JSONView, at place: String) throws(BundleError) {
        let object = try BundleObject(
            view, at: place, known: ["group_id", "group_name", "description", "members_info"])
        self.init(id: try object.newID("group_id"), name: try object.requiredText("group_name"), members: [])
        guard !isEverybody else { throw .refused(place: place / "group_id", reason: "all is everybody, not a group") }
        description = try object.text("description")
        for (index, item) in try object.items("members_info").enumerated() {
            let place = place / "members_info" / "\(index)"
            let member = try BundleObject(item, at: place, known: ["user_id", "role"])
            guard let role: Role = try member.choice("role") else {
                throw .refused(place: place, reason: "has no role")
            }
            members.append(Member(user: UserID(try member.requiredText("user_id")), role: role))
        }
        guard members.count(where: { $0.role == .owner }) == 1 else {
            throw .refused(place: place / "members_info", reason: "a group has exactly one owner")
        }
    }

    private var isEverybody: Bool { id == .all }
}

extension UploadRecord {
    /// Reads an upload.
    init(_ view: JSONView, at place: String) throws(BundleError) {
        let object = try BundleObject(
            view, at: place,
            known: [
                "upload_id", "upload_name", "upload_create_time", "description", "main_author", "coauthors",
                "coauthor_groups", "reviewers", "reviewer_groups", "publish_time", "published_to", "embargo_length",
                "license", "doi", "included_entries",
            ] + ProcessRecord.members)
        self.init(
            id: try object.newID("upload_id"), name: try object.text("upload_name"),
            createTime: try object.requiredTime("upload_create_time"),
            mainAuthor: UserID(try object.requiredText("main_author")))
        guard DataDirectory.isSafeFolder(of: id) else {
            throw .refused(place: place / "upload_id", reason: "\(id.text.debugDescription) cannot name a folder")
        }
        description = try object.text("description")
        coauthors = try object.ids("coauthors")
        coauthorGroups = try object.ids("coauthor_groups")
        reviewers = try object.ids("reviewers")
        reviewerGroups = try object.ids("reviewer_groups")
        publishTime = try object.time("publish_time")
        publishedTo = try object.texts("published_to")
        embargoLength = try object.count("embargo_length") ?? 0
        // Where none is stated it is empty; members that are null count as absent.
        if let stated = try object.text("license") { license = stated.isEmpty ? nil : stated }
        doi = object.value("doi")
        includedEntries = object.value("included_entries")
        process = try ProcessRecord(object)
    }
}

extension EntryRecord {
    /// Members of an entry's object that are not part of its record.
    static let documents = ["metadata", "archive"]

    /// Reads an entry, without its archive and search document.
    init(_ object: BundleObject) throws(BundleError) {
        self.init(
            id: try object.newID("entry_id"), upload: UploadID(try object.requiredText("upload_id")),
            mainfile: try object.requiredText("mainfile"), parserName: try object.requiredText("parser_name"),
            createTime: try object.requiredTime("entry_create_time"))
        guard DataDirectory.isSafePath(mainfile) else {
            throw .refused(
                place: object.place / "mainfile", reason: "\(mainfile.debugDescription) is no path within the upload")
        }
        mainfileKey = try object.text("mainfile_key")
        datasets = try object.ids("datasets")
        references = try object.texts("references")
        sourceDigest = try object.text("source_digest")
        process = try ProcessRecord(object)
    }

    /// All members that an entry's object may have.
    static let members =
        [
            "entry_id", "upload_id", "mainfile", "mainfile_key", "parser_name", "entry_create_time", "datasets",
            "references", "source_digest",
        ] + ProcessRecord.members + documents
}

extension DatasetRecord {
    /// Reads a dataset.
    init(_ view: JSONView, at place: String) throws(BundleError) {
        let object = try BundleObject(
            view, at: place,
            known: [
                "dataset_id", "dataset_name", "user_id", "dataset_type", "dataset_create_time",
                "dataset_modified_time", "entries", "doi", "pid", "query",
            ])
        self.init(
            id: try object.newID("dataset_id"), name: try object.requiredText("dataset_name"),
            owner: UserID(try object.requiredText("user_id")), type: try object.text("dataset_type") ?? "owned")
        createTime = try object.time("dataset_create_time")
        modifiedTime = try object.time("dataset_modified_time")
        entries = try object.ids("entries")
        doi = try object.text("doi")
        pid = try object.text("pid")
        query = object.value("query")
    }
}

extension ProcessRecord {
    /// The members of an upload's or entry's object that this reads.
    static let members = [
        "current_process", "process_status", "last_status_message", "errors", "warnings", "complete_time",
    ]

    /// Reads the state of the last process.
    init(_ object: BundleObject) throws(BundleError) {
        self.init(
            current: try object.text("current_process"), status: try object.choice("process_status") ?? .ready,
            lastStatusMessage: try object.text("last_status_message"), errors: try object.texts("errors"),
            warnings: try object.texts("warnings"), completeTime: try object.time("complete_time"))
    }
}
