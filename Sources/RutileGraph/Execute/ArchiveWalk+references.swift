import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileStore

/// A string of an archive that is, or may be, a reference.
struct StoredReference {
    let text: String
    let quantity: QuantityProperty
    /// Where it is stored.
    let place: ArchiveWalk.Place
}

/// A place that a reference leads to.
struct ReferenceTarget {
    let archive: ArchiveKey
    let node: ArchiveNode
    let path: [PathStep]

    /// What a followed reference is replaced by: the target's path from the top level of the answer.
    var answerPath: String {
        (ArchiveReference.archivePath(archive) + path.map(\.text)).joined(separator: "/")
    }
    /// The one spelling that all references to this target share.
    var canonical: String { archive.reference(to: path.text) }
}

extension ArchiveWalk {
    /// What came of looking a reference up.
    enum Lookup {
        case found(ReferenceTarget)
        case failed(String)
        /// Something has not been read yet; it is noted as needed.
        case missing
    }

    /// Writes a reference as the config wants it, following it under `resolved`.
    func reference(_ reference: StoredReference, config: RequestConfig, into slot: Slot, route: Route) throws {
        let isDone = config.directive != .resolved || !mayFollow(config, route)
        if isDone { return try asStored(reference, config: config, into: slot) }
        try walk.following { try self.resolve(reference, config: config, into: slot, route: route) }
    }

    private func resolve(_ reference: StoredReference, config: RequestConfig, into slot: Slot, route: Route) throws {
        switch lookUp(reference) {
        case .missing: return
        case .failed(let message):
            if reference.quantity.isReference { problems.add(NodeProblem(.archive, message)) }
            try asStored(reference, config: config, into: slot)
        case .found(let target):
            guard let route = try entering(target, route: route) else {
                return try asStored(reference, config: config, into: slot)
            }
            try slot.write(.value(.string(target.answerPath)))
            let counted = config.resolveDepth.map { min(route.references, $0 + 1) } ?? 0
            let reading = TargetReading(
                target: UTF8Key(target.canonical), declared: reference.quantity.target, wanted: .config(config),
                level: config.depth.map { min(route.level, $0) } ?? 0, references: counted)
            guard followed.mayRead(reading) else { return }
            // The filter of a reference that was asked for by name is meant for its target.
            try readTarget(target, of: reference.quantity, config: config, route: route)
        }
    }

    /// Follows a reference because keys below it are asked for.
    ///
    /// - Returns: `false` when the keys are not found because the reference leads nowhere.
    func follow(_ reference: StoredReference, request: RequestNode, into slot: Slot, route: Route) throws -> Bool {
        var isFollowed = false
        try walk.following {
            isFollowed = try self.descend(reference, request: request, into: slot, route: route)
        }
        return isFollowed
    }

    private func descend(
        _ reference: StoredReference, request: RequestNode, into slot: Slot, route: Route
    ) throws -> Bool {
        let config = request.config
        guard mayFollow(config, route) else { return false }
        switch lookUp(reference) {
        case .missing: return true
        case .failed(let message):
            if reference.quantity.isReference { problems.add(NodeProblem(.archive, message)) }
            try slot.write(.stored(reference.place.node))
            return false
        case .found(let target):
            guard let route = try entering(target, route: route) else {
                try slot.write(.stored(reference.place.node))
                return false
            }
            try slot.write(.value(.string(target.answerPath)))
            let reading = TargetReading(
                target: UTF8Key(target.canonical), declared: reference.quantity.target,
                wanted: .node(ObjectIdentifier(request)), level: 0, references: route.references)
            guard followed.mayRead(reading) else { return true }
            guard let place = try targetPlace(target, of: reference.quantity) else { return true }
            try section(request, at: place, into: try targetSlot(target), route: route)
            return true
        }
    }

    /// `resolve_depth` stops a chain that has exactly that length; longer ones began elsewhere and go on.
    private func mayFollow(_ config: RequestConfig, _ route: Route) -> Bool {
        guard let limit = config.resolveDepth, limit > 0 else { return true }
        return route.references != limit
    }

    /// The route behind `target`; `nil` when the chain has been there, or is too long.
    private func entering(_ target: ReferenceTarget, route: Route) throws -> Route? {
        try walk.visit()
        guard let chain = ReferenceChain.extending(route.chain, by: target.canonical) else {
            problems.add(NodeProblem(.archive, "Circular reference detected: \(target.canonical)."))
            return nil
        }
        guard route.mayFollow else {
            problems.add(
                NodeProblem(
                    .archive,
                    "\(target.canonical) is not followed: the chain of references that leads there is too long."))
            return nil
        }
        var behind = try route.deeper()
        behind.level = route.level
        behind.chain = chain
        return behind
    }

