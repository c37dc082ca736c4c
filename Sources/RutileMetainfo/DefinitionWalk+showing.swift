import RutileJSON

/// Showing a definition, and what it points at.
extension DefinitionWalk {
    /// Shows `node`, and under ``DefinitionConfig/resolves`` what it points at.
    mutating func show(_ named: DefinitionNode, _ config: DefinitionConfig, _ way: Way) throws(DefinitionNeed) {
        let node = config.exportsWholePackage ? .package(package(of: named)) : named
        let place = path(of: node)
        guard way.depth < DefinitionScope.depthLimit, config.filter.admits(place.text) else { return }
        let isNew = shown.insert(Shown(node: node, config: config)).inserted
        if isNew { try placeDocument(of: node) }
        switch node {
        case .quantity(let owner, let position):
            guard let target = try target(owner, position), !way.visited.contains(target),
                !isOccupied(path(of: target))
            else { return }
            try show(target, config, way.following(target))
        case .package(let number):
            guard isNew else { return }
            for (key, map) in try maps(ofPackage: number).members { self.place(map, at: place + [.key(key)]) }
            guard goesOn(config, way) else { return }
            for section in scope.package(number).outermost {
                let bases = try whole(SectionID(package: number, section: section)).bases
                try follow(bases.map { .section($0) }, "base_sections", at: place, config, way)
            }
        case .section(let id):
            guard goesOn(config, way) else { return }
            try follow(try whole(id).bases.map { .section($0) }, "base_sections", at: place, config, way, from: node)
            if case .parts(let sections) = try members("sub_sections", of: node) {
                try follow(sections, "sub_sections", at: place, config, way, from: node)
            }
            if case .parts(let quantities) = try members("quantities", of: node) {
                try follow(quantities, "quantities", at: place, config, way, from: node)
            }
        }
    }

    private func goesOn(_ config: DefinitionConfig, _ way: Way) -> Bool {
        guard config.resolves else { return false }
        if let depth = config.depth, way.depth + 1 > depth { return false }
        if let depth = config.resolveDepth, depth > 0, way.visited.count + 1 > depth { return false }
        return true
    }

    /// Shows definitions that a definition points at; the place of a section keeps its path.
    private mutating func follow(
        _ targets: [DefinitionNode?], _ list: String, at place: [PathStep], _ config: DefinitionConfig, _ way: Way,
        from node: DefinitionNode? = nil
    ) throws(DefinitionNeed) {
        for (position, target) in targets.enumerated() {
            guard let target, target != node, !shown.contains(Shown(node: target, config: config)) else { continue }
            if case .section = target { placeReference(target, at: place + [.key(list), .index(position)], in: place) }
            try show(target, config, way.following(target))
        }
    }

    /// `all_quantities`, `all_sub_sections` and `all_base_sections` of a whole package: paths by name, in the order of
    /// paths. Quantities carry their section's name, as several sections may have one of a name.
    func maps(ofPackage number: Int) throws(DefinitionNeed) -> ObjectValue {
        // Sets first: many sections may inherit the same.
        var quantities: Set<DefinitionTarget> = []
        var subSections: Set<SectionID> = []
        var bases: Set<SectionID> = []
        for section in scope.package(number).outermost {
            let section = try whole(SectionID(package: number, section: section))
            bases.formUnion(section.ancestors)
            for property in section.properties {
                switch property {
                case .quantity(let quantity): quantities.insert(.quantity(quantity.owner, position: quantity.position))
                case .subSection(let subSection):
                    if let target = try self.section(subSection) { subSections.insert(target) }
                }
            }
        }
        func entry(_ name: String, _ target: DefinitionTarget) -> (String, Value) {
            (name, .string(scope.path(of: target).text))
        }
        func entries(_ sections: Set<SectionID>) -> [(String, Value)] {
            sections.map { entry(scope.section($0).name, .section($0)) }
        }
        let named = quantities.map { target in
            let name =
                if case .quantity(let owner, let position) = target {
                    scope.definition(.quantity(owner, position))["name"]?.text
                } else {
                    String?.none
                }
            return entry("\(scope.section(target.section).name).\(name ?? "")", target)
        }
        let maps = [
            ("all_quantities", named), ("all_sub_sections", entries(subSections)),
            ("all_base_sections", entries(bases)),
        ]
        return ObjectValue(
            maps.map { key, entries in
                let sorted = entries.sorted { UTF8Key($0.1.text ?? "") < UTF8Key($1.1.text ?? "") }
                return (key, .object(ObjectValue(sorted)))
            })
    }
}
