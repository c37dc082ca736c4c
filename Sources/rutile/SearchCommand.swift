import ArgumentParser
import OptimadeAPI
import RutileClient
import RutileJSON

/// `rutile search`: one question to an OPTIMADE database, or to many through the gateway of a server.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Ask an OPTIMADE database, or the databases of a gateway, and show what they have as one list.",
        discussion: """
            Without --gateway and --all the database at URL is asked: that of a Rutile server, or with a path any base \
            URL of OPTIMADE. What becomes of each database of a gateway is told on standard error as it answers.

            Exit code: 0 it was answered, though some databases of a gateway may have failed, 1 there is no answer, or \
            no such gateway, 2 the question is wrong.
            """)

    /// How entries are shown.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, jsonl, csv
    }

    @Argument(help: "A filter in OPTIMADE's language; without it all entries.")
    var filter: String?
    @Option(
        help: ArgumentHelp(
            "The server, or the base URL of a database. Default: $RUTILE_URL, else http://127.0.0.1:8080.",
            valueName: "url"))
    var url: String?
    @Option(help: ArgumentHelp("The gateway to ask.", valueName: "id"))
    var gateway: String?
    @Flag(help: "Ask all databases that are registered: as many as gateway.databases, a setting of the server, allows.")
    var all = false
    // A key that counts downwards begins with a minus sign.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Properties to order by, as in OPTIMADE's parameter.", valueName: "properties"))
    var sort: String?
    @Option(parsing: .unconditional, help: "Entries to show at most.")
    var limit = 100
    @Option(help: ArgumentHelp("Of one database: the entry type.", valueName: "type"))
    var type = "structures"
    @Option(help: ArgumentHelp("Properties to show, with commas between them.", valueName: "properties"))
    var fields: String?
    @Option(help: "How entries are shown: table, jsonl or csv.")
    var format = Format.table

    func validate() throws {
        guard gateway == nil || !all else { throw ValidationError("Give either --gateway ID or --all.") }
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
    }

    func run() async throws {
        guard gateway != nil || all else { return try await searchDatabase() }
        try await HTTPFetch.open { fetch in
            let gateways = GatewayConnection(server, fetch: fetch)
            let search =
                if let gateway {
                    try await gateways.search(gateway: gateway, query)
                } else {
                    try await gateways.searchAll(query)
                }
            var lines = DatabaseLines(search.databases)
            lines.show([])
            var page = try await gateways.firstPage(of: search) { lines.show($0) }
            lines.show(gateways.providers(page))
            var table = EntryTable(format, columns)
            var left = limit
            while true {
                let entries = Array((page["data"]?.items ?? []).prefix(left))
                left -= entries.count
                table.show(entries)
                guard left > 0, let next = page["links"]?["next"]?.text else { return table.end() }
                page = try await gateways.document(next)
                lines.show(gateways.providers(page).filter { $0["status"]?.text != "ok" })
            }
        }
    }

    /// The address that was given, without a slash at its end.
    private var server: String {
        var base = url ?? ServerOptions.environment("RUTILE_URL") ?? "http://127.0.0.1:8080"
        while base.utf8.last == UInt8(ascii: "/") { base.removeLast() }
        return base
    }

    /// What a gateway is asked, as the query of the first page.
    private var query: String {
        var query = "page_limit=\(min(limit, 100))"
        if let filter { query += "&filter=" + PercentCoding.encoded(filter) }
        if let sort { query += "&sort=" + PercentCoding.encoded(sort) }
        if let responseFields {
            query += "&response_fields=" + responseFields.map(PercentCoding.encoded).joined(separator: ",")
        }
        return query
    }

    /// Asks the one database at ``server``.
    private func searchDatabase() async throws {
        var options = OptimadeQuery.Options()
        options.type = type
        options.sort = sort
        options.pageLimit = min(limit, 100)
        options.responseFields = responseFields
        options.report = { printError("  \($0)".visible) }
        let hasPath = server.split(separator: "/", maxSplits: 3).count > 2
        do {
            let query = try OptimadeQuery(
                url: hasPath ? server : server + "/optimade", filter: filter, options: options,
                transport: DirectTransport.ofProgram)
            var table = EntryTable(format, columns)
            // Widths are those that the first entries need.
            var first: [Value] = []
            var shown = 0
            for try await entry in query {
                shown += 1
                first.append(entry.resource.value ?? .null)
                if first.count == options.pageLimit || shown == limit {
                    table.show(first)
                    first = []
                }
                if shown == limit { break }
            }
            table.show(first)
            table.end()
        } catch let error as ClientError {
            throw ExitCode.after(
                saying: ["\(error)"], status: error.code == .refused || error.code == .badAddress ? 2 : 1)
        }
    }

    /// The properties that are asked for; absent where nobody chose any.
    private var responseFields: [String]? {
        guard fields != nil else { return nil }
        // With no name at all databases give what they like.
        return columns.isEmpty ? ["id"] : columns
    }

    /// The properties that are shown behind the id.
    private var columns: [String] {
        if let fields { return fields.split(separator: ",").map(String.init).filter { !$0.hasSameUTF8(as: "id") } }
        if type.hasSameUTF8(as: "references") { return ["title", "year", "doi", "last_modified"] }
        let isOther = !type.hasSameUTF8(as: "structures")
        return isOther ? ["last_modified"] : ["chemical_formula_reduced", "nelements", "nsites", "last_modified"]
    }
}
