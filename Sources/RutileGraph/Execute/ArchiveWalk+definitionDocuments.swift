import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo

/// `m_def` in answers: in short form the definition's name and id, in full its document at a fixed path from the top of
/// the answer, and that path where it was asked for.
extension ArchiveWalk {
    /// Adds the definition of the section at `place`, where the config asks for it.
    func noteDefinition(of place: Place, config: RequestConfig, into slot: Slot) throws {
        guard config.showsDefinitions, case .defined(let id) = place.section else { return }
        if config.definitionFormat == .short {
            return try writeShortForm({ self.walk.definitions.shortForm(of: id) }, into: slot)
        }
        if config.includeDefinition == .specializedOnly, try place.node.child("m_def") == nil { return }
        try writeDefinition(.section(id), config: config, into: slot)
    }

    /// Adds the definition of a quantity to its value, where that is an object.
    func noteDefinition(
        ofValue quantity: QuantityProperty, at place: Place, config: RequestConfig, into slot: Slot
    ) throws {
        guard config.showsDefinitions, let definition = quantity.definition, try place.node.kind == .object else {
            return
        }
        if config.definitionFormat == .short {
            try writeShortForm({ self.walk.definitions.shortForm(of: definition) }, into: slot)
        } else if config.includeDefinition == .both {
            try writeDefinition(definition.target, config: config, into: slot)
        }
    }

    /// Writes a whole definition at its place, which `m_def` then tells.
    private func writeDefinition(_ definition: DefinitionTarget, config: RequestConfig, into slot: Slot) throws {
        var shown = DefinitionConfig()
        shown.exportsWholePackage = config.exportWholePackage
        let written = WrittenDefinition(definition: definition, isWholePackage: config.exportWholePackage)
        if let place = walk.writtenDefinitions[written] {
            try slot.write(.value(place.reference), to: "m_def")
            for missing in place.missing { problems.add(NodeProblem(.notFound, missing)) }
        } else if let answer = try writeDocument(DefinitionRequest(config: shown), of: definition, into: slot) {
            walk.writtenDefinitions[written] = WrittenDefinition.Place(
                reference: answer.reference, missing: answer.missing)
        }
    }

    /// `m_def` as a key of the request.
    func definition(_ request: RequestNode, of place: Place, into slot: Slot) throws {
        guard case .defined(let id) = place.section else { return }
        _ = try writeDocument(DefinitionRequest(request), of: .section(id), into: slot)
    }

    private func writeShortForm(_ look: () -> DefinitionLookup<String>, into slot: Slot) throws {
        try walk.mustBeWhole()
        switch try walk.settled(look) {
        case .found(let text): try slot.write(.value(.string(text)), to: "m_def")
        case .needs: return
        case .failed(let why): problems.add(NodeProblem(.general, "Failed to retrieve definition: \(why)."))
        }
    }

    /// - Returns: what was written; `nil` where there is no definition, or it has not been read.
    private func writeDocument(
        _ request: DefinitionRequest, of definition: DefinitionTarget, into slot: Slot
    ) throws -> DefinitionAnswer? {
        switch try walk.settled({ walk.definitions.answer(request, for: definition) }) {
        case .needs: return nil
        case .failed(let why):
            problems.add(NodeProblem(.general, "Failed to retrieve definition: \(why)."))
            return nil
        case .found(let answer):
            try walk.write(answer, problems: problems)
            try slot.write(.value(answer.reference), to: "m_def")
            return answer
        }
    }
}

/// A definition in an answer, where it stands once for all values of its kind.
struct WrittenDefinition: Hashable {
    let definition: DefinitionTarget
    let isWholePackage: Bool

    /// Where it stands.
    struct Place {
        let reference: Value
        /// What of it could not be found, in words.
        let missing: [String]
    }
}

extension GraphWalk {
    /// Writes the definitions of `answer` at their places.
    func write(_ answer: DefinitionAnswer, problems: ProblemList) throws {
        let root = try top()
        for fragment in answer.fragments {
            try visit()
            try root.place(fragment.path).write(.value(fragment.value))
        }
        for missing in answer.missing { problems.add(NodeProblem(.notFound, missing)) }
    }
}

extension DefinitionRequest {
    /// What a node below `m_def` or `metainfo` asks for.
    init(_ node: RequestNode) {
        var children: [Child] = []
        for child in node.children where child.node.form != .ignored {
            var positions: (@Sendable (Int) -> Range<Int>)?
            // A config's index is for values: lists of a definition are cut by that of a key alone.
            if let index = child.key.index {
                positions = { count in index.positions(count: count) }
            }
            children.append(Child(key: child.key.name, positions: positions, request: DefinitionRequest(child.node)))
        }
        self.init(config: node.ownConfig.map { DefinitionConfig($0) }, children: children)
    }
}

extension DefinitionConfig {
    fileprivate init(_ config: RequestConfig) {
        self.init()
        resolves = config.directive == .resolved
        depth = config.depth
        resolveDepth = config.resolveDepth
        exportsWholePackage = config.exportWholePackage
        let keys = config.keys
        if keys != .everything { filter = PathFilter(name: "\(keys)") { keys.admits($0) } }
    }
}

extension Slot {
    /// The place at the end of `path`, from here.
    func place(_ path: [PathStep]) -> Slot {
        path.reduce(self) { slot, step in
            switch step {
            case .key(let key): slot.member(key)
            case .index(let index): slot.item(index)
            }
        }
    }
}
