package import RutileJSON
import RutileModel
import RutileStore

extension UploadView {
    /// The upload as NOMAD's API shows it: users by id, times in UTC, nothing that is not set. Source: NOMAD 2.0.0.
    package var json: Value {
        var members = ObjectValue()
        members.add(upload.process)
        members["upload_id"] = .string(upload.id.text)
        members["upload_name"] = upload.name.map(Value.string)
        members["upload_create_time"] = .time(upload.createTime)
        members["description"] = upload.description.map(Value.string)
        members["main_author"] = .string(upload.mainAuthor.text)
        members["coauthors"] = .ids(upload.coauthors)
        members["coauthor_groups"] = .ids(upload.coauthorGroups)
        members["reviewers"] = .ids(upload.reviewers)
        members["reviewer_groups"] = .ids(upload.reviewerGroups)
        let writers = [upload.mainAuthor] + upload.coauthors
        members["writers"] = .ids(writers)
        members["writer_groups"] = .ids(upload.coauthorGroups)
        members["viewers"] = .ids(writers + upload.reviewers)
        members["viewer_groups"] = .ids(upload.coauthorGroups + upload.reviewerGroups)
        members["published"] = .bool(upload.isPublished)
        members["published_to"] = .list(upload.publishedTo.map(Value.string))
        members["publish_time"] = upload.publishTime.map(Value.time)
        members["with_embargo"] = .bool(upload.isEmbargoed)
        members["embargo_length"] = .integer(Int64(upload.embargoLength))
        // Clients take it for a text that is always there.
        members["license"] = .string(upload.license ?? "")
        members["doi"] = upload.doi
        members["entries"] = .integer(Int64(counts.total))
        members["processing_successful"] = .integer(Int64(counts.processed - counts.failed))
        members["processing_failed"] = .integer(Int64(counts.failed))
        return .object(members)
    }
}

extension EntryRecord {
    /// The entry as NOMAD's list of an upload's entries shows it. Source: NOMAD 2.0.0.
    package var curationJSON: Value {
        var members = ObjectValue()
        members.add(process)
        members["entry_id"] = .string(id.text)
        members["upload_id"] = .string(upload.text)
        members["entry_create_time"] = .time(createTime)
        members["mainfile"] = .string(mainfile)
        members["mainfile_key"] = mainfileKey.map(Value.string)
        members["parser_name"] = .string(parserName)
        return .object(members)
    }
}

extension DatasetRecord {
    /// The dataset as NOMAD's API shows it; its entries are not part of it, but the query of one that says how they are
    /// found. Source: NOMAD 2.0.0.
    package var json: Value {
        var members = ObjectValue([
            ("dataset_id", .string(id.text)), ("dataset_name", .string(name)), ("user_id", .string(owner.text)),
        ])
        members["doi"] = doi.map(Value.string)
        members["pid"] = pid.map(Value.string)
        members["dataset_create_time"] = createTime.map(Value.time)
        members["dataset_modified_time"] = modifiedTime.map(Value.time)
        members["dataset_type"] = .string(type)
        members["query"] = query
        return .object(members)
    }
}

extension ObjectValue {
    fileprivate mutating func add(_ process: ProcessRecord) {
        self["process_running"] = .bool(process.status.isRunning)
        self["current_process"] = process.current.map(Value.string)
        self["process_status"] = .string(process.status.rawValue)
        self["last_status_message"] = process.lastStatusMessage.map(Value.string)
        self["errors"] = .list(process.errors.map(Value.string))
        self["warnings"] = .list(process.warnings.map(Value.string))
        self["complete_time"] = process.completeTime.map(Value.time)
    }
}

extension Value {
    fileprivate static func time(_ time: Timestamp) -> Value { .string(time.text(offset: "Z")) }

    /// Ids, each once.
    fileprivate static func ids<ID: Identifier>(_ ids: [ID]) -> Value {
        var seen: Set<ID> = []
        return .list(ids.filter { seen.insert($0).inserted }.map { .string($0.text) })
    }
}
