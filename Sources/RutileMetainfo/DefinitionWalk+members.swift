import RutileJSON

/// What stands under a key of a definition.
extension DefinitionWalk {
    /// What a key of a definition holds.
    enum Members {
        /// Definitions that are part of this one; a sub-section counts as the section it holds, absent if not found.
        case parts([DefinitionNode?])
        /// Definitions elsewhere.
        case list([DefinitionNode?])
        /// Definitions by name.
        case map([Entry])
        /// A value.
        case attribute(Value)
        case absent
    }

    /// One of the definitions by name.
    struct Entry {
        /// Name of the property.
        let name: String
        /// What is shown for it at first.
        let path: [PathStep]
        /// What is followed.
        let node: DefinitionNode?
    }

    /// What stands under `key` of `node`.
    func members(_ key: String, of node: DefinitionNode) throws(DefinitionNeed) -> Members {
        switch (node, key) {
        case (.package(let number), "section_definitions"):
            return .parts(scope.package(number).outermost.map { .section(SectionID(package: number, section: $0)) })
        case (.package(let number), "all_quantities"), (.package(let number), "all_sub_sections"),
            (.package(let number), "all_base_sections"):
            return try maps(ofPackage: number)[key].map(Members.attribute) ?? .absent
        case (.section(let id), "quantities"):
            return .parts(items("quantities", of: id).indices.map { .quantity(id, $0) })
        case (.section(let id), "sub_sections"):
            var sections: [DefinitionNode?] = []
            for position in items("sub_sections", of: id).indices { sections.append(try section(id, position)) }
            return .parts(sections)
        case (.section(let id), "inner_section_definitions"):
            let inner = scope.package(id.package).sections[id.section].inner
            return .parts(inner.map { .section(SectionID(package: id.package, section: $0)) })
        case (.section(let id), "base_sections"): return .list(try whole(id).bases.map { .section($0) })
        case (.section(let id), "all_base_sections"): return .list(try allBases(id).map { .section($0) })
        case (.section(let id), "all_quantities"): return .map(try entries(id, quantities: true, subSections: false))
        case (.section(let id), "all_sub_sections"): return .map(try entries(id, quantities: false, subSections: true))
        case (.section(let id), "all_properties"): return .map(try entries(id, quantities: true, subSections: true))
        default: return (try document(of: node))[key].map(Members.attribute) ?? .absent
        }
    }

    private func items(_ list: String, of id: SectionID) -> [Value] {
        scope.definition(.section(id))[list]?.items ?? []
    }

    /// The section with all it inherits.
    func whole(_ id: SectionID) throws(DefinitionNeed) -> Section {
        let section = scope.section(id)
        if let place = section.needs.first { throw DefinitionNeed(place: place) }
        return section
    }

    /// The section that a sub-section holds; absent if not found, and for what plugins add to a section, which is in no
    /// list of its definition and has no path.
    func section(_ subSection: SubSection) throws(DefinitionNeed) -> SectionID? {
        guard items("sub_sections", of: subSection.owner).indices.contains(subSection.position),
            case .section(let id) = try section(subSection.owner, subSection.position)
        else { return nil }
        return id
    }

    /// The section that a sub-section holds.
    private func section(_ owner: SectionID, _ position: Int) throws(DefinitionNeed) -> DefinitionNode? {
        let text = scope.definition(.subSection(owner, position))["sub_section"]?.text ?? ""
        switch scope.target(text, in: owner.package, from: owner.section) {
        case .found(let target): return .section(target.section)
        case .needs(let place): throw DefinitionNeed(place: place)
        case .failed: return nil
        }
    }

    /// Every base section after what it inherits from; one that is inherited twice is there twice.
    private func allBases(_ id: SectionID, level: Int = 0) throws(DefinitionNeed) -> [SectionID] {
        var all: [SectionID] = []
        // Inheriting twice at each of many levels would give no end of them.
        guard level < 20 else { return all }
        for base in try whole(id).bases where all.count < 1_000 {
            all += try allBases(base, level: level + 1)
            all.append(base)
        }
        return all
    }

    /// The properties of a section, inherited ones included.
    func entries(
        _ id: SectionID, quantities: Bool, subSections: Bool
    ) throws(DefinitionNeed) -> [Entry] {
        var entries: [Entry] = []
        for property in try whole(id).properties {
            let (owner, position) = property.origin
            switch property {
            case .quantity(let quantity):
                guard quantities else { continue }
                let path = scope.path(of: .quantity(owner, position: position))
                entries.append(Entry(name: quantity.name, path: path, node: .quantity(owner, position)))
            case .subSection(let subSection):
                // What plugins add to a section is in no list of its definition and has no path.
                guard subSections, items("sub_sections", of: owner).indices.contains(position) else { continue }
                let path = scope.path(of: .section(owner)) + [.key("sub_sections"), .index(position)]
                entries.append(Entry(name: subSection.name, path: path, node: try section(owner, position)))
            }
        }
        return entries
    }
}
