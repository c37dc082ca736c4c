import RutileJSON

/// Reads `m_request` objects.
struct ConfigParser {
    /// JSON pointer of the object.
    let pointer: String
    /// Where the settings of a list stand.
    private let listPlaces: ListPlaces
    /// The settings, without what the kind of node makes of them.
    private(set) var config: RequestConfig
    private var include: Value?
    private var exclude: Value?

    /// Reads `given` on top of what `parent` hands down: all but what ``completed(for:)`` adds.
    ///
    /// Field names may be written with `-` for `_`; of two spellings of one field the later wins.
    ///
    /// - Parameter listPlaces: where the settings of a list stand: some may stand beside the object at `pointer`.
    init(
        _ given: ObjectValue, inheriting parent: RequestConfig, pointer: String, listPlaces: ListPlaces
    ) throws(GraphProblem) {
        var fields = ObjectValue()
        for (name, value) in given.members {
            fields[name.contains("-") ? String(name.map { $0 == "-" ? "_" : $0 }) : name] = value
        }
        let inherits = fields["inherit_from_parent"] != .bool(false)
        self.pointer = pointer
        self.listPlaces = listPlaces
        config = inherits ? parent.inherited : RequestConfig()
        for (name, value) in fields.members { try take(name, value) }
        config.given = Set(fields.keys)
        try takeFilters()
    }

    /// The config, with query and pagination as nodes of `kind` understand them. What is wrong with these is told after
    /// the faults of all nodes below, as in NOMAD.
    func completed(for kind: NodeKind) throws(GraphProblem) -> RequestConfig {
        var parser = self
        if kind == .archive { try parser.takePage() } else { try parser.takeList(kind) }
        return parser.config
    }

    /// Every field, for suggestions.
    static let fieldNames = [
        "directive", "layout_id", "include", "exclude", "depth", "resolve_depth", "resolve_type", "max_list_size",
        "max_dict_size", "resolve_inplace", "export_whole_package", "always_rewrite_references", "include_definition",
        "m_def_format", "index", "include_quantities", "include_label_quantities", "inherit_from_parent", "pagination",
        "query", "property_name",
    ]

    private mutating func take(_ name: String, _ value: Value) throws(GraphProblem) {
        switch name {
        case "directive": config.directive = try choice(name, value)
        case "layout_id": config.layoutID = try text(name, value)
        case "include": include = value
        case "exclude": exclude = value
        case "depth": config.depth = try limit(name, value)
        case "resolve_depth": config.resolveDepth = try limit(name, value)
        case "resolve_type": config.resolveType = value.isNull ? nil : try choice(name, value)
        case "max_list_size": config.maxListSize = try limit(name, value)
        case "max_dict_size": config.maxDictSize = try limit(name, value)
        case "export_whole_package": config.exportWholePackage = try flag(name, value)
        case "always_rewrite_references": config.alwaysRewriteReferences = try flag(name, value)
        case "include_definition": config.includeDefinition = try choice(name, value)
        case "m_def_format": config.definitionFormat = try choice(name, value)
        case "index": config.index = try index(value)
        case "include_quantities": config.includeQuantities = try flag(name, value)
        case "include_label_quantities": config.includeLabelQuantities = try flag(name, value)
        case "resolve_inplace": _ = try flag(name, value)
        case "inherit_from_parent": break
        case "property_name": _ = try text(name, value)
        case "pagination":
            guard value.isNull || value.object != nil else {
                throw wrong(name, "an object or null", at: listPlaces.pagination)
            }
            config.pagination = value.isNull ? nil : value
        case "query":
            guard value.isNull || value.object != nil else {
                throw wrong(name, "an object or null", at: listPlaces.query)
            }
            config.query = value.isNull ? nil : value
        default:
            let hint = suggestion(for: name, among: Self.fieldNames).map { " Did you mean '\($0)'?" } ?? ""
            throw GraphProblem(
                .invalidConfig, "Invalid query config: there is no field '\(name)'.\(hint)",
                at: pointer + "/" + escaped(name))
        }
    }

    private mutating func takeFilters() throws(GraphProblem) {
        let includes = try globs("include", include)
        let excludes = try globs("exclude", exclude)
        switch (includes, excludes) {
        case (let globs?, nil): config.keys = .include(globs)
        case (nil, let globs?): config.keys = .exclude(globs)
        case (nil, nil): config.keys = .everything
        case (.some, .some):
            throw GraphProblem(.invalidConfig, "Invalid query config: give include or exclude, not both.", at: pointer)
        }
    }

    private func globs(_ name: String, _ value: Value?) throws(GraphProblem) -> [Glob]? {
        guard let value, !value.isNull else { return nil }
        guard let items = value.items, !items.isEmpty || name == "exclude" else {
            throw wrong(name, "a list of at least one pattern")
        }
        guard items.count <= GraphRequest.mostPatterns else {
            throw wrong(name, "a list of at most \(GraphRequest.mostPatterns) patterns")
        }
        var globs: [Glob] = []
        var known: Set<Glob> = []
        for item in items {
            guard let text = item.text else { throw wrong(name, "a list of strings") }
            let glob = Glob(text)
            if known.insert(glob).inserted { globs.append(glob) }
        }
        return globs
    }

    private func wrong(_ name: String, _ expected: String, at place: String? = nil) -> GraphProblem {
        GraphProblem(
            .invalidConfig, "Invalid query config: '\(name)' must be \(expected).", at: place ?? pointer + "/" + name)
    }

