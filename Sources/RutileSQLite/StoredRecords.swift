import RutileJSON
import RutileModel
import RutileStore

extension UserRecord: StoredRecord, Identified {
    static let table = Table(
        kind: "user", name: "user",
        columns: [
            "id", "username", "first_name", "last_name", "email", "affiliation", "affiliation_address", "created",
            "is_admin", "password_hash", "other", "is_disabled",
        ])

    init(_ columns: inout RowReader) throws {
        self.init(id: UserID(try columns.text()), username: try columns.text())
        firstName = try columns.optionalText()
        lastName = try columns.optionalText()
        email = try columns.optionalText()
        affiliation = try columns.optionalText()
        affiliationAddress = try columns.optionalText()
        created = try columns.optionalTime()
        isAdmin = try columns.flag()
        passwordHash = try columns.optionalText()
        other = try columns.value()?.object ?? ObjectValue()
        isDisabled = try columns.flag()
    }

    func write(to columns: inout ColumnWriter) throws(StoreError) {
        try columns.text(id.text)
        try columns.text(username)
        try columns.optionalText(firstName)
        try columns.optionalText(lastName)
        try columns.optionalText(email)
        try columns.optionalText(affiliation)
        try columns.optionalText(affiliationAddress)
        columns.optionalTime(created)
        columns.flag(isAdmin)
        try columns.optionalText(passwordHash)
        columns.value(other.isEmpty ? nil : .object(other))
        columns.flag(isDisabled)
    }
}

extension UploadRecord: StoredRecord, Identified {
    static let table = Table(
        kind: "upload", name: "upload",
        columns: [
            "id", "name", "create_time", "description", "main_author", "coauthors", "coauthor_groups", "reviewers",
            "reviewer_groups", "publish_time", "published_to", "embargo_length", "license", "doi",
            "included_entries", "process", "process_status", "process_message", "errors", "warnings", "complete_time",
        ])

    init(_ columns: inout RowReader) throws {
        let id = UploadID(try columns.text())
        let name = try columns.optionalText()
        let createTime = try columns.time()
        let description = try columns.optionalText()
        self.init(id: id, name: name, createTime: createTime, mainAuthor: UserID(try columns.text()))
        self.description = description
        coauthors = try columns.ids()
        coauthorGroups = try columns.ids()
        reviewers = try columns.ids()
        reviewerGroups = try columns.ids()
        publishTime = try columns.optionalTime()
        publishedTo = try columns.texts()
        embargoLength = try columns.integer()
        // The column knows no NULL.
        let license = try columns.text()
        self.license = license.isEmpty ? nil : license
        doi = try columns.value()
        includedEntries = try columns.value()
        process = try columns.process()
    }

    func write(to columns: inout ColumnWriter) throws(StoreError) {
        try columns.text(id.text)
        try columns.optionalText(name)
        columns.time(createTime)
        try columns.optionalText(description)
        try columns.text(mainAuthor.text)
        columns.ids(coauthors)
        columns.ids(coauthorGroups)
        columns.ids(reviewers)
        columns.ids(reviewerGroups)
        columns.optionalTime(publishTime)
        columns.texts(publishedTo)
        columns.integer(embargoLength)
        try columns.text(license ?? "")
        columns.value(doi)
        columns.value(includedEntries)
        try columns.process(process)
    }
}

extension EntryRecord: StoredRecord, Identified {
    static let table = Table(
        kind: "entry", name: "entry",
        columns: [
            "id", "upload_id", "mainfile", "mainfile_key", "parser_name", "create_time", "datasets",
            "reference_list", "process", "process_status", "process_message", "errors", "warnings", "complete_time",
            "segment", "segment_offset", "segment_length", "source_digest",
        ])

    init(_ columns: inout RowReader) throws {
        try self.init(place: &columns)
        datasets = try columns.ids()
        references = try columns.texts()
        process = try columns.process()
        archive = try columns.archive(of: upload)
        sourceDigest = try columns.optionalText()
    }

    /// The columns of ``RutileModel/EntryRecord/place``, which are the first ones of ``table``.
    static let placeColumns = "id, upload_id, mainfile, mainfile_key, parser_name, create_time"
    /// As ``Table/selectByIDs``, for ``placeColumns``.
    static let selectPlacesByIDs = "SELECT \(placeColumns) FROM entry WHERE id IN (SELECT value FROM json_each(?))"

