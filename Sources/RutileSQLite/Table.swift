import GRDB
import RutileModel
import RutileStore

/// A table whose rows are records of one type.
protocol StoredRecord {
    /// Where the records are.
    static var table: Table { get }
    /// Reads the columns of ``table`` in their order.
    init(_ columns: inout RowReader) throws
    /// Gives the columns of ``table`` in their order.
    func write(to columns: inout ColumnWriter) throws(StoreError)
}

/// A record that is looked up by its id.
protocol Identified<ID> {
    associatedtype ID: Identifier
    var id: ID { get }
}

/// The name, columns and statements of a table whose first column is the records' id.
struct Table: Sendable {
    /// What a record is called in errors.
    let kind: String
    private let name: String
    /// All columns, separated by commas.
    let columns: String
    /// Writes a row that must be new.
    let insert: String
    /// Writes a row unless there is one of the same id.
    let insertNew: String
    /// Writes a row, over one of the same id if there is one.
    let replace: String
    /// Reads a row by id.
    let selectByID: String
    /// Reads the rows whose ids are in a JSON list of texts: one statement, and so one plan, for any number of them.
    let selectByIDs: String
    /// Reads all rows in the order of ids.
    let selectAll: String
    /// Finds out whether a row exists.
    let exists: String

    /// The table `name` with `columns`; the first is its primary key.
    init(kind: String, name: String, columns names: [String]) {
        self.kind = kind
        self.name = name
        columns = names.joined(separator: ", ")
        let places = names.map { _ in "?" }.joined(separator: ", ")
        let updates = names.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        insert = "INSERT INTO \(name) (\(columns)) VALUES (\(places))"
        insertNew = "\(insert) ON CONFLICT (\(names[0])) DO NOTHING"
        replace = "\(insert) ON CONFLICT (\(names[0])) DO UPDATE SET \(updates)"
        selectByID = "SELECT \(columns) FROM \(name) WHERE \(names[0]) = ?"
        selectByIDs = "SELECT \(columns) FROM \(name) WHERE \(names[0]) IN (SELECT value FROM json_each(?))"
        selectAll = "SELECT \(columns) FROM \(name) ORDER BY \(names[0])"
        exists = "SELECT 1 FROM \(name) WHERE \(names[0]) = ?"
    }

    /// The statement that reads the rows that fulfil `condition`, which is SQL of ours and may order them.
    func select(where condition: String) -> String { "SELECT \(columns) FROM \(name) WHERE \(condition)" }
}
