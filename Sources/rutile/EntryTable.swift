import RutileJSON

/// Shows entries on standard output: as lines of JSON, as CSV, or in columns as wide as the first of them need.
struct EntryTable {
    private let format: SearchCommand.Format
    private let columns: [String]
    private var widths: [Int]?

    /// Entries in `format`, with the attributes that `columns` name behind their ids.
    init(_ format: SearchCommand.Format, _ columns: [String]) {
        self.format = format
        self.columns = columns
    }

    /// Shows more entries.
    mutating func show(_ entries: [Value]) {
        guard !entries.isEmpty else { return }
        guard format != .jsonl else {
            for entry in entries { print(String(decoding: entry.json(), as: UTF8.self)) }
            return
        }
        var rows = entries.map { entry in
            [entry["id"]?.text ?? ""] + columns.map { Self.cell(entry["attributes"]?[$0]) }
        }
        if widths == nil {
            rows.insert(["id"] + columns, at: 0)
            widths = rows[0].indices.map { column in rows.map { $0[column].visible.count }.max() ?? 0 }
        }
        for row in rows { print(format == .csv ? CSVText.line(row) : line(row)) }
    }

    /// Says so where nothing was shown: a table of nothing would look like no answer.
    func end() {
        if format == .table, widths == nil { printError("no entries") }
    }

    private func line(_ cells: [String]) -> String {
        let padded = zip(cells, widths ?? []).map { cell, width in
            let cell = cell.visible
            return cell + String(repeating: " ", count: max(0, width - cell.count))
        }
        var line = padded.joined(separator: "  ")
        while line.utf8.last == 0x20 { line.removeLast() }
        return line
    }

    private static func cell(_ value: Value?) -> String {
        guard let value, !value.isNull else { return "" }
        return value.text ?? String(decoding: value.json(), as: UTF8.self)
    }
}