    /// Reads ``placeColumns``.
    init(place columns: inout RowReader) throws {
        self.init(
            id: EntryID(try columns.text()), upload: UploadID(try columns.text()), mainfile: try columns.text(),
            mainfileKey: try columns.optionalText(), parserName: try columns.text(), createTime: try columns.time())
    }

    func write(to columns: inout ColumnWriter) throws(StoreError) {
        precondition(archive.map { $0.upload == upload } ?? true, "an archive lies in its entry's own upload")
        try columns.text(id.text)
        try columns.text(upload.text)
        try columns.text(mainfile)
        try columns.optionalText(mainfileKey)
        try columns.text(parserName)
        columns.time(createTime)
        columns.ids(datasets)
        columns.texts(references)
        try columns.process(process)
        try columns.optionalText(archive?.segment)
        columns.optionalInteger(archive?.offset)
        columns.optionalInteger(archive?.length)
        try columns.optionalText(sourceDigest)
    }
}

extension DatasetRecord: StoredRecord, Identified {
    static let table = Table(
        kind: "dataset", name: "dataset",
        columns: [
            "id", "name", "owner", "type", "create_time", "modified_time", "entries", "doi", "pid", "query",
        ])

    init(_ columns: inout RowReader) throws {
        let id = DatasetID(try columns.text())
        let name = try columns.text()
        let owner = UserID(try columns.text())
        self.init(id: id, name: name, owner: owner, type: try columns.text())
        createTime = try columns.optionalTime()
        modifiedTime = try columns.optionalTime()
        entries = try columns.ids()
        doi = try columns.optionalText()
        pid = try columns.optionalText()
        query = try columns.value()
    }

    func write(to columns: inout ColumnWriter) throws(StoreError) {
        try columns.text(id.text)
        try columns.text(name)
        try columns.text(owner.text)
        try columns.text(type)
        columns.optionalTime(createTime)
        columns.optionalTime(modifiedTime)
        columns.ids(entries)
        try columns.optionalText(doi)
        try columns.optionalText(pid)
        columns.value(query)
    }
}

extension TokenRecord: StoredRecord, Identified {
    static let table = Table(
        kind: "token", name: "token",
        columns: ["id", "user_id", "use", "name", "scopes", "signing_key", "created", "expires"])

    init(_ columns: inout RowReader) throws {
        let id = TokenID(try columns.text())
        let user = UserID(try columns.text())
        let use = try columns.text()
        let name = try columns.text()
        let scopes = try columns.value()
        guard let use = Use(rawValue: use) else { throw DamagedColumn(text: use) }
        self.init(
            id: id, user: user, use: use, key: try columns.text(), created: try columns.time(),
            expires: try columns.time())
        self.name = name
        self.scopes = scopes?.items?.compactMap(\.text)
    }

    func write(to columns: inout ColumnWriter) throws(StoreError) {
        try columns.text(id.text)
        try columns.text(user.text)
        try columns.text(use.rawValue)
        try columns.text(name)
        // No scope at all is not the same as every scope.
        columns.value(scopes.map { .list($0.map(Value.string)) })
        try columns.text(key)
        columns.time(created)
        columns.time(expires)
    }
}

/// A group without its members, which have a table of their own.
struct GroupRow: StoredRecord {
    static let table = Table(kind: "group", name: "user_group", columns: ["id", "name", "description"])

    /// Selects the members of one group in order.
    static let selectMembers = "SELECT user_id, role FROM group_member WHERE group_id = ? ORDER BY position"

    /// The group; ``GroupRecord/members`` is empty when it was read.
    var group: GroupRecord

    init(_ group: GroupRecord) { self.group = group }

    init(_ columns: inout RowReader) throws {
        group = GroupRecord(
            id: GroupID(try columns.text()), name: try columns.text(), description: try columns.optionalText(),
            members: [])
    }

    func write(to columns: inout ColumnWriter) throws(StoreError) {
        try columns.text(group.id.text)
        try columns.text(group.name)
        try columns.optionalText(group.description)
    }
}
