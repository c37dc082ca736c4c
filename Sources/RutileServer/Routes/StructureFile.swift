import OptimadeAPI
import RutileEntries
import RutileModel
import RutileOptimade
import RutileStore

/// A file of all structures that match a filter, one after the other in the format of a writer.
struct StructureFile: ByteSource {
    private var structures: MatchingEntries
    private let writer: any ResourceWriter
    private var start: [UInt8]?

    /// A file of `structures` that `writer` writes. What it cannot write is left out, so it should be one that can write
    /// all.
    init(_ structures: MatchingEntries, writer: any ResourceWriter) {
        self.structures = structures
        self.writer = writer
        start = writer.start
    }

    mutating func next() async throws -> [UInt8]? {
        if let start {
            self.start = nil
            return start
        }
        return try await structures.next()?.flatMap { (try? writer.bytes(of: $0)) ?? [] }
    }
}

/// A zip file with a file for each structure that matches a filter, and `left-out.txt`, which names those that the format
/// has no way to say, with the reason.
struct StructureFolder: ByteSource {
    private var structures: MatchingEntries
    private let writer: any ResourceWriter
    private let zip: ZipStream
    private var names: FileNames
    private var leftOut: [UInt8] = []
    private var isDone = false

    /// A zip file of files of `structures` that `writer` writes, their names with `ending`.
    init(_ structures: MatchingEntries, writer: any ResourceWriter, ending: String) throws {
        self.structures = structures
        self.writer = writer
        names = FileNames(ending: ending)
        zip = try ZipStream(compresses: true)
    }

    mutating func next() async throws -> [UInt8]? {
        if isDone { return nil }
        if let page = try await structures.next() {
            try await add(page.compactMap { file(of: $0) })
        } else {
            if !leftOut.isEmpty { try await add([("left-out.txt", leftOut)]) }
            try zip.finish()
            isDone = true
        }
        return zip.take()
    }

    private func add(_ files: [(name: String, bytes: [UInt8])]) async throws {
        // Compression takes its time, on a thread where nobody else waits.
        try await blocking { [zip] in
            for file in files {
                try zip.begin(file.name, size: file.bytes.count)
                try zip.write(file.bytes)
            }
        }
    }

    private mutating func file(of structure: Resource) -> (name: String, bytes: [UInt8])? {
        do {
            let bytes = try writer.bytes(of: structure)
            return (names.name(for: structure.id), bytes)
        } catch {
            leftOut += Array("\(structure.id): \(error)\n".utf8)
            return nil
        }
    }
}
