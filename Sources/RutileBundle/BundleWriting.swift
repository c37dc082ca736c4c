import RutileArchive
import RutileJSON
import RutileModel
import RutileStore

extension JSONWriter {
    /// Writes a member that is a text; nothing when there is none.
    fileprivate mutating func member(_ key: String, _ text: String?) {
        guard let text else { return }
        self.key(key)
        string(text)
    }

    /// Writes a member that is a time, as UTC; nothing when there is none.
    fileprivate mutating func member(_ key: String, _ time: Timestamp?) {
        member(key, time?.text(offset: "Z"))
    }

    /// Writes a member that is a list of texts; nothing when it is empty.
    fileprivate mutating func member(_ key: String, _ texts: [String]) {
        if texts.isEmpty { return }
        self.key(key)
        beginList()
        for text in texts { string(text) }
        endList()
    }

    /// Writes a member that is a list of ids; nothing when it is empty.
    fileprivate mutating func member(_ key: String, ids: [some Identifier]) { member(key, ids.map(\.text)) }

    /// Writes a member that is any value; nothing when there is none.
    fileprivate mutating func member(_ key: String, _ value: Value?) {
        guard let value else { return }
        self.key(key)
        self.value(value)
    }
}

extension UserRecord {
    /// Writes the user as an object of a bundle.
    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("user_id", id.text)
        writer.member("username", username)
        writer.member("first_name", firstName)
        writer.member("last_name", lastName)
        writer.member("email", email)
        writer.member("affiliation", affiliation)
        writer.member("affiliation_address", affiliationAddress)
        writer.member("created", created)
        if isAdmin { writer.member("is_admin", .bool(true)) }
        if isDisabled { writer.member("is_disabled", .bool(true)) }
        writer.member("password_hash", passwordHash)
        for (key, value) in other.members { writer.member(key, value) }
        writer.endObject()
    }
}

extension GroupRecord {
    /// Writes the group as an object of a bundle.
    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("group_id", id.text)
        writer.member("group_name", name)
        writer.member("description", description)
        writer.key("members_info")
        writer.beginList()
        for member in members {
            writer.beginObject()
            writer.member("user_id", member.user.text)
            writer.member("role", member.role.rawValue)
            writer.endObject()
        }
        writer.endList()
        writer.endObject()
    }
}

extension UploadRecord {
    /// Writes the upload as an object of a bundle.
    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("upload_id", id.text)
        writer.member("upload_name", name)
        writer.member("upload_create_time", createTime)
        writer.member("description", description)
        writer.member("main_author", mainAuthor.text)
        writer.member("coauthors", ids: coauthors)
        writer.member("coauthor_groups", ids: coauthorGroups)
        writer.member("reviewers", ids: reviewers)
        writer.member("reviewer_groups", ids: reviewerGroups)
        writer.member("publish_time", publishTime)
        writer.member("published_to", publishedTo)
        writer.member("embargo_length", .integer(Int64(embargoLength)))
        // Where it is absent, the usual one is meant.
        writer.member("license", license ?? "")
        writer.member("doi", doi)
        writer.member("included_entries", includedEntries)
        process.write(&writer)
        writer.endObject()
    }
}

extension EntryRecord {
    /// Writes the entry as an object of a bundle, with its search document and archive if it has them.
    func write(_ writer: inout JSONWriter, metadata: Value?, archive: ArchiveNode?) throws(BundleError) {
        writer.beginObject()
        writer.member("entry_id", id.text)
        writer.member("upload_id", upload.text)
        writer.member("mainfile", mainfile)
        writer.member("mainfile_key", mainfileKey)
        writer.member("parser_name", parserName)
        writer.member("entry_create_time", createTime)
        writer.member("datasets", ids: datasets)
        writer.member("references", references)
        writer.member("source_digest", sourceDigest)
        process.write(&writer)
        writer.member("metadata", metadata)
        if let archive {
            writer.key("archive")
            do {
                try archive.writeJSON(to: &writer)
            } catch {
                throw .archive(id: id.text, error)
            }
        }
        writer.endObject()
    }
}

extension DatasetRecord {
    /// Writes the dataset as an object of a bundle.
    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("dataset_id", id.text)
        writer.member("dataset_name", name)
        writer.member("user_id", owner.text)
        writer.member("dataset_type", type)
        writer.member("dataset_create_time", createTime)
        writer.member("dataset_modified_time", modifiedTime)
        writer.member("entries", ids: entries)
        writer.member("doi", doi)
        writer.member("pid", pid)
        writer.member("query", query)
        writer.endObject()
    }
}

extension PropertyRecord {
    /// Writes the definition of a property of `upload` as an object of a bundle.
    func write(_ writer: inout JSONWriter, upload: UploadID) {
        writer.beginObject()
        writer.member("upload_id", upload.text)
        writer.member("entry_type", entryType)
        writer.member("name", name)
        writer.member("definition", definition)
        writer.endObject()
    }
}

extension ProcessRecord {
    /// Writes the members of an upload's or entry's object that ``init(_:)`` reads.
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.member("current_process", current)
        writer.member("process_status", status.rawValue)
        writer.member("last_status_message", lastStatusMessage)
        writer.member("errors", errors)
        writer.member("warnings", warnings)
        writer.member("complete_time", completeTime)
    }
}
