import NomadAPI
import RutileJSON
import RutileModel

/// What the fields of documents hold, in an answer. Source: NOMAD 2.0.0, measured.
extension GraphWalk {
    /// Writes a stored field as the member `name`; under `resolve_type` its strings are looked up. An object of which
    /// nothing is kept is not written; a list always is.
    func writeField(
        _ value: Value, config: RequestConfig?, index: IndexRange?, as name: String, into slot: Slot,
        problems: ProblemList
    ) throws {
        guard let items = value.items, let index else {
            guard let shown = try shown(value, of: name, config: config, problems: problems) else { return }
            return try slot.write(shown, to: name)
        }
        let list = slot.member(name)
        try list.open(.list)
        for position in index.positions(count: items.count) {
            guard let shown = try shown(items[position], of: name, config: config, problems: problems)
            else { continue }
            try list.item(position).write(shown)
        }
    }

    private func shown(
        _ value: Value, of name: String, config: RequestConfig?, problems: ProblemList
    ) throws -> AnswerNode? {
        guard let config else { return .value(value) }
        guard let kept = config.keys == .everything ? value : value.keeping(config.keys) else { return nil }
        // Times of datasets are no strings in NOMAD.
        guard config.directive == .resolved, config.resolveType != nil, !Document.datasetTimes.contains(name)
        else { return .value(kept) }
        return .value(try resolved(kept, config: config, problems: problems))
    }

    /// `value` with documents in place of the strings in it that are their ids; what it has of users stays as it is.
    private func resolved(_ value: Value, config: RequestConfig, problems: ProblemList) throws -> Value {
        try visit()
        switch value {
        case .string(let text):
            guard let document = try resolvedDocument(text, config: config, problems: problems) else { return value }
            try visit(GraphLimits.documentNodes)
            return document
        case .list(let items):
            return .list(try items.map { try resolved($0, config: config, problems: problems) })
        // Every user's document has that field, and nothing else does.
        case .object(let members) where members["is_admin"] == nil:
            return .object(
                ObjectValue(
                    try members.members.map { ($0.0, try resolved($0.1, config: config, problems: problems)) }))
        default: return value
        }
    }

    /// Writes what `plan` reads of the users that a field names.
    func users(_ ids: UserField, plan: ReadPlan.DocumentPlan, into slot: Slot) throws {
        switch ids {
        case .one(let id): try userFields(id, plan, into: slot)
        case .list(let ids):
            let positions = plan.index?.positions(count: ids.count) ?? 0..<ids.count
            for position in positions { try userFields(ids[position], plan, into: slot.item(position)) }
        }
    }

    /// The asked fields of one user, of whom they need not be set; the id stands in place of a user who is not known.
    private func userFields(_ id: UserID, _ plan: ReadPlan.DocumentPlan, into slot: Slot) throws {
        switch lookUp(.user, id.text) {
        case .found(let document): try userFields(of: document, plan, into: slot)
        case .refused: try slot.write(.value(.string(id.text)))
        case .missing: break
        }
    }

    private func userFields(of document: Document, _ plan: ReadPlan.DocumentPlan, into slot: Slot) throws {
        let problems = ProblemList()
        try slot.open(.object)
        try fields(of: document, plan, into: slot, problems: problems)
        try problems.write(to: slot)
    }

    /// Writes what `plan` reads of a stored value that is an object or a list of objects. Anything else has no members:
    /// nothing is written.
    func members(of value: Value, _ plan: ReadPlan.MembersPlan, into slot: Slot, problems: ProblemList) throws {
        try members(of: value, plan, index: plan.index, into: slot, problems: problems)
    }

    private func members(
        of value: Value, _ plan: ReadPlan.MembersPlan, index: IndexRange?, into slot: Slot, problems: ProblemList
    ) throws {
        if let items = value.items {
            for position in index?.positions(count: items.count) ?? 0..<items.count {
                try members(of: items[position], plan, index: nil, into: slot.item(position), problems: problems)
            }
            return
        }
        if let id = value.text {
            guard let user = plan.user else { return }
            switch lookUp(.user, id) {
            case .found(let document): return try userFields(of: document, user, into: slot)
            case .refused: return try slot.write(.value(value))
            case .missing: return
            }
        }
        guard let stored = value.object else { return }
        if plan.user != nil { try slot.open(.object) }
        if var each = plan.whole {
            let keys = each.keys
            let named = Set(plan.members.map { UTF8Key($0.key.name) })
            each.keys = .everything
            for (key, value) in stored.members where keys.admits(key) && !named.contains(UTF8Key(key)) {
                try writeField(value, config: each, index: nil, as: key, into: slot, problems: problems)
            }
        }
        for member in plan.members {
            let name = member.key.name
            guard let value = stored[name] else { continue }
            switch member.content {
            case .field(let config):
                try writeField(
                    value, config: config, index: config?.index ?? member.key.index, as: name, into: slot,
                    problems: problems)
            case .members(let plan): try members(of: value, plan, into: slot.member(name), problems: problems)
            }
        }
        // What is stored of a user has no lists: they are those of the user it is about.
        guard !plan.links.isEmpty, let id = stored["user_id"]?.text, case .found(let user) = lookUp(.user, id)
        else { return }
        for link in plan.links { try read(link, of: user, into: slot, problems: problems) }
    }
}

extension GraphWalk {
    /// What `required` shows of a search document; any other document as it is.
    func selection(_ required: RequiredQuantities?, of document: Document) -> Document {
        guard let required, case .metadata(let id, let members) = document else { return document }
        // A query calls the main file as the index does.
        let indexed = ObjectValue(members.members.map { ($0.hasSameUTF8(as: "mainfile_path") ? "mainfile" : $0, $1) })
        if lastSelection?.required != required { lastSelection = QuantitySelection(required) }
        return .metadata(id, Document.metadataFields(lastSelection?.members(of: indexed) ?? indexed))
    }
}

extension Value {
    /// The members that `keys` admits, of an object or of each object in a list, where items without any are null;
    /// anything else as it is. `nil` where nothing is left of an object.
    func keeping(_ keys: RequestConfig.KeyFilter) -> Value? {
        switch self {
        case .object(let members):
            let kept = ObjectValue(members.members.filter { keys.admits($0.0) }.map { ($0.0, $0.1) })
            return kept.isEmpty ? nil : .object(kept)
        case .list(let items):
            let kept = items.map { $0.keeping(keys) }
            let end = kept.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0
            return .list(kept[..<end].map { $0 ?? .null })
        default: return self
        }
    }
}
