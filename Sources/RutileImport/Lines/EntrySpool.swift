import Glibc
import RutileModel
import RutileStore

/// Entries of one file that wait for the commit, in a temporary file: they may be more than memory holds.
///
/// In memory stay some 80 bytes for each entry. They are given back in the order of their ids: a database that gets
/// them in this order writes each of its pages once.
struct EntrySpool: ~Copyable {
    private let file: SpoolFile
    private let template: EntryRecord
    private var buffer: [UInt8] = []
    private var written = 0
    private var places: [Place] = []
    /// The entries that it holds.
    private(set) var ids: Set<IDPrefix> = []

    /// The first 16 bytes of an entry's id, which sort as the id does. Ids are digests: no two of an upload share them.
    struct IDPrefix: Hashable, Comparable {
        private let high: UInt64
        private let low: UInt64

        init(_ id: EntryID) {
            let bytes = Array(id.text.utf8.prefix(16))
            high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
            low = bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
        }

        static func < (left: IDPrefix, right: IDPrefix) -> Bool {
            (left.high, left.low) < (right.high, right.low)
        }
    }

    /// Where an entry is.
    private struct Place {
        let id: IDPrefix
        let offset: Int
        let length: Int
    }

    /// A spool at `path`, where no file is yet. Its entries are as `template`, but for id, key, time of creation,
    /// datasets, warnings and archive.
    init(path: String, template: EntryRecord) throws(ImportError) {
        file = try SpoolFile(path: path)
        self.template = template
    }

    /// Number of entries.
    var count: Int { places.count }

    /// Adds an entry whose id no other has.
    mutating func append(_ entry: RecordChange.EntryWrite) throws(ImportError) {
        let start = buffer.count
        SpooledEntry(entry).write(to: &buffer)
        let id = IDPrefix(entry.record.id)
        ids.insert(id)
        places.append(Place(id: id, offset: written + start, length: buffer.count - start))
        if buffer.count >= 1 << 20 { try flush() }
    }

    /// Gives all entries in the order of their ids, the first one with `warning`. It may be called after this value
    /// has gone.
    mutating func stream(warning: String?) throws(ImportError) -> RecordChange.EntryStream {
        try flush()
        places.sort { $0.id < $1.id }
        return { [file, template, places] write in
            var isFirst = true
            // One thread reads what another one writes.
            try ReadAhead(places, chunk: 1_000) { place in
                try SpooledEntry(try file.read(at: place.offset, count: place.length), template: template).entry
            }.forEach { entry in
                var entry = entry
                if isFirst, let warning { entry.record.process.warnings.append(warning) }
                isFirst = false
                try write(entry)
            }
        }
    }

    private mutating func flush() throws(ImportError) {
        try file.write(buffer, at: written)
        written += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }
}

/// The file of a spool. It has no name, so that it is gone when nobody needs it any more, also after a crash.
private final class SpoolFile: Sendable {
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(ImportError) {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed(path) }
        unsafe unlink(path)
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8], at offset: Int) throws(ImportError) {
        var done = 0
        while done < bytes.count {
            // SAFETY: `done` is below the buffer's count, so the rest of it is valid.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(
                    descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, off_t(offset + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .failed(path) }
            done += count
        }
    }

    func read(at offset: Int, count: Int) throws(ImportError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            // SAFETY: as above.
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + done }, count - done, off_t(offset + done))
            }
            if got < 0 && errno == EINTR { continue }
            if got < 0 { throw .failed(path) }
            guard got > 0 else { throw .file(path, reason: "it ends too soon") }
            done += got
        }
        return bytes
    }
}

/// One entry as bytes: numbers in eight bytes, the lowest first; texts as their length in bytes and UTF-8.
///
/// In this order: time of creation, offset and length of the archive, id, key, segment, entry type, document, number
/// of datasets, datasets, number of references, references, number of warnings, warnings.
private struct SpooledEntry {
    let entry: RecordChange.EntryWrite

    init(_ entry: RecordChange.EntryWrite) { self.entry = entry }

    func write(to bytes: inout [UInt8]) {
        let record = entry.record
        for number in [Int(record.createTime.microseconds), record.archive?.offset ?? 0, record.archive?.length ?? 0] {
            bytes.append(number: number)
        }
        for text in [record.id.text, record.mainfileKey ?? "", record.archive?.segment ?? ""] {
            bytes.append(counted: text.utf8)
        }
        bytes.append(number: entry.documents.count)
        for document in entry.documents {
            bytes.append(counted: document.type.utf8)
            bytes.append(counted: document.json)
        }
        for list in [record.datasets.map(\.text), record.references, record.process.warnings] {
            bytes.append(number: list.count)
            for text in list { bytes.append(counted: text.utf8) }
        }
    }

    /// Reads what ``write(to:)`` wrote.
    init(_ bytes: [UInt8], template: EntryRecord) throws(ImportError) {
        var reader = Reader(rest: bytes[...])
        var record = template
        record.createTime = Timestamp(microseconds: Int64(try reader.number()))
        let (offset, length) = (try reader.number(), try reader.number())
        record.id = EntryID(try reader.text())
        record.mainfileKey = try reader.text()
        record.archive = ArchiveAddress(
            upload: record.upload, segment: try reader.text(), offset: offset, length: length)
        var documents: [IndexDocument] = []
        for _ in 0..<(try reader.number()) {
            let type = try reader.text()
            documents.append(IndexDocument(type: type, json: Array(try reader.counted())))
        }
        for _ in 0..<(try reader.number()) { record.datasets.append(DatasetID(try reader.text())) }
        for _ in 0..<(try reader.number()) { record.references.append(try reader.text()) }
        for _ in 0..<(try reader.number()) { record.process.warnings.append(try reader.text()) }
        entry = RecordChange.EntryWrite(record, documents: documents)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func number() throws(ImportError) -> Int {
            guard rest.count >= 8 else { throw Self.damaged }
            defer { rest = rest.dropFirst(8) }
            return rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        }

        mutating func counted() throws(ImportError) -> ArraySlice<UInt8> {
            let count = try number()
            guard count >= 0, count <= rest.count else { throw Self.damaged }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        mutating func text() throws(ImportError) -> String { String(decoding: try counted(), as: UTF8.self) }

        private static var damaged: ImportError { .file("the spool of entries", reason: "damaged") }
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: Int) {
        for shift in stride(from: 0, to: 64, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    fileprivate mutating func append(counted content: some Collection<UInt8>) {
        append(number: content.count)
        append(contentsOf: content)
    }
}
