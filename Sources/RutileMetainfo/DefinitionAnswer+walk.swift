import RutileJSON

extension DefinitionScope {
    /// The answer to `request` for the definition of a section, or of a quantity.
    ///
    /// *Source*: NOMAD 2.0.0, measured; requests down to plain attributes work, which they do not there, and the `m_def` of
    /// a quantity has an empty object in place of a path.
    package func answer(
        _ request: DefinitionRequest, for definition: DefinitionTarget
    ) -> DefinitionLookup<DefinitionAnswer> {
        let (node, key): (DefinitionNode, DigestKey) =
            switch definition {
            case .section(let section): (.section(section), .section(section))
            case .quantity(let owner, let position): (.quantity(owner, position), .quantity(owner, position))
            }
        return answer(request, node) { path throws(DefinitionNeed) in
            let place = if case .section = definition { Value.string(path) } else { Value.members([:]) }
            return .members(["m_def": place, "m_def_id": .string(try self.id(key))])
        }
    }

    /// The answer to `request` for what `key` names among all definitions: a package by its name; with
    /// `entry_id:<entry>` in front, the definitions in an archive, or one of them, as in an `m_def`; a section by its
    /// definition id, if it is in no archive. What stands for it elsewhere is the path of a section, else nothing but an
    /// object.
    package func answer(_ request: DefinitionRequest, forKey key: String) -> DefinitionLookup<DefinitionAnswer> {
        switch node(forKey: key) {
        case .needs(let place): .needs(place)
        case .failed(let why): .failed(why)
        case .found(let node):
            answer(request, node) { path in if case .section = node { .string(path) } else { .members([:]) } }
        }
    }

    private func node(forKey key: String) -> DefinitionLookup<DefinitionNode> {
        if let package = catalogue.number(of: key) { return .found(.package(package)) }
        if key.utf8.starts(with: "entry_id:".utf8) { return entryNode(key) }
        if let section = catalogue.section(withID: key) { return .found(.section(section)) }
        return .failed("Cannot identify definition format: \(key)")
    }

    private func answer(
        _ request: DefinitionRequest, _ node: DefinitionNode,
        reference: (_ path: String) throws(DefinitionNeed) -> Value
    ) -> DefinitionLookup<DefinitionAnswer> {
        let found = lookup { () throws(DefinitionNeed) in
            var walk = DefinitionWalk(scope: self)
            let path = walk.path(of: node)
            // First: the ids of definitions that refer to each other depend on which of them is asked for first.
            let reference = try reference(path.text)
            try walk.read(node, request, part: [], inheriting: DefinitionConfig())
            if walk.isTooLarge { return DefinitionAnswer?.none }
            return DefinitionAnswer(path: path, reference: reference, fragments: walk.fragments, missing: walk.missing)
        }
        switch found {
        case .found(let answer?): return .found(answer)
        case .found(nil): return .failed("More definitions are asked for than can be shown at once")
        case .needs(let place): return .needs(place)
        case .failed(let why): return .failed(why)
        }
    }
}

/// What the request names.
extension DefinitionWalk {
    /// Collects what `request` asks for of `node`; `inherited` holds for children that have no config of their own.
    /// `part` tells which part of the whole request it is.
    mutating func read(
        _ node: DefinitionNode, _ request: DefinitionRequest, part: [Int], inheriting inherited: DefinitionConfig
    ) throws(DefinitionNeed) {
        // Where a definition stands does not depend on the way there: once is enough.
        guard !isTooLarge, readings.insert(Reading(node: node, part: part)).inserted else { return }
        if let config = request.config { try show(node, config, Way()) }
        let config = request.config ?? inherited
        for (position, child) in request.children.enumerated() {
            try read(child, of: node, part: part + [position], inheriting: config)
        }
    }

    private mutating func read(
        _ child: DefinitionRequest.Child, of node: DefinitionNode, part: [Int], inheriting config: DefinitionConfig
    ) throws(DefinitionNeed) {
        let place = path(of: node) + [.key(child.key)]
        if child.key == "*" { return try read(node, child.request, part: part, inheriting: config) }
        let from = Origin(node: node, request: child.request, part: part, config: config)
        switch try members(child.key, of: node) {
        case .parts(let parts):
            let positions = child.positions?(parts.count) ?? parts.indices
            for position in positions.clamped(to: parts.indices) {
                try read(parts[position], at: place + [.index(position)], from)
            }
        case .list(let targets):
            self.place(.list(targets.map(reference)), at: place)
            guard child.request.follows else { return }
            for (position, target) in targets.enumerated() { try read(target, at: place + [.index(position)], from) }
        case .map(let entries):
            let paths = ObjectValue(entries.map { ($0.name, Value.string($0.path.text)) })
            self.place(.object(paths), at: place)
            guard child.request.follows else { return }
            for entry in entries { try read(entry.node, at: place + [.key(entry.name)], from) }
        case .attribute(let value): select(value, at: place, child)
        case .absent: return
        }
    }

    /// What leads to a definition: the one around it, and what is asked for there.
    private struct Origin {
        let node: DefinitionNode
        let request: DefinitionRequest
        let part: [Int]
        let config: DefinitionConfig
    }

    /// A part of a definition: its place keeps a path where it is a section, which is shown elsewhere.
    private mutating func read(
        _ part: DefinitionNode?, at place: [PathStep], _ origin: Origin
    ) throws(DefinitionNeed) {
        guard let part else { return missing.append("Definition at \(place.text) is not found.") }
        if case .section = part { placeReference(part, at: place, in: path(of: origin.node)) }
        // A section that holds itself is not shown because of that.
        if part == origin.node, origin.request.config != nil { return }
        try read(part, origin.request, part: origin.part, inheriting: origin.config)
    }

    /// A plain attribute, or what of it is asked for.
    private mutating func select(_ value: Value, at place: [PathStep], _ child: DefinitionRequest.Child) {
        if let items = value.items, let positions = child.positions?(items.count) {
            for position in positions.clamped(to: items.indices) {
                select(items[position], at: place + [.index(position)], child.request)
            }
        } else {
            select(value, at: place, child.request)
        }
    }

    private mutating func select(_ value: Value, at place: [PathStep], _ request: DefinitionRequest) {
        guard request.config == nil, value.object != nil else {
            return self.place(value, at: place)
        }
        for child in request.children {
            if let member = value[child.key] { select(member, at: place + [.key(child.key)], child) }
        }
    }
}

extension DefinitionRequest {
    /// Whether it asks for more of a definition elsewhere than its path.
    fileprivate var follows: Bool { !children.isEmpty || config?.resolves == true }
}
