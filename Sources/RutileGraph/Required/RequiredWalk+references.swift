import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel

extension RequiredWalk {
    /// What stands in place of the reference `node`; `nil` where it leads to nothing in an archive that is there.
    func reference(
        _ part: RequiredData.Part, _ node: ArchiveNode, _ quantity: QuantityProperty, from source: Source,
        route: ArchiveWalk.Route
    ) throws -> AnswerNode? {
        let text = node.text ?? ""
        let target: Source
        let path: [String]
        switch ArchiveReference(text, in: source.key) {
        case .invalid: return .stored(node)
        case .remote:
            if resolvesInPlace {
                throw EntriesProblem(400, "resolvable reference to remote archive not implemented: \(text)")
            }
            return .stored(node)
        case .local(let steps): (target, path) = (source, steps)
        case .archive(let place, let steps):
            switch walk.archive(at: place, from: source.key) {
            case .missing: return nil
            case .absent: return .stored(node)
            case .found(let key):
                target =
                    key == source.key ? source : Source(key: key, upload: place.upload ?? source.upload, isMain: false)
                path = steps
            }
        }
        guard case .open(let root)? = walk.loaded.archives[target.key.entry],
            let (found, steps) = root.descendant(at: path)
        else { return quantity.isReference ? nil : .stored(node) }
        let place = ReferenceTarget(archive: target.key, node: found, path: steps)
        guard route.mayFollow, let chain = ReferenceChain.extending(route.chain, by: place.canonical) else {
            return .stored(node)
        }
        var behind = try route.deeper()
        behind.chain = chain
        if resolvesInPlace { return try self.target(part, found, quantity, from: target, route: behind) }
        let isLocal = target.key == source.key
        let written = (isLocal ? "/" : target.name + "#/") + steps.map(\.text).joined(separator: "/")
        try put(part, place, quantity, from: target, route: behind)
        return .value(.string(written))
    }

    /// Reads what a reference leads to, and puts it at its own place, once for all references that want the same of it.
    private func put(
        _ part: RequiredData.Part, _ place: ReferenceTarget, _ quantity: QuantityProperty, from source: Source,
        route: ArchiveWalk.Route
    ) throws {
        try visits.add(1)
        let name = source.isMain ? "" : source.name
        guard
            read.insert(
                RequiredTarget(
                    archive: UTF8Key(name), place: UTF8Key(place.canonical), declared: quantity.target, keys: part.keys)
            ).inserted
        else { return }
        guard let picked = try target(part, place.node, quantity, from: source, route: route) else { return }
        let archive = try targets.container(at: .key(name), kind: .object, visits)
        guard let last = place.path.last else {
            for member in try picked.asContainer(visits)?.members ?? [] {
                try archive.merge(.key(member.key), with: member.node, visits)
            }
            return
        }
        var container = archive
        for (step, next) in zip(place.path, place.path.dropFirst()) {
            container = try container.container(at: step, kind: next.parentKind, visits)
        }
        try container.merge(last, with: picked, visits)
    }

    /// What `part` picks of the target of a reference.
    private func target(
        _ part: RequiredData.Part, _ node: ArchiveNode, _ quantity: QuantityProperty, from source: Source,
        route: ArchiveWalk.Route
    ) throws -> AnswerNode? {
        let declared = SectionProperty(declared: quantity.target, repeats: true)
        if try node.kind == .object {
            guard let context = try definitions.context(of: node, declared: declared, in: source.key) else {
                return nil
            }
            return try section(part, of: node, context, from: source, route: route)
        }
        guard try node.item(0)?.kind == .object else { return try scalar(part, node) }
        let list = AnswerContainer(.list)
        list.isCompact = true
        let count = try node.count
        try visits.add(count)
        try node.forEachItem(0..<count) { position, item in
            let value = try target(part, item, quantity, from: source, route: route)
            if let value { list.set(.index(position), to: value) }
        }
        return .container(list)
    }
}

/// What is wanted of the target of a reference, once read.
struct RequiredTarget: Hashable {
    /// The name of its archive in the answer.
    let archive: UTF8Key
    /// Its canonical spelling.
    let place: UTF8Key
    /// The definition that the reference declares.
    let declared: SectionID?
    /// The keys that are wanted of it; absent where all of it is.
    let keys: ObjectIdentifier?
}

extension RequiredData.Part {
    /// Which keys these are.
    fileprivate var keys: ObjectIdentifier? { if case .keys(let keys) = self { ObjectIdentifier(keys) } else { nil } }
}

extension ArchivePlace {
    /// The upload that is named.
    fileprivate var upload: UploadID? {
        switch self {
        case .archive(let key): key.upload
        case .rawFile(let upload, _): upload
        case .entry: nil
        }
    }
}
