import ArgumentParser
import Glibc
import OptimadeAPI
import RutileJSON

/// `rutile search`: one question to many databases, through the gateway of a server.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Ask the databases of a gateway, and show what they have as one list.",
        discussion: """
            What becomes of each database is told on standard error as it answers, the entries on standard output.
            """)

    /// How entries are shown.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, jsonl, csv
    }

    @Argument(help: "A filter in OPTIMADE's language; without it all entries.")
    var filter: String?
    @Option(help: ArgumentHelp("The server. Default: $RUTILE_URL, else http://127.0.0.1:8080.", valueName: "url"))
    var url: String?
    @Option(help: ArgumentHelp("The gateway to ask.", valueName: "id"))
    var gateway: String?
    @Flag(help: "Ask all databases that are registered.")
    var all = false
    @Option(help: ArgumentHelp("Properties to order by, as in OPTIMADE's parameter.", valueName: "properties"))
    var sort: String?
    @Option(help: "Entries to show at most.")
    var limit = 100
    @Option(help: "How entries are shown: table, jsonl or csv.")
    var format = Format.table

    func validate() throws {
        guard (gateway != nil) != all else { throw ValidationError("Give either --gateway ID or --all.") }
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
    }

    func run() async throws {
        try await HTTPFetch.open { fetch in
            let server = GatewayConnection(address, fetch: fetch)
            let search =
                if let gateway {
                    try await server.search(gateway: gateway, query)
                } else {
                    try await server.searchAll(query)
                }
            var lines = DatabaseLines(search.databases)
            lines.show([])
            var page = try await server.firstPage(of: search) { lines.show($0) }
            lines.show(server.providers(page))
            var table = Table(format)
            var left = limit
            while true {
                let entries = Array((page["data"]?.items ?? []).prefix(left))
                left -= entries.count
                table.show(entries)
                guard left > 0, let next = page["links"]?["next"]?.text else { return }
                page = try await server.document(next)
                lines.show(server.providers(page).filter { $0["status"]?.text != "ok" })
            }
        }
    }

    private var address: String {
        let environment = unsafe getenv("RUTILE_URL").map { unsafe String(cString: $0) }
        return url ?? environment.flatMap { $0.isEmpty ? nil : $0 } ?? "http://127.0.0.1:8080"
    }

    /// What is asked, as the query of the first page.
    private var query: String {
        var query = "page_limit=\(min(limit, 100))"
        if let filter { query += "&filter=" + PercentCoding.encoded(filter) }
        if let sort { query += "&sort=" + PercentCoding.encoded(sort) }
        return query
    }

    /// Shows entries on standard output. The widths of columns are those that the first entries need.
    private struct Table {
        private static let columns = ["chemical_formula_reduced", "nelements", "nsites", "last_modified"]
        private let format: Format
        private var widths: [Int]?

        init(_ format: Format) { self.format = format }

        mutating func show(_ entries: [Value]) {
            guard format != .jsonl else {
                for entry in entries { print(String(decoding: entry.json(), as: UTF8.self)) }
                return
            }
            var rows = entries.map { entry in
                [entry["id"]?.text ?? ""] + Self.columns.map { Self.cell(entry["attributes"]?[$0]) }
            }
            if widths == nil {
                rows.insert(["id"] + Self.columns, at: 0)
                widths = rows[0].indices.map { column in rows.map { $0[column].visible.count }.max() ?? 0 }
            }
            for row in rows { print(format == .csv ? Self.csv(row) : line(row)) }
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

        private static func csv(_ cells: [String]) -> String {
            cells.map { cell in
                let needsQuotes = cell.utf8.contains {
                    $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 < 0x20
                }
                let doubled = cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
                return needsQuotes ? "\"\(doubled)\"" : cell
            }.joined(separator: ",")
        }
    }
}
