import OptimadeAPI
import RutileArchive
import RutileJSON
import RutileModel
import RutileStore

/// One OPTIMADE JSON Lines file on its way into an upload: read piece by piece, then committed or dropped.
///
/// Until the change that takes over its ``stream`` is applied, no reader sees anything of it. Dropping the value removes
/// what it wrote.
final class LinesImport {
    /// How much of what is wrong with a file is listed; the rest is counted.
    static let listed = 1_000

    private let reader: LinesReader
    private let maker: DraftMaker
    private let stored: StoredArchives
    private var segments: SegmentWriter
    private var spool: EntrySpool
    private var opening: LinesReader.Opening?
    private var definitions: [LinesReader.PropertyUse: PropertyRecord] = [:]
    private var definitionOrder: [LinesReader.PropertyUse] = []
    /// Properties whose definitions were refused.
    private var refused: Set<LinesReader.PropertyUse> = []
    private var used: Set<LinesReader.PropertyUse> = []
    private var seen: [LinesReader.PropertyUse: ObservedType] = [:]
    private var unshown: Set<LinesReader.PropertyUse> = []
    private var unserved: [UTF8Key: Int] = [:]
    private var licenses: Set<String?> = []
    private var notes = CappedList<String>()
    /// Lines that make no entry although they should.
    private(set) var failures = CappedList<SourceFailure>()
    /// Whether entries are kept: not once it is clear that nothing will be committed.
    private let isKept: Bool
    /// Keys of some of the entries.
    private(set) var sample = SpreadSample()
    /// Entries that the upload has already, different or equal.
    private(set) var known = (updated: 0, unchanged: 0)

    /// The import of `mainfile`, which has this `digest`, into the upload of `maker`.
    ///
    /// `token` keeps its temporary file apart from others'.
    init(
        mainfile: String, digest: String, maker: DraftMaker, directory: DataDirectory, token: String, isKept: Bool
    ) throws {
        reader = LinesReader(maker: maker, mainfile: mainfile, digest: digest)
        self.maker = maker
        stored = StoredArchives(of: maker.upload, in: directory)
        segments = try SegmentWriter(directory: directory, upload: maker.upload)
        let path = directory.folder(of: maker.upload) + "/entries-" + token + DataDirectory.stagingSuffix
        var template = maker.record(
            EntryID(""), mainfile: mainfile, key: nil, parserName: DraftMaker.resourceParser, digest: digest)
        template.datasets = []
        spool = try EntrySpool(path: path, template: template)
        self.isKept = isKept
    }

    /// The file's path within the upload.
    var mainfile: String { reader.mainfile }

    /// Number of entries.
    var count: Int { spool.count }

    /// Number of entries that the upload does not have yet.
    var added: Int { count - known.updated - known.unchanged }

    /// Whether the entry is one of this file's.
    func holds(_ entry: EntryID) -> Bool { spool.ids.contains(EntrySpool.IDPrefix(entry)) }

    /// Reads the file at `path`, up to `width` pieces at a time. `progress` hears the number of entries now and then.
    ///
    /// - Throws: ``ForeignLines``; ``SourceFailure`` for a file that is damaged; ``ImportError``, `ArchiveError`.
    func read(_ path: String, width: Int, progress: (Int) -> Void) async throws {
        let pieces = try await blocking { try LinePieces(path: path) }
        // The first piece by itself: what is no file of this kind is not read on.
        guard let first = try await blocking({ try pieces.next() }) else {
            throw SourceFailure("the file is empty")
        }
        let reader = reader
        let beginning = try await blocking { reader.read(first, isFirst: true) }
        let types = beginning.types
        try take(beginning)
        progress(count)
        try await withThrowingTaskGroup(of: (Int, LinesReader.Result).self) { group in
            var started = 0
            var taken = 0
            var waiting: [Int: LinesReader.Result] = [:]
            func start() async throws -> Bool {
                guard let piece = try await blocking({ try pieces.next() }) else { return false }
                let number = started
                started += 1
                group.addTask { (number, try await blocking { reader.read(piece, isFirst: false, types: types) }) }
                return true
            }
            var hasMore = true
            while hasMore || taken < started {
                // Results wait for those before them, so pieces under way are limited, not tasks.
                while hasMore, started - taken < width + 1 { hasMore = try await start() }
                guard let (number, result) = try await group.next() else { break }
                waiting[number] = result
                while let next = waiting.removeValue(forKey: taken) {
                    try take(next)
                    taken += 1
                    progress(count)
                }
            }
        }
    }

