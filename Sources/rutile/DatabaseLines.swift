import Glibc
import RutileJSON

/// Shows what becomes of each database of a search, on standard error: on a terminal lines that are drawn over themselves,
/// elsewhere a line for each database when it has answered.
struct DatabaseLines {
    private let ids: [String]
    /// Where lines can be drawn over themselves; absent where they cannot.
    private let terminal: TerminalSize?
    /// What was said of a database last.
    private var told: [UTF8Key: String] = [:]
    private var isDrawn = false

    /// Lines of the databases that `ids` name.
    init(_ ids: [String]) {
        self.ids = ids
        let size = TerminalSize(STDERR_FILENO)
        // Lines that have left the screen cannot be drawn over.
        terminal = size.flatMap { ids.count < $0.rows ? $0 : nil }
    }

    /// Shows what is known, in the form of the gateway's list of providers.
    mutating func show(_ providers: [Value]) {
        var news: [String] = []
        for provider in providers {
            guard let name = provider["id"]?.text else { continue }
            let id = own(name)
            let line = Self.line(provider, name)
            // While later pages are read, times and counts of what is well do not matter any more.
            let isNews = told[UTF8Key(id)] == nil || provider["status"]?.text != "ok"
            if isNews, told[UTF8Key(id)] != line { news.append(line) }
            told[UTF8Key(id)] = line
        }
        if let terminal { draw(terminal) } else { news.forEach { printError($0.visible) } }
    }

    /// The database that a search calls `name`: where it could be confused with another, its id behind a number.
    private func own(_ name: String) -> String {
        if ids.contains(where: { $0.hasSameUTF8(as: name) }) { return name }
        let rest = name.utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst()
        return ids.first { $0.utf8.elementsEqual(rest) } ?? name
    }

    private mutating func draw(_ terminal: TerminalSize) {
        var text = isDrawn ? "\u{1B}[\(ids.count)A" : ""
        for id in ids {
            let line = (told[UTF8Key(id)] ?? "\(id): waiting").visible
            // One that is too long would take several rows.
            text += "\r\u{1B}[K" + line.cut(toColumns: terminal.columns - 1) + "\n"
        }
        writeError(text)
        isDrawn = true
    }

    private static func line(_ provider: Value, _ id: String) -> String {
        let count = provider["data_returned"]?.integer.map { "\($0) found" } ?? "count unknown"
        return [
            "\(id): \(provider["status"]?.text ?? "")", provider["detail"]?.text ?? count,
            "\(provider["elapsed_ms"]?.integer ?? 0) ms",
        ].joined(separator: ", ")
    }
}
