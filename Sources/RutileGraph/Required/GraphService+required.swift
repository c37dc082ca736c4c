package import NomadAPI
package import RutileArchive
package import RutileMetainfo
package import RutileModel
import RutileStore

/// What came of reading the archive of an entry.
package enum ArchiveReading: Sendable {
    /// What was wanted of it, as JSON.
    case json([UInt8])
    /// It is wanted whole and is large: who asked writes it piece by piece.
    case large(ArchiveNode)
    /// The entry has none, or the caller may not read it.
    case absent
    /// Its stored bytes cannot be read.
    case damaged(ArchiveError)
}

extension GraphService {
    /// Names of the packages of definitions, built-in ones first.
    package var packageNames: [String] { definitions.packageNames }

    /// What `required` picks of the archives of `entries`, each in its place.
    ///
    /// - Parameters:
    ///   - uploads: those of the entries, as far as they are known.
    ///   - root: the section of whole archives; absent for that of the definitions.
    /// - Throws: `EntriesProblem` for what cannot be done with values that are there, ``NomadAPI/GraphProblem`` when a cap
    ///   is reached, errors of the stores, `CancellationError`.
    package func archives(
        _ entries: [EntryRecord], in uploads: [UploadID: UploadRecord], _ required: RequiredData, as caller: Caller,
        root: SectionID? = nil
    ) async throws -> [ArchiveReading] {
        let reader = BatchReader(
            records: records, archives: archives, search: search, files: files, foreign: foreign,
            remote: NoRemoteArchives(), limits: limits, policy: policy, caller: caller)
        var batch = RequiredBatch(
            entries: entries, required: required, root: root ?? definitions.root,
            definitions: DefinitionScope(catalogue: definitions), limits: limits)
        batch.loaded.keep(entries)
        batch.loaded.keep(Array(uploads.values))
        var needs = Needs()
        needs.archives = Set(entries.map(\.id))
        while !batch.isDone {
            try limits.check(archives: batch.loaded.archiveCount(with: needs))
            try await batch.loaded.load(needs, with: reader)
            try Task.checkCancellation()
            needs = try await pass(&batch, caller)
        }
        return batch.readings
    }

    private func pass(_ batch: inout RequiredBatch, _ caller: Caller) async throws -> Needs {
        let whole = batch.required.isEverything ? Attempt.transcribing(limits) : .whole(limits)
        if !batch.isLarge {
            do {
                return try batch.pass(as: caller, policy, .short(limits))
            } catch is Attempt.IsLong {}
        }
        return try await longWork.run { try batch.pass(as: caller, policy, whole) }
    }
}

/// Archives that are read together.
private struct RequiredBatch {
    let entries: [EntryRecord]
    let required: RequiredData
    let root: SectionID
    var loaded = Loaded()
    private let definitions: DefinitionScope
    let limits: GraphLimits
    private var found: [Int: ArchiveReading] = [:]

    init(
        entries: [EntryRecord], required: RequiredData, root: SectionID, definitions: DefinitionScope,
        limits: GraphLimits
    ) {
        self.entries = entries
        self.required = required
        self.root = root
        self.definitions = definitions
        self.limits = limits
    }

    /// Bytes of an archive that is better not in memory as JSON.
    private static let largeArchive = 8 << 20

    var isDone: Bool { found.count == entries.count }
    var readings: [ArchiveReading] { entries.indices.map { found[$0] ?? .absent } }

    /// Whether transcribing them takes more than some milliseconds.
    var isLarge: Bool {
        required.isEverything && entries.reduce(0) { $0 + ($1.archive?.length ?? 0) } > 256 << 10
    }

    /// Reads those that have not been read, and gives what is missing for others.
    mutating func pass(as caller: Caller, _ policy: AccessPolicy, _ attempt: Attempt) throws -> Needs {
        let walk = GraphWalk(
            loaded: loaded, definitions: definitions, caller: caller, policy: policy, userEmail: .members,
            attempt: attempt)
        for (position, entry) in entries.enumerated() where found[position] == nil {
            switch loaded.archives[entry.id] {
            case .open(let node) where required.isEverything && (entry.archive?.length ?? 0) > Self.largeArchive:
                found[position] = .large(node)
            case .open(let node):
                let misses = walk.misses
                do {
                    let key = ArchiveKey(upload: entry.upload, entry: entry.id)
                    let answer = try RequiredWalk.answer(required, of: node, in: key, root: root, walk, attempt)
                    if walk.misses == misses { found[position] = .json(try answer.json(attempt)) }
                } catch let error as ArchiveError {
                    found[position] = .damaged(error)
                }
            case .damaged(let error): found[position] = .damaged(error)
            case .absent, .hidden, nil: found[position] = .absent
            }
        }
        return walk.needs
    }
}