    private func take(_ result: LinesReader.Result) throws {
        if opening == nil {
            guard let opening = result.opening, opening != .foreign else {
                throw ForeignLines()
            }
            self.opening = opening
            if opening == .resource { notes.append("The header line (x-optimade) is missing.") }
        }
        for failure in result.failures { failures.append(failure) }
        for note in result.notes { notes.append("line \(note.line): \(note.text)") }
        for property in result.properties { take(property) }
        licenses.formUnion(result.licenses)
        used.formUnion(result.used)
        for (use, shape) in result.seen { seen[use, default: .unseen].merge(shape) }
        unshown.formUnion(result.unshown)
        unserved.merge(result.unserved, uniquingKeysWith: +)
        for (line, draft) in result.drafts {
            guard !spool.ids.contains(EntrySpool.IDPrefix(draft.record.id)) else {
                let key = draft.record.mainfileKey ?? ""
                failures.append(SourceFailure(line: line, "an entry '\(key)' stands on an earlier line"))
                continue
            }
            sample.add(draft.record.mainfileKey ?? "")
            if let entry = maker.existing[draft.record.id] {
                if stored.isSame(draft.archive, as: entry) { known.unchanged += 1 } else { known.updated += 1 }
            }
            for warning in draft.record.process.warnings { notes.append("line \(line): \(warning)") }
            var write = RecordChange.EntryWrite(draft.record, documents: draft.documents)
            if isKept { write.record.archive = try segments.place(draft.record.id, draft.archive) }
            try spool.append(write)
        }
    }

    private func take(_ property: PropertyRecord) {
        let use = LinesReader.PropertyUse(type: UTF8Key(property.entryType), name: UTF8Key(property.name))
        do {
            _ = try PropertyDefinition(property.name, of: property.entryType, json: property.definition)
        } catch {
            notes.append("The definition of \(property.name) of \(property.entryType) is not used: \(error)")
            refused.insert(use)
            return
        }
        if let type = PropertyDefinition.unknownType(in: property.definition) {
            notes.append(
                "The definition of \(property.name) of \(property.entryType) names the type '\(type.prefix(40))', which is "
                    + "none: values are shown as they are, and cannot be searched for.")
        }
        if definitions.updateValue(property, forKey: use) == nil { definitionOrder.append(use) }
    }

    /// The definitions of properties, in the order of the file; of several for one property the last. What lists and
    /// dictionaries hold is that of the values where no definition says it.
    var properties: [PropertyRecord] {
        definitionOrder.compactMap { use -> PropertyRecord? in
            guard var property = definitions[use] else { return nil }
            if let shape = seen[use] {
                property.definition = PropertyDefinition.completed(property.definition, with: shape)
            }
            return property
        }
    }

    /// The licence that the file states for its entries; absent where it states none, or several.
    var license: String? { licenses.count == 1 ? licenses.first ?? nil : nil }

    /// What a reader should know of the entries.
    var warnings: [String] {
        func names(_ uses: some Sequence<LinesReader.PropertyUse>) -> [String] {
            uses.map { "\($0.name.string) of \($0.type.string)" }.sorted()
        }
        let undefined = names(used.filter { definitions[$0] == nil && !refused.contains($0) }).map {
            "The property \($0) is on no info line: it is shown where it is asked for, but cannot be searched for."
        }
        let hidden = names(unshown).map { "\($0) has no prefix, and is not of the standard: it is kept, not shown." }
        let kept = unserved.sorted { $0.key < $1.key }.map { type, count in
            "Of the type \(type.string) there \(count == 1 ? "is 1 entry" : "are \(count) entries"): kept, but neither "
                + "served nor exported."
        }
        return undefined + hidden + kept + notes.items + (notes.omitted > 0 ? ["… and \(notes.omitted) more"] : [])
    }

    /// Paths of the segments that were committed.
    var segmentPaths: [String] { segments.committed }

    /// Makes the archives durable; gives the entries for the change.
    func commit() throws -> RecordChange.EntryStream {
        _ = try segments.commit()
        // One entry is enough to remember by that the file has to be read again.
        return try spool.stream(warning: failures.items.first.map(EntryRecord.warning))
    }
}

/// A file of lines that are not OPTIMADE's.
struct ForeignLines: Error {
    /// The failure where the file was meant to be one.
    var failure: SourceFailure {
        SourceFailure(line: 1, "no OPTIMADE JSON Lines file: it begins with no x-optimade header")
    }
}

/// The first of many items, and how many there were.
struct CappedList<Item> {
    /// Up to ``LinesImport/listed``.
    private(set) var items: [Item] = []
    /// Number of items that are not listed.
    private(set) var omitted = 0

    mutating func append(_ item: Item) {
        if items.count < LinesImport.listed { items.append(item) } else { omitted += 1 }
    }
}
