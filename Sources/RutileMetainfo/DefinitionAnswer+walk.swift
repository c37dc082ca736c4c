import RutileJSON

extension DefinitionScope {
    /// The answer to `request` for the definition of a section.
    ///
    /// *Source*: NOMAD 2.0.0, measured; requests down to plain attributes work, which they do not there.
    package func answer(_ request: DefinitionRequest, for section: SectionID) -> DefinitionLookup<DefinitionAnswer> {
        lookup { () throws(DefinitionNeed) in
            var walk = DefinitionWalk(scope: self)
            let id = try self.id(.section(section))
            try walk.read(.section(section), request, inheriting: DefinitionConfig())
            let mDef = Value.members([
                "m_def": .string(path(of: .section(section)).text), "m_def_id": .string(id),
            ])
            return DefinitionAnswer(mDef: mDef, fragments: walk.fragments, missing: walk.missing)
        }
    }
}

/// What the request names.
extension DefinitionWalk {
    /// Collects what `request` asks for of `node`; `inherited` holds for children that have no config of their own.
    mutating func read(
        _ node: DefinitionNode, _ request: DefinitionRequest, inheriting inherited: DefinitionConfig
    ) throws(DefinitionNeed) {
        if let config = request.config { try show(node, config, Way()) }
        let config = request.config ?? inherited
        for child in request.children { try read(child, of: node, inheriting: config) }
    }

    private mutating func read(
        _ child: DefinitionRequest.Child, of node: DefinitionNode, inheriting config: DefinitionConfig
    ) throws(DefinitionNeed) {
        let place = path(of: node) + [.key(child.key)]
        if child.key == "*" { return try read(node, child.request, inheriting: config) }
        switch try members(child.key, of: node) {
        case .parts(let parts):
            let positions = child.positions?(parts.count) ?? parts.indices
            for position in positions.clamped(to: parts.indices) {
                try read(parts[position], at: place + [.index(position)], child.request, of: node, inheriting: config)
            }
        case .list(let targets):
            self.place(.list(targets.map(reference)), at: place)
            guard child.request.follows else { return }
            for (position, target) in targets.enumerated() {
                try read(target, at: place + [.index(position)], child.request, of: node, inheriting: config)
            }
        case .map(let entries):
            let paths = ObjectValue(entries.map { ($0.name, Value.string($0.path.text)) })
            self.place(.object(paths), at: place)
            guard child.request.follows else { return }
            for entry in entries {
                try read(entry.node, at: place + [.key(entry.name)], child.request, of: node, inheriting: config)
            }
        case .attribute(let value): select(value, at: place, child)
        case .absent: return
        }
    }

    /// A part of a definition: its place keeps a path where it is a section, which is shown elsewhere.
    private mutating func read(
        _ part: DefinitionNode?, at place: [PathStep], _ request: DefinitionRequest, of node: DefinitionNode,
        inheriting config: DefinitionConfig
    ) throws(DefinitionNeed) {
        guard let part else { return missing.append("Definition at \(place.text) is not found.") }
        if case .section = part { placeReference(part, at: place, in: path(of: node)) }
        if part != node { try read(part, request, inheriting: config) }
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
