import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo

extension ArchiveWalk {
    /// Reads the keys of a section that its config admits, and all below them.
    ///
    /// `route.level` is the section's own level; its children are one further.
    func keys(
        of place: Place, config: RequestConfig, omitting named: Set<UTF8Key>, into slot: Slot, route: Route
    ) throws {
        // Without values, the tree of sections is the answer: empty ones belong to it.
        if !config.includeQuantities { try slot.open(.object) }
        if try place.node.kind == .object {
            try members(of: place, config: config, omitting: named, into: slot, route: route)
        }
        // Last: the ids of definitions that refer to each other depend on which of them is asked for first, and in NOMAD
        // that is the one below.
        try noteDefinition(of: place, config: config, into: slot)
    }

    private func members(
        of place: Place, config: RequestConfig, omitting named: Set<UTF8Key>, into slot: Slot, route: Route
    ) throws {
        let inner = config.walked
        let route = try route.deeper()
        try walk.visit(try place.node.count)
        for (key, node) in try place.node.members() where key != "m_def" && key != "m_def_id" {
            guard config.keys.admits(key), !named.contains(UTF8Key(key)) else { continue }
            guard let property = try property(key, node: node, in: place.section) else { continue }
            let value = place.child(key, node, section: .inferred)
            switch property {
            case .unknown: problems.add(NodeProblem(.general, "Definition \(key) is not found."))
            case .quantity(let quantity):
                guard inner.includeQuantities || isLabel(key, quantity, value, config: inner, of: place) else {
                    continue
                }
                try walkedQuantity(quantity, at: value, config: inner, into: slot.member(key), route: route)
            case .section(let section):
                try walkedSection(section, key, at: value, config: inner, parent: slot, route: route)
            }
        }
    }

    /// A sub-section that is met while walking.
    private func walkedSection(
        _ section: SectionProperty, _ key: String, at place: Place, config: RequestConfig, parent: Slot, route: Route
    ) throws {
        let slot = parent.member(key)
        let kind = try place.node.kind
        switch kind {
        case .list:
            guard section.repeats else {
                return problems.add(NodeProblem(.general, "Definition \(key) is not repeatable."))
            }
            if try replaced(place, config: config, route: route, into: slot) { return }
            if config.isPlain { return try slot.write(.stored(place.node)) }
            try slot.open(.list)
            let count = try place.node.count
            let positions = try config.page.map { try page($0, of: key, count: count, into: parent) } ?? 0..<count
            try walk.visit(positions.count)
            try place.node.forEachItem(positions) { position, node in
                try walkedItem(
                    section, at: place.child(String(position), node, section: .inferred), config: config,
                    into: slot.item(position), route: route)
            }
        case .object:
            if try replaced(place, config: config, route: route, into: slot) { return }
            if config.isPlain { return try slot.write(.stored(place.node)) }
            try walkedItem(section, at: place, config: config, into: slot, route: route)
        default:
            // Not a section after all (null, or a value of a damaged archive): it is shown as it is.
            if config.includeQuantities { try slot.write(.stored(place.node)) }
        }
    }

    private func walkedItem(
        _ section: SectionProperty, at place: Place, config: RequestConfig, into slot: Slot, route: Route
    ) throws {
        if try place.node.kind != .object {
            // A value among sections is shown as it is.
            guard config.includeQuantities else { return }
            return try walkedQuantity(.inferred, at: place, config: config, into: slot, route: try route.deeper())
        }
        guard let context = try context(of: place.node, declared: section, in: place.archive) else { return }
        let place = Place(archive: place.archive, node: place.node, path: place.path, section: context)
        try keys(of: place, config: config, omitting: [], into: slot, route: route)
    }

    /// Replaces a container that is too deep or too large by an internal reference; `false` when it is neither.
    func replaced(_ place: Place, config: RequestConfig, route: Route, into slot: Slot) throws -> Bool {
        guard config.depth != nil || config.maxListSize != nil || config.maxDictSize != nil else { return false }
        let count = try place.node.count
        let tooDeep = count > 0 && config.depth.map { route.level >= $0 } ?? false
        let limit = try place.node.kind == .list ? config.maxListSize : config.maxDictSize
        guard tooDeep || limit.map({ count > $0 }) ?? false else { return false }
        try slot.write(.value(.string("__INTERNAL__:" + place.reference)))
        return true
    }

    /// Whether a quantity is shown although quantities are not: it labels its section.
    private func isLabel(
        _ key: String, _ quantity: QuantityProperty, _ place: Place, config: RequestConfig, of section: Place
    ) -> Bool {
        guard config.includeLabelQuantities, !quantity.isReference else { return false }
        // A value that cannot be read is no label.
        guard let kind = try? place.node.kind, kind != .list, kind != .object else { return false }
        if ["label", "name", "type", "id"].contains(key) { return true }
        guard case .defined(let id) = section.section else { return false }
        return walk.definitions.section(id).labelQuantities.contains { UTF8Key($0) == UTF8Key(key) }
    }
}
