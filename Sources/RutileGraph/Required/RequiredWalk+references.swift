import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel

extension RequiredWalk {
    /// What stands in place of the reference `node`; `nil` where it leads to nothing in an archive that is there.
    ///
    /// Circles end where a target of a reference between archives comes again. Within one archive keys end by themselves;
    /// of everything, a target is read once before another archive is.
    func reference(
        _ part: RequiredData.Part, _ node: ArchiveNode, _ quantity: QuantityProperty, from source: Source,
        route: ArchiveWalk.Route
    ) throws -> AnswerNode? {
        let text = node.text ?? ""
        let target: Source
        let path: [String]
        var isLocal = true
        var fragment = Substring(text.utf8.drop { $0 != UInt8(ascii: "#") }.dropFirst())
        switch ArchiveReference(text, in: source.key) {
        case .invalid: return .stored(node)
        case .archive(let place, _) where place.installation != nil:
            if resolvesInPlace {
                throw EntriesProblem(400, "resolvable reference to remote archive not implemented: \(text)")
            }
            return .stored(node)
        case .local(let steps):
            if text.utf8.first == UInt8(ascii: "/") { fragment = text[...] }
            guard fragment.utf8.first == UInt8(ascii: "/") else { return .stored(node) }
            (target, path) = (source, steps)
        case .archive(let place, let steps):
            // What has not been read is asked for; of this pass nothing remains.
            guard case .found(let key) = archive(at: place, from: source.key) else { return .stored(node) }
            path = steps
            if key == source.key, !place.isFile {
                target = source
            } else {
                isLocal = false
                target = self.source(key, at: place, named: text, from: source)
            }
        }
        guard !path.isEmpty, case .open(let root)? = walk.loaded.archives[target.key.entry],
            let (found, steps) = root.descendant(at: path, orNull: true)
        else { return quantity.isReference ? nil : .stored(node) }
        if found.isNull { return .stored(resolvesInPlace ? found : node) }
        let place = ReferenceTarget(archive: target.key, node: found, path: steps)
        guard route.mayFollow, let behind = try self.route(behind: place, part, isLocal: isLocal, from: route) else {
            return .stored(node)
        }
        if resolvesInPlace { return try self.target(part, found, quantity, from: target, route: behind) }
        try put(part, place, quantity, from: target, route: behind)
        // The path remains as it was written.
        let slash = fragment.utf8.first == UInt8(ascii: "/") ? "" : "/"
        return .value(.string("\(isLocal ? "" : target.name + "#")\(slash)\(fragment)"))
    }

    /// The archive that a reference in `here` means. That of an entry is found by its id, whatever upload is named.
    private func archive(at place: ArchivePlace, from here: ArchiveKey) -> GraphWalk.ArchiveLookup {
        switch place {
        case .archive(let key): walk.archive(of: key.entry)
        case .entry(let id, _): walk.archive(of: id)
        case .rawFile: walk.archive(at: place, from: here)
        }
    }

    /// Another archive, `key`, which the reference `text` in `source` means.
    private func source(_ key: ArchiveKey, at place: ArchivePlace, named text: String, from source: Source) -> Source {
        let upload: UploadID
        let label: String
        switch place {
        case .rawFile(let named, let path, _): (upload, label) = (named, path)
        case .entry, .archive:
            label = key.entry.text
            // `../upload` is the one by which references to the archive go.
            let here = ArchiveKey(upload: source.upload, entry: source.key.entry)
            if case .archive(.archive(let named), _) = ArchiveReference(text, in: here) {
                upload = named.upload
            } else {
                upload = source.upload
            }
        }
        return Source(key: key, upload: upload, name: "../uploads/\(upload)/archive/\(label)")
    }

    /// The route on which the target `place` is read; `nil` in a circle.
    private func route(
        behind place: ReferenceTarget, _ part: RequiredData.Part, isLocal: Bool, from route: ArchiveWalk.Route
    ) throws -> ArchiveWalk.Route? {
        var behind = try route.deeper()
        if isLocal {
            if case .keys = part { return behind }
            guard let chain = ReferenceChain.extending(route.localChain, by: place.canonical) else { return nil }
            behind.localChain = chain
        } else {
            guard let chain = ReferenceChain.extending(route.chain, by: place.canonical) else { return nil }
            behind.chain = chain
            behind.localChain = nil
        }
        return behind
    }

    /// Reads what a reference leads to, and puts it at its own place, once for all references that want the same of it.
    private func put(
        _ part: RequiredData.Part, _ place: ReferenceTarget, _ quantity: QuantityProperty, from source: Source,
        route: ArchiveWalk.Route
    ) throws {
        try visits.add(1)
        let reading = RequiredTarget(
            archive: UTF8Key(source.name), place: UTF8Key(place.canonical), declared: quantity.target, keys: part.keys)
        guard read.insert(reading).inserted, let last = place.path.last,
            let picked = try target(part, place.node, quantity, from: source, route: route)
        else { return }
        var container = try targets.container(at: .key(source.name), kind: .object, visits)
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
    /// Whether it is named by a file.
    fileprivate var isFile: Bool { if case .rawFile = self { true } else { false } }
}
