import FoundationEssentials
import GRDB
import RutileJSON
import RutileModel

/// Reads the columns of a row one after the other.
///
/// - Throws: a `RowDecodingError` or ``DamagedColumn`` where the row is not as this software writes it.
struct ColumnReader {
    private let row: Row
    private var index = 0

    /// Starts at the first column of `row`.
    init(_ row: Row) { self.row = row }

    mutating func text() throws -> String { try row.decode(String.self, atIndex: next()) }
    mutating func optionalText() throws -> String? { try row.decode(String?.self, atIndex: next()) }
    mutating func integer() throws -> Int { try row.decode(Int.self, atIndex: next()) }
    mutating func number() throws -> Int64 { try row.decode(Int64.self, atIndex: next()) }
    mutating func optionalInteger() throws -> Int? { try row.decode(Int?.self, atIndex: next()) }
    mutating func data() throws -> Data { try row.decode(Data.self, atIndex: next()) }
    /// The bytes of a blob; `nil` for NULL.
    mutating func optionalBytes() throws -> [UInt8]? {
        try row.withUnsafeData(atIndex: next()) { data in data.map { Array($0) } }
    }
    mutating func flag() throws -> Bool { try row.decode(Bool.self, atIndex: next()) }
    mutating func time() throws -> Timestamp {
        Timestamp(microseconds: try row.decode(Int64.self, atIndex: next()))
    }
    mutating func optionalTime() throws -> Timestamp? {
        try row.decode(Int64?.self, atIndex: next()).map(Timestamp.init(microseconds:))
    }

    /// A list of texts; NULL is the empty one.
    mutating func texts() throws -> [String] {
        guard let items = try value()?.items else { return [] }
        return items.compactMap(\.text)
    }

    /// Ids, as ``texts()``.
    mutating func ids<ID: Identifier>() throws -> [ID] { try texts().map(ID.init) }

    /// A JSON value; `nil` for NULL.
    mutating func value() throws -> Value? {
        guard let text = try optionalText() else { return nil }
        return try Value(storedJSON: text)
    }

    /// The five columns of a process, and the time of its end.
    mutating func process() throws -> ProcessRecord {
        let current = try optionalText()
        let status = try text()
        guard let status = ProcessStatus(rawValue: status) else { throw DamagedColumn(text: status) }
        return ProcessRecord(
            current: current, status: status, lastStatusMessage: try optionalText(), errors: try texts(),
            warnings: try texts(), completeTime: try optionalTime())
    }

    /// The three columns that say where an archive is; absent where one of them is NULL.
    mutating func archive(of upload: UploadID) throws -> ArchiveAddress? {
        let segment = try optionalText()
        let (offset, length) = (try optionalInteger(), try optionalInteger())
        guard let segment, let offset, let length else { return nil }
        return ArchiveAddress(upload: upload, segment: segment, offset: offset, length: length)
    }

    private mutating func next() -> Int {
        defer { index += 1 }
        return index
    }
}

/// A column holds what this software never writes.
struct DamagedColumn: Error {
    /// The column's text.
    let text: String
}

extension Value {
    /// Reads a JSON column.
    init(storedJSON text: String) throws {
        do {
            try self.init(json: Array(text.utf8), limits: .file)
        } catch {
            throw DamagedColumn(text: text)
        }
    }

    /// The text of a JSON column.
    var storedJSON: String {
        var writer = JSONWriter()
        writer.value(self)
        return writer.text
    }
}
