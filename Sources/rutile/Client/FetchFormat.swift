import ArgumentParser
import RutileArchive
import RutileJSON
import RutileModel
import RutileStore

/// A file format of `rutile fetch`.
enum FetchFormat: String, CaseIterable, ExpressibleByArgument {
    case jsonl, json, csv, archive

    /// The name of what is written to `output`, until it is complete.
    static func temporary(_ output: String) -> String { output + ArchiveFileWriter.temporarySuffix }

    /// Writes the lines of `file` to `output` in this format. There is nothing at the temporary name.
    ///
    /// - Throws: `StoreError`, `ArchiveError`, `JSONError`.
    func write(_ file: FetchFile, to output: String) throws {
        switch self {
        case .jsonl: try Self.writing(output) { write in try file.forEachLine { try write($0 + [UInt8(ascii: "\n")]) } }
        case .json:
            try Self.writing(output) { write in
                var separator = "[\n"
                try file.forEachLine { line in
                    try write(Array(separator.utf8) + line)
                    separator = ",\n"
                }
                try write(Array((separator == "[\n" ? "[]\n" : "\n]\n").utf8))
            }
        case .csv: try Self.writing(output) { write in try Self.writeTable(file, write) }
        case .archive: try Self.writeArchive(file, to: output)
        }
    }

    private static func writing(_ output: String, _ body: (([UInt8]) throws -> Void) throws -> Void) throws {
        let target = try FileOutput(output, mode: 0o666, temporary: temporary(output))
        try body { try target.write($0) }
        try target.finish()
    }

    /// One line for each archive; columns are the dotted names of its values, in their order by bytes.
    private static func writeTable(_ file: FetchFile, _ write: ([UInt8]) throws -> Void) throws {
        var names: Set<UTF8Key> = []
        try file.forEachLine { line in
            for (name, _) in try FlatArchive(line).cells { names.insert(UTF8Key(name)) }
        }
        let columns = names.sorted()
        try write(Array((CSVText.line(["entry_id", "upload_id"] + columns.map(\.string)) + "\n").utf8))
        try file.forEachLine { line in
            let archive = try FlatArchive(line)
            var cells: [UTF8Key: String] = [:]
            for (name, cell) in archive.cells { cells[UTF8Key(name)] = cell }
            let row = [archive.entryID, archive.uploadID] + columns.map { cells[$0] ?? "" }
            try write(Array((CSVText.line(row) + "\n").utf8))
        }
    }

    private static func writeArchive(_ file: FetchFile, to output: String) throws {
        let encoder = ArchiveEncoder()
        var writer = try ArchiveFileWriter(path: output)
        try file.forEachLine { line in
            let root = try JSONDocument(json: line, limits: .file).root
            guard let id = root["entry_id"]?.text, let archive = root["archive"] else { return }
            try writer.append(EntryID(id), encoder.encode(archive))
        }
        try writer.finish()
    }
}

/// An archive as one row of a table.
private struct FlatArchive {
    let entryID: String
    let uploadID: String
    /// Dotted names and what stands there. A list of plain values is one value, another has a place for each item.
    private(set) var cells: [(name: String, cell: String)] = []

    init(_ line: [UInt8]) throws(JSONError) {
        let root = try JSONDocument(json: line, limits: .file).root
        entryID = root["entry_id"]?.text ?? ""
        uploadID = root["upload_id"]?.text ?? ""
        if let archive = root["archive"] { add(archive, "") }
    }

    private mutating func add(_ value: JSONView, _ name: String) {
        switch value.kind {
        case .object:
            for member in value.members { add(member.value, name.isEmpty ? member.key : "\(name).\(member.key)") }
        case .list where value.items.contains(where: { $0.kind == .object }):
            for (index, item) in value.items.enumerated() { add(item, "\(name).\(index)") }
        case .null: break
        default: cells.append((name, value.text ?? String(decoding: value.value.json(), as: UTF8.self)))
        }
    }
}