    /// Writes a reference that is not followed. As any text it may be the id of a document.
    private func asStored(_ reference: StoredReference, config: RequestConfig, into slot: Slot) throws {
        if let document = try document(reference.text, in: reference.place, config: config) {
            return try slot.write(.value(document))
        }
        let isRewritten = config.alwaysRewriteReferences && reference.quantity.isReference
        let text =
            isRewritten
            ? ArchiveReference.rewritten(
                reference.text, in: reference.place.archive, uploads: walk.uploads(namedIn: reference))
            : reference.text
        try slot.write(.value(.string(text)))
    }

    /// The document that a text at `place` is the id of, as ``GraphWalk/resolvedDocument(_:config:problems:)`` finds it.
    /// Ids in archives of other installations are none of this one.
    func document(_ text: String, in place: Place, config: RequestConfig) throws -> Value? {
        guard place.archive.installation == nil else { return nil }
        return try walk.resolvedDocument(text, config: config, problems: problems)
    }

    /// Reads what a followed reference points to.
    private func readTarget(
        _ target: ReferenceTarget, of quantity: QuantityProperty, config: RequestConfig, route: Route
    ) throws {
        let slot = try targetSlot(target)
        switch try target.node.kind {
        case .object:
            guard let place = try targetPlace(target, of: quantity) else { return }
            try keys(of: place, config: config, omitting: [], into: slot, route: route)
        default:
            try slot.write(.stored(target.node))
        }
    }

    /// The target as a place to walk on: its definition is its own, else the one that the reference declares.
    private func targetPlace(_ target: ReferenceTarget, of quantity: QuantityProperty) throws -> Place? {
        let declared = SectionProperty(declared: quantity.target, repeats: false)
        guard let context = try context(of: target.node, declared: declared, in: target.archive) else { return nil }
        return Place(
            archive: target.archive, node: target.node,
            path: target.path.reduce(ArchivePath.root) { $0.appending($1.text) }, section: context)
    }

    private func targetSlot(_ target: ReferenceTarget) throws -> Slot {
        try walk.top().place(ArchiveReference.archivePath(target.archive).map(PathStep.key) + target.path)
    }

    /// The place that a reference means.
    private func lookUp(_ reference: StoredReference) -> Lookup {
        let here = reference.place.archive
        switch ArchiveReference(reference.text, in: here) {
        case .local(let path): return find(path, in: here, message: reference.text)
        case .archive(let place, let path):
            if let installation = place.installation, !walk.definitions.installations.contains(installation) {
                return .failed("Cross installation reference is not supported yet: \(reference.text).")
            }
            switch walk.archive(at: place, from: here) {
            case .found(let key): return find(path, in: key, message: "/" + path.joined(separator: "/"))
            case .absent(let message): return .failed(message)
            case .missing: return .missing
            }
        case .invalid: return .failed("Invalid reference: \(reference.text).")
        }
    }

    private func find(_ path: [String], in archive: ArchiveKey, message: String) -> Lookup {
        let absent = Lookup.failed("Archive \(archive.entry) does not contain \(message).")
        guard let (node, steps) = walk.loaded.root(of: archive)?.descendant(at: path) else { return absent }
        return .found(ReferenceTarget(archive: archive, node: node, path: steps))
    }
}

extension ArchiveKey {
    /// How references in other archives spell a path of this one, for people.
    func reference(to path: String) -> String {
        "\(installation?.text ?? "..")/uploads/\(upload)/archive/\(entry)#/\(path)"
    }
}

extension ArchiveNode {
    /// What a reference's `path` leads to from here, and its steps; `nil` where it leads nowhere or, unless `orNull`, to
    /// null. Damaged bytes on the way are as good as no target.
    func descendant(at path: [String], orNull: Bool = false) -> (node: ArchiveNode, steps: [PathStep])? {
        var node = self
        var steps: [PathStep] = []
        for segment in path {
            guard let (step, child) = try? node.step(segment) else { return nil }
            steps.append(step)
            node = child
        }
        guard let kind = try? node.kind, orNull || kind != .null else { return nil }
        return (node, steps)
    }

    /// The child at a segment of a reference's path: a key, or digits for a list position.
    fileprivate func step(_ segment: String) throws(ArchiveError) -> (PathStep, ArchiveNode)? {
        guard try kind == .list else { return try child(segment).map { (.key(segment), $0) } }
        guard let position = Int(segment), position >= 0 else { return nil }
        return try item(position).map { (.index(position), $0) }
    }
}

