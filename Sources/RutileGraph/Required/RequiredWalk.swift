import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel

/// One pass over one archive with a `required`: picks what is wanted, and notes what it misses.
///
/// Pure, as ``GraphWalk`` is, whose stores and definitions it reads: what is missing is among the walk's needs, and what
/// was picked counts only if there were none. Sections and quantities are here, references in
/// `RequiredWalk+references`. Source: NOMAD 2.0.0, measured.
final class RequiredWalk {
    /// An archive that is read from.
    struct Source {
        let key: ArchiveKey
        /// The upload by which references to it go: the one that a reference named, else that of the archive around.
        let upload: UploadID
        /// How the answer names it; empty for the archive that is asked for.
        let name: String
    }

    let walk: GraphWalk
    /// What definitions say of values.
    let definitions: ArchiveWalk
    let visits: Visits
    let resolvesInPlace: Bool
    /// What references lead to, at its own place, by the archive's name.
    var targets = AnswerContainer(.object)
    /// Targets that were read.
    var read: Set<RequiredTarget> = []
    /// Whose archive it is.
    private let entry: EntryID
    /// Keys on the way to what is picked at the moment.
    private var names: [String] = []

    private init(_ walk: GraphWalk, _ attempt: Attempt, of entry: EntryID, resolvesInPlace: Bool) {
        self.walk = walk
        self.entry = entry
        definitions = ArchiveWalk(walk: walk, problems: ProblemList())
        visits = Visits(attempt)
        self.resolvesInPlace = resolvesInPlace
    }

    /// What `required` picks of the archive `node`, whose section is `root`, with `m_ref_archives`.
    ///
    /// - Throws: `EntriesProblem` for what cannot be done with the values that are there; what the attempt says;
    ///   `ArchiveError`.
    static func answer(
        _ required: RequiredData, of node: ArchiveNode, in key: ArchiveKey, root: SectionID, _ walk: GraphWalk,
        _ attempt: Attempt
    ) throws -> AnswerContainer {
        let pass = RequiredWalk(walk, attempt, of: key.entry, resolvesInPlace: required.resolvesInPlace)
        let source = Source(key: key, upload: key.upload, name: "")
        let picked = try pass.section(
            required.root, of: node, .defined(root), from: source, route: ArchiveWalk.Route())
        return try pass.joined(picked)
    }

    /// What was picked, and where references lead to. Where both have something they are merged: NOMAD lets what was
    /// picked replace whole sections that references lead into.
    private func joined(_ picked: AnswerNode) throws -> AnswerContainer {
        let answer = try targets.container(at: .key(""), kind: .object, visits)
        let others = AnswerContainer(.object)
        for member in targets.members where !member.key.isEmpty {
            let archive = try targets.container(at: .key(member.key), kind: .object, visits)
            archive.set(.key("m_def"), to: .value(.string("nomad.datamodel.EntryArchive")))
            others.set(.key(member.key), to: .container(archive))
        }
        for member in try picked.asContainer(visits)?.members ?? [] {
            try answer.merge(.key(member.key), with: member.node, visits)
        }
        answer.set(.key("m_ref_archives"), to: .container(others))
        return answer
    }

    // MARK: Sections

    /// What `part` picks of the section `node`.
    func section(
        _ part: RequiredData.Part, of node: ArchiveNode, _ context: SectionContext, from source: Source,
        route: ArchiveWalk.Route
    ) throws -> AnswerNode {
        guard try node.kind == .object else { return try scalar(part, node) }
        switch part {
        case .stored: return .stored(node)
        case .unknown(let word): throw unknown(word)
        case .resolved, .keys: break
        }
        let route = try route.deeper()
        let picked = AnswerContainer(.object)
        if let definition = try node.child("m_def") { picked.set(.key("m_def"), to: .stored(definition)) }
        func pick(_ name: String, _ items: RequiredData.Items?, _ part: RequiredData.Part, _ child: ArchiveNode) throws
        {
            names.append(name)
            defer { names.removeLast() }
            let value = try member(part, items, of: child, name: name, in: context, from: source, route: route)
            if let value { picked.set(.key(name), to: value) }
        }
        if case .keys(let keys) = part, keys.others == nil {
            try visits.add(1 + keys.named.count)
            for key in keys.named {
                guard let part = key.part, let child = try node.child(key.name) else { continue }
                try pick(key.name, key.items, part, child)
            }
            return .container(picked)
        }
        try visits.add(1 + (try node.count))
        for (name, child) in try node.members() where name != "m_def" {
            guard case .keys(let keys) = part else {
                try pick(name, nil, part, child)
                continue
            }
            if let key = keys[name] {
                if let part = key.part { try pick(name, key.items, part, child) }
            } else if let part = keys.others {
                try pick(name, nil, part, child)
            }
        }
        return .container(picked)
    }