    private func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ value: Value
    ) throws(GraphProblem) -> Choice {
        if let text = value.text, let choice = Choice(rawValue: text) { return choice }
        throw wrong(name, "one of " + Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))
    }

    private func text(_ name: String, _ value: Value) throws(GraphProblem) -> String? {
        guard value.isNull || value.text != nil else { throw wrong(name, "a string or null") }
        return value.text
    }

    /// An integer of at least 0, or null.
    private func limit(_ name: String, _ value: Value) throws(GraphProblem) -> Int? {
        if value.isNull { return nil }
        guard let number = lenientInteger(value), number >= 0 else {
            throw wrong(name, "an integer from 0 to \(Int.max), or null")
        }
        return number
    }

    /// A truth value, in the spellings that NOMAD admits.
    private func flag(_ name: String, _ value: Value) throws(GraphProblem) -> Bool {
        if let flag = lenientFlag(value) { return flag }
        throw wrong(name, "true or false")
    }

    private func index(_ value: Value) throws(GraphProblem) -> IndexRange? {
        if value.isNull { return nil }
        let expected = "[position] or [first, last], where first and last may be null"
        guard let items = value.items else { throw wrong("index", expected) }
        var bounds: [Int?] = []
        for item in items {
            if item.isNull {
                bounds.append(nil)
            } else if let number = lenientInteger(item) {
                bounds.append(number)
            } else {
                throw wrong("index", expected)
            }
        }
        switch (bounds.count, bounds.first ?? nil) {
        case (1, let position?): return IndexRange(position)
        case (2, let first): return IndexRange(first: first, last: bounds[1])
        default: throw wrong("index", expected)
        }
    }

    /// Reads query and pagination as lists of documents of `kind` have them.
    private mutating func takeList(_ kind: NodeKind) throws(GraphProblem) {
        switch kind {
        case .root, .user, .archive: return
        case .group, .upload, .dataset, .entry, .search, .metainfo, .files, .optimade: break
        }
        config.listPlaces = listPlaces
        if let fields = config.pagination?.object {
            config.listPagination = try ListPagination(fields, kind: kind, pointer: listPlaces.pagination)
        }
        let pointer = listPlaces.query
        if kind == .search {
            config.listQuery = .search(
                try SearchQuestion(query: config.query, pagination: config.pagination, places: listPlaces))
        }
        guard let fields = config.query?.object else { return }
        switch kind {
        case .upload: config.listQuery = .uploads(try UploadQuery(fields, pointer: pointer))
        case .entry: config.listQuery = .entries(try EntryListQuery(fields, pointer: pointer))
        case .dataset: config.listQuery = .datasets(try DatasetQuery(fields, pointer: pointer))
        case .group: config.listQuery = .groups(try GroupQuery(fields, pointer: pointer))
        case .optimade: config.listQuery = .foreign(try ForeignQuery(fields, pointer: pointer))
        default: break
        }
    }

    /// Reads the pagination of a sub-section.
    private mutating func takePage() throws(GraphProblem) {
        guard let fields = config.pagination?.object else { return }
        var page = RequestConfig.Page()
        for (name, value) in fields.members {
            let place = pointer + "/pagination/" + escaped(name)
            func number(atLeast least: Int) throws(GraphProblem) -> Int? {
                if value.isNull, name != "page_size" { return nil }
                guard let number = lenientInteger(value), number >= least else {
                    throw GraphProblem(
                        .unsupportedConfig, "Invalid pagination: '\(name)' must be an integer of at least \(least).",
                        at: place)
                }
                return number
            }
            switch name {
            case "page_size": page.size = try number(atLeast: 1) ?? 10
            case "page": page.number = try number(atLeast: 1)
            case "page_containing": page.containing = try number(atLeast: 0)
            default:
                throw GraphProblem(
                    .unsupportedConfig, "Invalid pagination: there is no field '\(name)' inside an archive.", at: place)
            }
        }
        guard page.number == nil || page.containing == nil else {
            throw GraphProblem(
                .unsupportedConfig, "Invalid pagination: give page or page_containing, not both.",
                at: pointer + "/pagination")
        }
        guard page.size <= GraphRequest.largestPage else {
            throw GraphProblem(
                .invalidConfig, "Invalid pagination: page_size must be at most \(GraphRequest.largestPage).",
                at: pointer + "/pagination/page_size")
        }
        config.page = page
    }
}

extension GraphRequest {
    /// Most items of one page.
    package static let largestPage = 10_000
    /// Most patterns of an `include` or `exclude`: each is tried with each key.
    static let mostPatterns = 1_000
}

/// A reference token of a JSON pointer (RFC 6901).
func escaped(_ key: String) -> String {
    guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return key }
    return key.reduce(into: "") { text, character in
        switch character {
        case "~": text += "~0"
        case "/": text += "~1"
        default: text.append(character)
        }
    }
}

/// The candidate that differs from `name` by at most two edits, if any.
package func suggestion(for name: String, among candidates: [String]) -> String? {
    guard name.utf8.count <= 64 else { return nil }
    let wanted = Array(name.lowercased())
    let ranked = candidates.map { ($0, editDistance(wanted, Array($0))) }
    return ranked.filter { $0.1 <= 2 }.min { $0.1 < $1.1 }?.0
}

/// Levenshtein's distance, with a swap of neighbours counted as one edit.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in 0..<left.count {
        var row = [i + 1]
        for j in 0..<right.count {
            var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                best = min(best, beforeLast[j - 1] + 1)
            }
            row.append(best)
        }
        beforeLast = last
        last = row
    }
    return last[right.count]
}
