package import RutileJSON
import RutileModel

extension UploadEdit {
    /// What a request body asks for: `{"metadata": {…}, "entries": {"<id or main file>": {…}}}`.
    ///
    /// A list is given as such, as one text, or as `{"set", "add", "remove"}`. Datasets are not set: a list adds them.
    /// A member of an edit or of `metadata` that is null is as good as absent, and so is an empty `query`. With a `query`
    /// nothing changes but entries that it finds. `entries_key` is understood, and changes nothing: entries under
    /// `entries` are found by ids and main files.
    ///
    /// Source: NOMAD 2.0.0's edit requests.
    /// - Throws: ``CurationError/invalid(_:)`` with all that is wrong.
    package init(_ request: Value) throws(CurationError) {
        self.init()
        var reader = EditReader()
        guard let members = request.object else {
            throw .invalid([.init(at: [], "an edit is an object with the members metadata and entries")])
        }
        let query = members["query"]?.object.flatMap { $0.isEmpty ? nil : $0 }
        reader.isForFoundEntries = query != nil
        let search = [("owner", members["owner"]), ("query", query.map(Value.object))]
            .compactMap { name, value in value.flatMap { $0.isNull ? nil : (name, $0) } }
        if !search.isEmpty { question = .object(ObjectValue(search)) }
        for (key, value) in members.members {
            switch key {
            case "metadata": reader.read(value, into: &self)
            case "entries": reader.readEntries(value, into: &self)
            case "verify_only":
                if value.bool == nil, !value.isNull { reader.fail([key], "is neither true nor false") }
            case "query": if value.object == nil, !value.isNull { reader.fail([key], "is no object") }
            case "owner": if value.text == nil && !value.isNull { reader.fail([key], "is no text") }
            case "entries_key":
                if !value.isNull, !["entry_id", "mainfile"].contains(value.text) {
                    reader.fail([key], "is neither entry_id nor mainfile")
                }
            default: reader.fail([key], "is no member of an edit: metadata, query, owner, entries, verify_only")
            }
        }
        if reader.faults.isEmpty, !reader.changesSomething {
            reader.fail(["metadata"], "No fields to update specified")
        }
        if reader.faults.isEmpty { return }
        throw .invalid(
            reader.faults.map { fault in
                let input = fault.place.reduce(Optional(request)) { $0?[$1] }
                return CurationError.Fault(at: fault.place, fault.message, input: input ?? .null)
            })
    }
}

/// Reads members of edits and notes what is wrong with them.
private struct EditReader {
    var faults: [CurationError.Fault] = []
    /// Whether a search chooses the entries.
    var isForFoundEntries = false
    /// Whether any member that can be edited was there.
    private(set) var changesSomething = false

    mutating func fail(_ place: [String], _ message: String) { faults.append(.init(at: place, message)) }

    mutating func read(_ value: Value, into edit: inout UploadEdit) {
        if value.isNull { return }
        guard let members = value.object else { return fail(["metadata"], "is no object") }
        for (key, value) in members.members where !value.isNull {
            changesSomething = true
            let place = ["metadata", key]
            if isForFoundEntries, Self.uploadMembers.contains(key) {
                fail(place, "Quantity can only be edited on the upload level")
                continue
            }
            switch key {
            case "upload_name": edit.name = text(value, at: place)
            case "description": edit.description = text(value, at: place)
            case "license": edit.license = text(value, at: place)
            case "main_author": edit.mainAuthor = text(value, at: place)
            case "embargo_length":
                if let months = value.integer.flatMap({ Int(exactly: $0) }) {
                    edit.embargo = months
                } else {
                    fail(place, "is no whole number of months")
                }
            case "coauthors": edit.coauthors = list(value, at: place)
            case "coauthor_groups": edit.coauthorGroups = list(value, at: place)
            case "reviewers": edit.reviewers = list(value, at: place)
            case "reviewer_groups": edit.reviewerGroups = list(value, at: place)
            default: readLink(key, value, at: place, into: &edit.links, others: Self.uploadMembers)
            }
        }
    }

    mutating func readEntries(_ value: Value, into edit: inout UploadEdit) {
        if value.isNull { return }
        guard let entries = value.object else { return fail(["entries"], "is no object") }
        for (name, value) in entries.members {
            guard let members = value.object else {
                fail(["entries", name], "is no object")
                continue
            }
            var links = UploadEdit.Links()
            for (key, value) in members.members where !value.isNull {
                changesSomething = true
                readLink(key, value, at: ["entries", name, key], into: &links, others: [])
            }
            edit.entries.append((name, links))
        }
    }

    private static let uploadMembers = [
        "upload_name", "description", "license", "embargo_length", "main_author", "coauthors", "coauthor_groups",
        "reviewers", "reviewer_groups",
    ]

    private mutating func readLink(
        _ key: String, _ value: Value, at place: [String], into links: inout UploadEdit.Links, others: [String]
    ) {
        switch key {
        case "datasets": links.datasets = list(value, at: place, canBeSet: false)
        case "references": links.references = list(value, at: place)
        default:
            let known = (others + ["datasets", "references"]).joined(separator: ", ")
            fail(place, "cannot be edited; what can is \(known)")
        }
    }

    private mutating func text(_ value: Value, at place: [String]) -> String? {
        if value.text == nil { fail(place, "is no text") }
        return value.text
    }

    private mutating func list(
        _ value: Value, at place: [String], canBeSet: Bool = true
    ) -> UploadEdit.ListEdit {
        guard let members = value.object else {
            let texts = texts(value, at: place)
            return canBeSet ? UploadEdit.ListEdit(set: texts) : UploadEdit.ListEdit(added: texts)
        }
        if members.isEmpty { fail(place, "No operation specified") }
        var edit = UploadEdit.ListEdit()
        for (key, value) in members.members {
            switch key {
            case "set": edit.set = texts(value, at: place + [key])
            case "add": edit.added = texts(value, at: place + [key])
            case "remove": edit.removed = texts(value, at: place + [key])
            default: fail(place + [key], "is none of set, add, remove")
            }
        }
        if edit.set != nil && !(edit.added.isEmpty && edit.removed.isEmpty) {
            fail(place, "has set together with add or remove")
        }
        if edit.set != nil && !canBeSet {
            fail(place, "Only `add` and `remove` operations permitted for datasets")
        }
        let added = Set(edit.added.map(UTF8Key.init))
        if edit.removed.contains(where: { added.contains(UTF8Key($0)) }) {
            fail(place, UploadEdit.ListEdit.contradiction)
        }
        return edit
    }

    private mutating func texts(_ value: Value, at place: [String]) -> [String] {
        switch value {
        case .string(let text): return [text]
        case .list(let items) where items.allSatisfy({ $0.text != nil }): return items.compactMap(\.text)
        default:
            fail(place, "is neither a text nor a list of texts")
            return []
        }
    }
}
