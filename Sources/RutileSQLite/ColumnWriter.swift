import FoundationEssentials
import GRDB
import RutileJSON
import RutileModel
import RutileStore

/// Collects the columns of a row one after the other.
struct ColumnWriter {
    /// What was collected.
    private(set) var values: [DatabaseValue] = []

    mutating func text(_ text: String) throws(StoreError) {
        // SQLite's C interface ends a text at its first NUL; better no record than another one.
        guard text.isStorable else { throw .medium("a text contains the character NUL: \(text)") }
        values.append(text.databaseValue)
    }

    mutating func optionalText(_ text: String?) throws(StoreError) {
        if let text { try self.text(text) } else { values.append(.null) }
    }

    mutating func integer(_ number: Int) { values.append(number.databaseValue) }
    mutating func number(_ number: Int64) { values.append(number.databaseValue) }
    mutating func optionalBytes(_ bytes: [UInt8]?) { values.append(bytes.map { Data($0).databaseValue } ?? .null) }
    mutating func optionalInteger(_ number: Int?) { values.append(number?.databaseValue ?? .null) }
    mutating func flag(_ flag: Bool) { values.append(flag.databaseValue) }
    mutating func time(_ time: Timestamp) { values.append(time.microseconds.databaseValue) }
    mutating func optionalTime(_ time: Timestamp?) { values.append(time?.microseconds.databaseValue ?? .null) }

    /// A list of texts; the empty one is NULL.
    mutating func texts(_ texts: [String]) {
        values.append(texts.isEmpty ? .null : Value.list(texts.map(Value.string)).storedJSON.databaseValue)
    }

    /// Ids, as ``texts(_:)``.
    mutating func ids(_ ids: [some Identifier]) { texts(ids.map(\.text)) }

    /// A JSON value; `nil` is NULL.
    mutating func value(_ value: Value?) { values.append(value?.storedJSON.databaseValue ?? .null) }

    /// The five columns of a process, and the time of its end.
    mutating func process(_ process: ProcessRecord) throws(StoreError) {
        try optionalText(process.current)
        try text(process.status.rawValue)
        try optionalText(process.lastStatusMessage)
        texts(process.errors)
        texts(process.warnings)
        optionalTime(process.completeTime)
    }
}

extension String {
    /// Whether a column can hold the text; nothing stored is equal to one that it cannot.
    var isStorable: Bool { !utf8.contains(0) }
}
