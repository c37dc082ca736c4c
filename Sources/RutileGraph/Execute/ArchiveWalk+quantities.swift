import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo

extension ArchiveWalk {
    /// A quantity that the request names.
    func explicitQuantity(
        _ quantity: QuantityProperty, _ child: RequestNode.Child, at place: Place, in section: Place, into slot: Slot,
        route: Route
    ) throws {
        let request = child.node
        guard request.form == .leaf else {
            return try insideQuantity(quantity, child, at: place, into: slot, route: route)
        }
        let config = request.config
        if try place.node.kind == .list, let index = config.index ?? child.key.index {
            try slot.open(.list)
            let positions = index.positions(count: try place.node.count)
            try walk.visit(positions.count)
            try place.node.forEachItem(positions) { position, node in
                let item = place.child(String(position), node, section: .inferred)
                try whole(quantity, at: item, config: config, into: slot.item(position), route: route.restarted())
            }
        } else if quantity.isReference {
            try references(quantity, at: place, config: config, into: slot, route: route.restarted())
        } else {
            try whole(quantity, at: place, config: config, into: slot, route: route.restarted())
        }
    }

    /// A value, or an internal reference where it is too deep or too large.
    private func whole(
        _ quantity: QuantityProperty, at place: Place, config: RequestConfig, into slot: Slot, route: Route
    ) throws {
        if try isContainer(place), try replaced(place, config: config, route: route, into: slot) { return }
        try value(quantity, at: place, config: config, into: slot, route: route)
    }

    /// A quantity that is met while walking.
    func walkedQuantity(
        _ quantity: QuantityProperty, at place: Place, config: RequestConfig, into slot: Slot, route: Route
    ) throws {
        if quantity.isReference {
            // A list of references is never too deep, but it may be too long.
            var sizes = config
            sizes.depth = nil
            if try isContainer(place), try replaced(place, config: sizes, route: route, into: slot) { return }
            return try references(quantity, at: place, config: config, into: slot, route: route)
        }
        try whole(quantity, at: place, config: config, into: slot, route: route)
    }

    private func isContainer(_ place: Place) throws -> Bool {
        let kind = try place.node.kind
        return kind == .list || kind == .object
    }

    /// A reference or a list of them.
    private func references(
        _ quantity: QuantityProperty, at place: Place, config: RequestConfig, into slot: Slot, route: Route
    ) throws {
        let isRead = config.directive == .plain && !config.alwaysRewriteReferences
        guard !isRead, try place.node.kind == .list else {
            return try value(quantity, at: place, config: config, into: slot, route: route)
        }
        try slot.open(.list)
        let count = try place.node.count
        try walk.visit(count)
        try place.node.forEachItem(0..<count) { position, node in
            let item = place.child(String(position), node, section: .inferred)
            try value(quantity, at: item, config: config, into: slot.item(position), route: route)
        }
    }

    /// One value as the config wants it: followed or rewritten if it is a reference, else as stored.
    private func value(
        _ quantity: QuantityProperty, at place: Place, config: RequestConfig, into slot: Slot, route: Route
    ) throws {
        if let text = place.node.text {
            if quantity.isReference || quantity.mayBeReference {
                let reference = StoredReference(text: text, quantity: quantity, place: place)
                return try self.reference(reference, config: config, into: slot, route: route)
            }
            if let document = try document(text, in: place, config: config) {
                return try slot.write(.value(document))
            }
        }
        try slot.write(.stored(place.node))
        try noteDefinition(ofValue: quantity, at: place, config: config, into: slot)
    }

    /// An object request at a quantity: references are followed, other values have no keys. What the request's own config
    /// asks for is there all the same, without one the definition if it is to be shown.
    private func insideQuantity(
        _ quantity: QuantityProperty, _ child: RequestNode.Child, at place: Place, into slot: Slot, route: Route
    ) throws {
        let request = child.node
        let children = request.children.filter { $0.key.text != "m_def" }
        if try place.node.kind == .list {
            let count = try place.node.count
            let index = request.ownIndex ?? child.key.index
            let positions = index?.positions(count: count) ?? 0..<count
            try place.node.forEachItem(positions) { position, node in
                try walk.visit(1 + children.count)
                let item = place.child(String(position), node, section: .inferred)
                try insideValue(quantity, request, children, at: item, into: slot.item(position), route: route)
            }
        } else {
            try insideValue(quantity, request, children, at: place, into: slot, route: route)
        }
    }

    private func insideValue(
        _ quantity: QuantityProperty, _ request: RequestNode, _ children: [RequestNode.Child], at place: Place,
        into slot: Slot, route: Route
    ) throws {
        if let text = place.node.text, quantity.isReference || quantity.mayBeReference {
            let reference = StoredReference(text: text, quantity: quantity, place: place)
            if try follow(reference, request: request, into: slot, route: route) { return }
        } else if let config = request.ownConfig {
            try whole(quantity, at: place, config: config, into: slot, route: route.restarted())
        } else {
            try noteDefinition(ofValue: quantity, at: place, config: request.config, into: slot)
        }
        let isShort = request.settings.value.definitionFormat == .short
        if !isShort, request.children.contains(where: { $0.key.text == "m_def" }) {
            problems.add(
                NodeProblem(
                    .general, "Only support \"m_def\" token on sections, try defining \"m_def\" request on the parent.")
            )
        }
        if try isContainer(place) {
            // Values have no definitions inside: nothing in them can be addressed.
            let isObject = try place.node.kind == .object
            for child in children {
                if isObject, let value = try place.node.child(child.key.name), try value.kind != .null {
                    problems.add(NodeProblem(.notFound, "Definition \(child.key.name) is not found."))
                } else {
                    notFound(child.key.name, at: place)
                }
            }
            return
        }
        for child in children { notFound(child.key.name, at: place) }
    }
}
