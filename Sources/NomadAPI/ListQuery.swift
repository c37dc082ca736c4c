package import RutileJSON
package import RutileModel

/// Which documents of a list are wanted. Source: NOMAD 2.0.0's query models, measured.
package enum ListQuery: Hashable, Sendable {
    case uploads(UploadQuery)
    case entries(EntryListQuery)
    case datasets(DatasetQuery)
    case groups(GroupQuery)
    case search(SearchQuestion)
    case foreign(ForeignQuery)

    /// The fields that were given, as they were understood.
    package var echo: ObjectValue {
        switch self {
        case .uploads(let query): query.given
        case .entries(let query): query.given
        case .datasets(let query): query.given
        case .groups(let query): query.given
        case .search(let question): question.echo
        case .foreign(let query): query.given
        }
    }
}

/// A query of uploads. A list that is empty or absent filters nothing, and neither does an absent field.
package struct UploadQuery: Hashable, Sendable {
    /// Any of these ids.
    package private(set) var ids: [String] = []
    /// Any of these DOIs.
    package private(set) var dois: [String] = []
    /// Any of these names.
    package private(set) var names: [UploadNameTest] = []
    /// Whether it is being processed.
    package private(set) var isProcessing: Bool?
    package private(set) var isPublished: Bool?
    /// The status, in capitals; beats ``isProcessing``.
    package private(set) var processStatus: String?
    /// Whether its main author asks.
    package private(set) var isOwned: Bool?
    fileprivate private(set) var given = ObjectValue()

    /// Reads a `query` object. Unknown fields are ignored.
    init(_ fields: ObjectValue, pointer: String) throws(GraphProblem) {
        let reader = ListFieldReader(query: pointer)
        for (name, value) in fields.members {
            switch name {
            case "upload_id": ids = try reader.texts(name, value) ?? []
            case "doi": dois = try reader.texts(name, value) ?? []
            case "upload_name":
                names = []
                for text in try reader.texts(name, value) ?? [] {
                    guard let name = UploadNameTest(text) else {
                        throw GraphProblem(
                            .invalidPattern,
                            "Invalid query: a name in JSON has a 'value' that is not empty, and a 'type', 'exact' or "
                                + "'fuzzy'.",
                            at: pointer + "/upload_name")
                    }
                    names.append(name)
                }
            case "is_processing": isProcessing = try reader.flag(name, value)
            case "is_published": isPublished = try reader.flag(name, value)
            case "is_owned": isOwned = try reader.flag(name, value)
            case "process_status": processStatus = try reader.text(name, value)?.uppercased()
            default: continue
            }
            given[name] = name == "process_status" ? processStatus.map(Value.string) ?? .null : shown(value, name)
        }
    }

    private func shown(_ value: Value, _ name: String) -> Value {
        switch name {
        case "is_processing", "is_published", "is_owned": lenientFlag(value).map(Value.bool) ?? .null
        default: listed(value)
        }
    }
}

/// A query of entries: regular expressions, any of a list, all of the lists.
package struct EntryListQuery: Hashable, Sendable {
    package private(set) var mainfile: [String] = []
    package private(set) var parserName: [String] = []
    package private(set) var references: [String] = []
    fileprivate private(set) var given = ObjectValue()

    /// Reads a `query` object. Unknown fields are ignored.
    init(_ fields: ObjectValue, pointer: String) throws(GraphProblem) {
        let reader = ListFieldReader(query: pointer)
        for (name, value) in fields.members {
            switch name {
            case "mainfile": mainfile = try reader.texts(name, value) ?? []
            case "parser_name": parserName = try reader.texts(name, value) ?? []
            case "references": references = try reader.texts(name, value) ?? []
            default: continue
            }
            given[name] = listed(value)
        }
    }
}

/// A query of datasets; all that is given has to agree.
package struct DatasetQuery: Hashable, Sendable {
    package private(set) var id: String?
    package private(set) var name: String?
    /// Any of these owners; absent when not given.
    package private(set) var owners: [String]?
    package private(set) var type: String?
    package private(set) var doi: String?
    /// A regular expression that the name begins with, case ignored.
    package private(set) var prefix: String?
    fileprivate private(set) var given = ObjectValue()

    /// Reads a `query` object. Unknown fields are ignored.
    init(_ fields: ObjectValue, pointer: String) throws(GraphProblem) {
        let reader = ListFieldReader(query: pointer)
        for (name, value) in fields.members {
            switch name {
            case "dataset_id": id = try reader.text(name, value)
            case "dataset_name": self.name = try reader.text(name, value)
            case "user_id": owners = try reader.texts(name, value).flatMap { $0.isEmpty ? nil : $0 }
            case "dataset_type":
                type = try reader.text(name, value)
                if let type, type != "owned", type != "foreign" { throw reader.wrong(name, "'owned' or 'foreign'") }
            case "doi": doi = try reader.text(name, value)
            case "prefix": prefix = try reader.text(name, value)
            default: continue
            }
            given[name] = name == "user_id" ? listed(value) : value
        }
    }
}

/// A query of groups; all that is given has to agree.
package struct GroupQuery: Hashable, Sendable {
    /// Any of these ids, of none where it is empty; absent when not given.
    package private(set) var ids: [String]?
    /// A member or the owner.
    package private(set) var user: String?
    /// Words that all occur in the name, case ignored.
    package private(set) var terms: [String] = []
    fileprivate private(set) var given = ObjectValue()

    /// Reads a `query` object. Unknown fields are ignored.
    init(_ fields: ObjectValue, pointer: String) throws(GraphProblem) {
        let reader = ListFieldReader(query: pointer)
        for (name, value) in fields.members {
            switch name {
            case "group_id": ids = try reader.texts(name, value)
            case "user_id": user = try reader.text(name, value)
            case "search_terms":
                terms = try reader.text(name, value)?.split(whereSeparator: \.isWhitespace).map(String.init) ?? []
            default: continue
            }
            given[name] = value
        }
    }
}

/// A query of entries of other databases; see docs/gateway.md.
package struct ForeignQuery: Hashable, Sendable {
    /// In OPTIMADE's filter language; absent for all entries.
    package private(set) var filter: String?
    /// The entry type: `structures` or `references`.
    package private(set) var endpoint = "structures"
    /// Whether equal structures of several databases are shown once.
    package private(set) var mergesEqual = false
    fileprivate private(set) var given = ObjectValue()

    /// No query.
    package init() {}

    /// Reads a `query` object.
    ///
    /// - Throws: ``GraphProblem`` for unknown fields too: one that is not heeded would give more than was asked for.
    init(_ fields: ObjectValue, pointer: String) throws(GraphProblem) {
        let reader = ListFieldReader(query: pointer)
        for (name, value) in fields.members {
            switch name {
            case "filter": filter = try reader.text(name, value)
            case "endpoint": endpoint = try reader.text(name, value) ?? endpoint
            case "dedupe":
                let text = try reader.text(name, value) ?? "none"
                guard text == "structure" || text == "none" else { throw reader.wrong(name, "'structure' or 'none'") }
                mergesEqual = text == "structure"
            default: throw reader.wrong(name, "absent: a query here has filter, endpoint and dedupe")
            }
            given[name] = value
        }
    }
}

extension ListFieldReader {
    /// For the `query` object at `pointer`.
    fileprivate init(query pointer: String) {
        self.init(pointer: pointer, kind: .invalidQuery, what: "Invalid query")
    }
}

/// A string that stands for a list of one, as that list.
private func listed(_ value: Value) -> Value { value.text == nil ? value : .list([value]) }
