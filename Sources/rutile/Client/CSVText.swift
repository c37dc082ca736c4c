/// Rows of comma-separated values (RFC 4180).
enum CSVText {
    /// One row without its end.
    static func line(_ cells: [String]) -> String {
        cells.map { cell in
            let needsQuotes = cell.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 < 0x20 }
            let doubled = cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            return needsQuotes ? "\"\(doubled)\"" : cell
        }.joined(separator: ",")
    }
}
