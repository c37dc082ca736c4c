import GRDB
import GRDBSQLite
import RutileJSON
import RutileModel

/// Reads the rows that a statement gives, one after the other, and the columns of the one where it stands: straight from
/// SQLite, since an entry has eighteen of them and a list thousands of entries. The tables are strict, so a column holds
/// its type or NULL.
///
/// SAFETY: columns are read after a step that found a row, and before the next step; the reader, of which there is no
/// copy, keeps the cursor, and so the row of the cursor's statement.
/// - Throws: ``DamagedColumn`` where a value is missing, or is none that this software writes.
@safe struct RowReader: ~Copyable {
    private let cursor: RowCursor
    private let row: SQLiteStatement
    private var index: CInt = 0
    /// The text that each column had last, of those that are long; of no column behind the last one that had such a text.
    /// In many columns the next row has the same one (an upload's id, a message of success), and takes it, rather than
    /// another copy of it.
    private var lastTexts: [String] = []
    /// A text of fewer bytes is kept within the string itself.
    private static let leastSharedSize = 16

    /// Begins before the first row of `statement`, whose parameters have their values.
    init(_ statement: Statement) throws {
        cursor = try Row.fetchCursor(statement)
        unsafe row = statement.sqliteStatement
    }

    /// Steps to the next row, and there to its first column; whether there is one.
    mutating func next() throws -> Bool {
        index = 0
        return try cursor.next() != nil
    }

    mutating func text() throws -> String {
        guard let text = try optionalText() else { throw DamagedColumn.null }
        return text
    }

    mutating func optionalText() throws -> String? {
        let index = nextColumn()
        // SQLite keeps the bytes until the next step, and gives their number after it has made them text.
        guard let bytes = unsafe sqlite3_column_text(row, index) else { return nil }
        let count = Int(unsafe sqlite3_column_bytes(row, index))
        return unsafe text(UnsafeBufferPointer(start: bytes, count: count), of: Int(index))
    }

    private mutating func text(_ bytes: UnsafeBufferPointer<UInt8>, of column: Int) -> String {
        guard bytes.count >= Self.leastSharedSize else { return unsafe String(decoding: bytes, as: UTF8.self) }
        if column < lastTexts.count, unsafe lastTexts[column].hasUTF8(bytes) { return lastTexts[column] }
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        while column >= lastTexts.count { lastTexts.append("") }
        lastTexts[column] = text
        return text
    }

    mutating func number() throws -> Int64 {
        guard let number = try optionalNumber() else { throw DamagedColumn.null }
        return number
    }

    private mutating func optionalNumber() throws -> Int64? {
        let index = nextColumn()
        guard unsafe sqlite3_column_type(row, index) != SQLITE_NULL else { return nil }
        return unsafe sqlite3_column_int64(row, index)
    }

    mutating func integer() throws -> Int { Int(try number()) }
    mutating func optionalInteger() throws -> Int? { try optionalNumber().map(Int.init) }
    mutating func flag() throws -> Bool { try number() != 0 }
    mutating func time() throws -> Timestamp { Timestamp(microseconds: try number()) }
    mutating func optionalTime() throws -> Timestamp? { try optionalNumber().map(Timestamp.init(microseconds:)) }

    /// The bytes of a blob.
    mutating func bytes() throws -> [UInt8] {
        guard let bytes = try optionalBytes() else { throw DamagedColumn.null }
        return bytes
    }

    /// The bytes of a blob; `nil` for NULL.
    mutating func optionalBytes() throws -> [UInt8]? {
        let index = nextColumn()
        guard unsafe sqlite3_column_type(row, index) != SQLITE_NULL else { return nil }
        let bytes = unsafe sqlite3_column_blob(row, index)
        let count = Int(unsafe sqlite3_column_bytes(row, index))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// A number, a text or NULL.
    mutating func stored() throws -> DatabaseValue {
        switch unsafe sqlite3_column_type(row, index) {
        case SQLITE_INTEGER: try number().databaseValue
        case SQLITE_TEXT: try text().databaseValue
        default: .null
        }
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

    private mutating func nextColumn() -> CInt {
        defer { index += 1 }
        return index
    }
}

/// A column holds what this software never writes.
struct DamagedColumn: Error {
    /// The column's text.
    let text: String

    /// NULL where there must be a value.
    static let null = DamagedColumn(text: "NULL")
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
