package import RutileJSON
package import RutileModel

/// What searches show of an entry, as NOMAD's index holds it, and where it comes from.
///
/// It has three parts: what the entry's archive and record say, what its upload says, and its datasets. Times are ISO
/// 8601 with the offset `+00:00`. Users stand in it by id and name, never with their addresses.
package enum SearchDocument {
    /// The part that only a change of the entry itself changes.
    ///
    /// - Parameters:
    ///   - metadata: of its archive; absent where it has none.
    ///   - results: of its archive, likewise.
    package static func entryPart(_ entry: EntryRecord, metadata: ObjectValue?, results: Value?) -> ObjectValue {
        var members = recordPart(entry)
        members["parser_name"] = .string(entry.parserName)
        members["entry_create_time"] = time(entry.createTime)
        members["processed"] = .bool(entry.process.status == .success)
        members["process_status"] = .string(entry.process.status.rawValue)
        if !entry.process.errors.isEmpty {
            members["processing_errors"] = .list(entry.process.errors.map(Value.string))
        }
        for (name, value) in referencePart(entry).members { members[name] = value }
        let own = members
        for (name, value) in metadata?.members ?? zip([], []) where !value.isNull {
            if own[name] != nil && name != "processed" { continue }
            if !kept.contains(UTF8Key(name)) { members[name] = value }
        }
        members["results"] = results.flatMap { $0.isNull ? nil : $0 }
        if let optimade = metadata?["optimade"], !optimade.isNull { members["optimade"] = optimade }
        return members
    }

    /// Whether a member of a document is what the entry's record says, whatever stands in its archive.
    package static func isOfRecord(_ name: String) -> Bool { recordMembers.contains { $0.hasSameUTF8(as: name) } }

    private static let recordMembers = ["entry_id", "upload_id", "mainfile", "mainfile_key"]

    /// The members that ``isOfRecord(_:)`` speaks of.
    package static func recordPart(_ entry: EntryRecord) -> ObjectValue {
        var members = ObjectValue([
            ("upload_id", .string(entry.upload.text)), ("entry_id", .string(entry.id.text)),
            ("mainfile", .string(entry.mainfile)),
        ])
        members["mainfile_key"] = entry.mainfileKey.map(Value.string)
        return members
    }

    /// Members of an archive's metadata that a search document has elsewhere or not at all: they say what the upload
    /// was like when the entry was processed, or are this software's own.
    private static let kept = Set(
        ["optimade", "optimade_resource", "optimade_reference", "email"].map(UTF8Key.init)
    ).union(editedMembers)

    /// What people say of uploads and of the links of entries, whatever stands in archives.
    private static let editedMembers = Set(
        (uploadMembers + ["datasets", "references"]).map(UTF8Key.init))

    private static let uploadMembers = [
        "upload_name", "upload_create_time", "published", "publish_time", "with_embargo", "license", "main_author",
        "authors", "coauthors", "coauthor_groups", "reviewers", "reviewer_groups", "viewers", "viewer_groups",
        "writers", "writer_groups",
    ]

    /// The part that the upload says. Users that are not known stand in it by their ids alone.
    package static func uploadPart(_ upload: UploadRecord, users: [UserID: UserRecord]) -> ObjectValue {
        func shown(_ ids: [UserID]) -> Value {
            var seen: Set<UserID> = []
            return .list(ids.filter { seen.insert($0).inserted }.map { user($0, users[$0]) })
        }
        func shown(_ ids: [GroupID]) -> Value {
            var seen: Set<GroupID> = []
            return .list(ids.filter { seen.insert($0).inserted }.map { .string($0.text) })
        }
        var members = ObjectValue()
        members["upload_name"] = upload.name.map(Value.string)
        members["upload_create_time"] = time(upload.createTime)
        members["published"] = .bool(upload.isPublished)
        members["publish_time"] = upload.publishTime.map(time)
        members["with_embargo"] = .bool(upload.isEmbargoed)
        members["license"] = upload.license.map(Value.string)
        members["main_author"] = user(upload.mainAuthor, users[upload.mainAuthor])
        members["authors"] = shown([upload.mainAuthor] + upload.coauthors)
        if !upload.coauthors.isEmpty { members["coauthors"] = shown(upload.coauthors) }
        if !upload.reviewers.isEmpty { members["reviewers"] = shown(upload.reviewers) }
        members["viewers"] = shown([upload.mainAuthor] + upload.coauthors + upload.reviewers)
        members["writers"] = shown([upload.mainAuthor] + upload.coauthors)
        let viewerGroups = upload.coauthorGroups + upload.reviewerGroups
        if !viewerGroups.isEmpty { members["viewer_groups"] = shown(viewerGroups) }
        if !upload.coauthorGroups.isEmpty { members["writer_groups"] = shown(upload.coauthorGroups) }
        return members
    }

    /// The users whose names ``uploadPart(_:users:)`` shows.
    package static func users(of upload: UploadRecord) -> [UserID] {
        [upload.mainAuthor] + upload.coauthors + upload.reviewers
    }

    /// The part about datasets; empty without any. Those that are not known stand in it by their ids alone.
    package static func datasetPart(_ ids: [DatasetID], _ datasets: [DatasetID: DatasetRecord]) -> ObjectValue {
        if ids.isEmpty { return ObjectValue() }
        let shown = ids.map { id -> Value in
            var members = ObjectValue([("dataset_id", .string(id.text))])
            guard let dataset = datasets[id] else { return .object(members) }
            members["dataset_name"] = .string(dataset.name)
            members["dataset_type"] = .string(dataset.type)
            members["doi"] = dataset.doi.map(Value.string)
            members["user_id"] = .string(dataset.owner.text)
            members["dataset_create_time"] = dataset.createTime.map(time)
            members["dataset_modified_time"] = dataset.modifiedTime.map(time)
            return .object(members)
        }
        return ObjectValue([("datasets", .list(shown))])
    }

    /// The part about what an entry refers to; empty where that is nothing.
    package static func referencePart(_ entry: EntryRecord) -> ObjectValue {
        entry.references.isEmpty
            ? ObjectValue() : ObjectValue([("references", .list(entry.references.map(Value.string)))])
    }

    /// A document that was given whole, as it is shown: without addresses of users. A member that people can edit, and
    /// that is null, stands for what the records say of it: it is that of `parts`, and absent where these have none.
    package static func shown(given: ObjectValue, _ parts: [ObjectValue] = []) -> ObjectValue {
        var shown = ObjectValue()
        for (name, value) in given.members {
            if value.isNull && editedMembers.contains(UTF8Key(name)) {
                shown[name] = parts.lazy.compactMap { $0[name] }.first
            } else {
                shown[name] = userMembers.contains { $0.hasSameUTF8(as: name) } ? withoutAddress(value) : value
            }
        }
        return shown
    }

    /// `document` with the member `data`, made of the quantities of data that were found in its archive
    /// (`search_quantities`), each at the place where it stands there.
    package static func withData(_ document: ObjectValue) -> ObjectValue {
        guard let quantities = document["search_quantities"]?.items, document["data"] == nil else { return document }
        var data = Value.null
        var room = mostGaps
        for quantity in quantities {
            guard let path = quantity["path_archive"]?.text,
                let value = valueMembers.lazy.compactMap({ quantity[$0] }).first(where: { !$0.isNull })
            else { continue }
            let steps = path.utf8.split(separator: UInt8(ascii: ".")).map { String(decoding: $0, as: UTF8.self) }
            guard (2...deepestPlace).contains(steps.count), steps[0].hasSameUTF8(as: "data") else { continue }
            data = data.setting(value, at: steps.dropFirst(), room: &room)
        }
        if data.isNull { return document }
        var document = document
        document["data"] = data
        return document
    }

    /// Steps that a place may have: paths come from archives, and may say anything.
    private static let deepestPlace = 64
    /// Items that are put in front of others in all lists of a document together.
    fileprivate static let mostGaps = 10_000

    /// Where an item of `search_quantities` has its value.
    private static let valueMembers = ["float_value", "int_value", "bool_value", "datetime_value", "str_value"]

    private static let userMembers = [
        "main_author", "authors", "coauthors", "reviewers", "viewers", "writers", "entry_coauthors",
    ]

    private static func withoutAddress(_ value: Value) -> Value {
        switch value {
        case .list(let items): .list(items.map(withoutAddress))
        case .object(let members): .object(ObjectValue(members.members.filter { !$0.0.hasSameUTF8(as: "email") }))
        default: value
        }
    }

    private static func time(_ time: Timestamp) -> Value { .string(time.text(offset: "+00:00")) }

    private static func user(_ id: UserID, _ record: UserRecord?) -> Value {
        var members = ObjectValue([("user_id", .string(id.text))])
        let names = [record?.firstName, record?.lastName].compactMap(\.self)
        // Whoever has no name is found and counted as what is known of them.
        members["name"] = .string(names.isEmpty ? record?.username ?? id.text : names.joined(separator: " "))
        return .object(members)
    }
}

extension Value {
    /// This with `value` at the end of `steps`, numbers among which are positions in lists. Lists grow by `room` items; what
    /// would need more is left out.
    fileprivate func setting(_ value: Value, at steps: ArraySlice<String>, room: inout Int) -> Value {
        guard let step = steps.first else { return value }
        guard let position = Int(step), (0..<SearchDocument.mostGaps).contains(position) else {
            var members = object ?? ObjectValue()
            let member = (members[step] ?? .null).setting(value, at: steps.dropFirst(), room: &room)
            members[step] = member.isNull ? nil : member
            return members.isEmpty ? .null : .object(members)
        }
        var items = self.items ?? []
        let missing = position - items.count + 1
        guard missing <= room else { return self }
        if missing > 0 {
            room -= missing
            items += Array(repeating: .null, count: missing)
        }
        items[position] = items[position].setting(value, at: steps.dropFirst(), room: &room)
        return .list(items)
    }
}