    /// What `part` picks of the child `name` of a section; `nil` where that is nothing.
    private func member(
        _ part: RequiredData.Part, _ items: RequiredData.Items?, of node: ArchiveNode, name: String,
        in context: SectionContext, from source: Source, route: ArchiveWalk.Route
    ) throws -> AnswerNode? {
        guard let property = try definitions.property(name, node: node, in: context) else { return nil }
        if case .unknown = property { return nil }
        let kind = try node.kind
        if kind == .list {
            if items == nil, !needsReading(part, property) { return .stored(node) }
            let count = try node.count
            guard let positions = items.map({ $0.positions(count: count) }) ?? 0..<count else { return nil }
            return try list(positions, of: node, isWhole: property.isQuantity) { item in
                try single(part, of: item, property, from: source, route: route)
            }
        }
        guard items == nil else { throw refusal("cannot use list key on none list \(name)") }
        return kind == .null ? .stored(node) : try single(part, of: node, property, from: source, route: route)
    }

    /// What `pick` makes of the items at `positions`; `nil` where `isWhole` and it makes nothing of one of them, such as a
    /// reference that leads nowhere.
    private func list(
        _ positions: Range<Int>, of node: ArchiveNode, isWhole: Bool, pick: (ArchiveNode) throws -> AnswerNode?
    ) throws -> AnswerNode? {
        let list = AnswerContainer(.list)
        list.isCompact = true
        try visits.add(positions.count)
        let misses = walk.misses
        var isBroken = false
        try node.forEachItem(positions) { position, item in
            if isBroken { return }
            guard let value = try pick(item) else {
                // What has not been read is not broken.
                isBroken = isWhole && walk.misses == misses
                return
            }
            list.set(.index(position), to: value)
        }
        return isBroken ? nil : .container(list)
    }

    /// Whether `part` can pick anything else of a value than the value as stored.
    private func needsReading(_ part: RequiredData.Part, _ property: WalkProperty) -> Bool {
        switch (part, property) {
        case (.stored, _): false
        case (.resolved, .quantity(let quantity)): quantity.isReference || quantity.mayBeReference
        default: true
        }
    }

    /// What `part` picks of a value, or of an item of a list of values.
    private func single(
        _ part: RequiredData.Part, of node: ArchiveNode, _ property: WalkProperty, from source: Source,
        route: ArchiveWalk.Route
    ) throws -> AnswerNode? {
        if case .unknown(let word) = part { throw unknown(word) }
        guard needsReading(part, property) else { return .stored(node) }
        switch property {
        case .section(let section):
            guard let context = try definitions.context(of: node, declared: section, in: source.key) else { return nil }
            return try self.section(part, of: node, context, from: source, route: route)
        case .quantity(let quantity):
            return try value(part, of: node, quantity, from: source, route: route)
        case .unknown: return nil
        }
    }

    // MARK: Quantities

    private func value(
        _ part: RequiredData.Part, of node: ArchiveNode, _ quantity: QuantityProperty, from source: Source,
        route: ArchiveWalk.Route
    ) throws -> AnswerNode? {
        switch try node.kind {
        case .string where quantity.isReference || quantity.mayBeReference:
            return try reference(part, node, quantity, from: source, route: route)
        case .object:
            // Values that are objects have no definitions of their parts.
            return try section(part, of: node, .inferred, from: source, route: route)
        case .list:
            let route = try route.deeper()
            return try list(0..<(try node.count), of: node, isWhole: true) { item in
                try value(part, of: item, quantity, from: source, route: route)
            }
        default: return try scalar(part, node)
        }
    }

    /// What `part` picks of a value that has no parts. Keys below a text might be meant for what it refers to.
    func scalar(_ part: RequiredData.Part, _ node: ArchiveNode) throws -> AnswerNode {
        switch part {
        case .unknown(let word): throw unknown(word)
        case .stored, .resolved: return .stored(node)
        case .keys(let keys):
            let kind = try node.kind
            if kind == .string || kind == .null { return .stored(node) }
            guard keys.areNone else { throw refusal("a value that is no section and no reference has no keys") }
            return .container(AnswerContainer(.object))
        }
    }

    private func unknown(_ directive: String) -> EntriesProblem { refusal("unknown directive \(directive)") }

    /// What cannot be done here, with the place: a page has the archives of many entries.
    private func refusal(_ text: String) -> EntriesProblem {
        let keys = names.isEmpty ? "" : " at \(names.joined(separator: "."))"
        return EntriesProblem(400, "\(text)\(keys) of entry \(entry)")
    }
}

extension RequiredData.Keys {
    /// Whether nothing is wanted of any child.
    fileprivate var areNone: Bool { others == nil && named.allSatisfy { $0.part == nil } }
}

extension WalkProperty {
    fileprivate var isQuantity: Bool { if case .quantity = self { true } else { false } }
}