extension GraphWalk {
    /// What came of looking for an archive.
    enum ArchiveLookup {
        /// It is open.
        case found(ArchiveKey)
        case absent(String)
        /// It has not been read yet; it is noted as needed.
        case missing
    }

    /// The archive that a reference in `here` means, if the caller may read it.
    func archive(at place: ArchivePlace, from here: ArchiveKey) -> ArchiveLookup {
        switch place {
        case .archive(let key):
            guard let installation = key.installation else { return archive(key) }
            return archive(
                RemoteEntry(key.entry, of: installation), in: key.upload,
                absent: "Archive \(key.entry) does not exist in upload \(key.upload)")
        case .rawFile(let upload, let path, let installation?):
            return archive(
                RemoteEntry(EntryID(upload: upload, mainfile: path), of: installation), in: upload,
                absent: "File \(path) does not exist in upload \(upload)")
        case .entry(let id, let installation?):
            return archive(RemoteEntry(id, of: installation), in: nil, absent: "Archive \(id) does not exist")
        case .rawFile(let upload, let path, nil):
            let place = MainfilePlace(upload: upload, path: path)
            guard let isReadable = mayRead(upload), let known = loaded.places[place] else {
                needs.places.insert(place)
                return .missing
            }
            guard isReadable, let entry = known else {
                return .absent("File \(path) does not exist in upload \(upload).")
            }
            return archive(ArchiveKey(upload: upload, entry: entry))
        case .entry(let id, nil):
            guard let known = upload(of: id) else { return .missing }
            return archive(ArchiveKey(upload: known ?? here.upload, entry: id))
        }
    }

    /// The archive of an entry of another installation, in whatever upload where none is named; `absence` says that there
    /// is none.
    private func archive(_ remote: RemoteEntry, in upload: UploadID?, absent absence: String) -> ArchiveLookup {
        switch loaded.remote[remote] {
        case nil:
            needs.remote.insert(remote)
            return .missing
        case .open(_, let found)? where upload.map { $0 == found } ?? true:
            return .found(ArchiveKey(upload: found, entry: remote.entry, on: remote.installation))
        case .failed(let why)?:
            return .absent("Archive \(remote.entry) of \(remote.installation) cannot be read: \(why).")
        case .open?, .absent?: return .absent("\(absence) of \(remote.installation), or is not public.")
        }
    }

    /// The archive of an entry, whatever upload it is in, if the caller may read it.
    func archive(of entry: EntryID) -> ArchiveLookup {
        guard let state = loaded.archives[entry] else {
            needs.archives.insert(entry)
            return .missing
        }
        guard case .open = state, let upload = (loaded.entries[entry] ?? nil)?.record.upload else {
            return .absent("Archive \(entry) does not exist.")
        }
        return .found(ArchiveKey(upload: upload, entry: entry))
    }

    /// The upload of an entry, as far as the caller may know: absent where there is no such entry, or it is hidden. `nil`
    /// while it is not read.
    func upload(of entry: EntryID) -> UploadID?? {
        guard let known = loaded.entries[entry] else {
            needs.entries.insert(entry)
            return nil
        }
        guard let upload = known?.record.upload else { return .some(nil) }
        return mayRead(upload).map { $0 ? upload : nil }
    }

    /// Whether the caller may read an upload; not one that does not exist. `nil` while it is not read.
    private func mayRead(_ id: UploadID) -> Bool? {
        guard let known = loaded.uploads[id] else {
            needs.uploads.insert(id)
            return nil
        }
        return known.map { policy.mayRead($0.record, as: caller) } ?? false
    }

    private func archive(_ key: ArchiveKey) -> ArchiveLookup {
        guard let state = loaded.archives[key.entry] else {
            needs.archives.insert(key.entry)
            return .missing
        }
        let entry = loaded.entries[key.entry] ?? nil
        // One text for an absent and a hidden target: it must not tell that a hidden one exists.
        guard case .open = state, entry?.record.upload == key.upload else {
            return .absent("Archive \(key.entry) does not exist in upload \(key.upload).")
        }
        return .found(key)
    }

    /// The upload of the entry that a reference names without one, where the caller may know it; noted as needed while it
    /// is not read.
    func uploads(namedIn reference: StoredReference) -> [EntryID: UploadID] {
        guard case .archive(.entry(let id, nil), _) = ArchiveReference(reference.text, in: reference.place.archive)
        else {
            return [:]
        }
        return (upload(of: id) ?? nil).map { [id: $0] } ?? [:]
    }
}
