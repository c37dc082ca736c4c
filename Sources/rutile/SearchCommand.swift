import ArgumentParser
import OptimadeAPI
import RutileClient
import RutileImport
import RutileJSON

/// `rutile search`: one question to an OPTIMADE database, or to many through the gateway of a server.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Ask an OPTIMADE database, or the databases of a gateway, and show what they have as one list.",
        discussion: """
            Without --gateway and --all the database at URL is asked: that of a Rutile server, or with a path any base \
            URL of OPTIMADE. The databases of a gateway, and what became of them, are told on standard error.
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
    @Flag(help: "Ask all databases that are registered.")
    var all = false
    @Option(help: ArgumentHelp("Properties to order by, as in OPTIMADE's parameter.", valueName: "properties"))
    var sort: String?
    @Option(help: "Entries to show at most.")
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
            let server = Server(base: base, fetch: fetch)
            var next: String? = try await first(server)
            var left = limit
            var isFirst = true
            while let address = next, left > 0 {
                let page = try await server.document(address)
                let entries = Array((page["data"]?.items ?? []).prefix(left))
                left -= entries.count
                if isFirst { tell(page) }
                for entry in entries { show(entry, isFirst: isFirst && entry == entries.first) }
                isFirst = false
                next = page["links"]?["next"]?.text
            }
        }
    }

    private var base: String {
        server + "/gateway/v1"
    }

    /// The address that was given, without a slash at its end.
    private var server: String {
        var base = url ?? ServerOptions.environment("RUTILE_URL") ?? "http://127.0.0.1:8080"
        while base.utf8.last == UInt8(ascii: "/") { base.removeLast() }
        return base
    }

    /// Asks the one database at ``server``.
    private func searchDatabase() async throws {
        var options = OptimadeQuery.Options()
        options.type = type
        options.sort = sort
        options.pageLimit = min(limit, 100)
        options.responseFields = fields.map { _ in columns }
        options.report = { printError("  \($0)".visible) }
        let hasPath = server.split(separator: "/", maxSplits: 3).count > 2
        do {
            let query = try OptimadeQuery(
                url: hasPath ? server : server + "/optimade", filter: filter, options: options,
                transport: DirectTransport.ofProgram)
            var shown = 0
            for try await entry in query {
                show(entry.resource.value ?? .null, isFirst: shown == 0)
                shown += 1
                if shown == limit { break }
            }
        } catch let error as ClientError {
            throw ExitCode.after(saying: ["\(error)"], status: error.code == .refused ? 2 : 1)
        }
    }

    /// The address of the first page.
    private func first(_ server: Server) async throws -> String {
        var query = "page_limit=\(min(limit, 100))"
        if let filter { query += "&filter=" + PercentCoding.encoded(filter) }
        if let sort { query += "&sort=" + PercentCoding.encoded(sort) }
        if let gateway { return "\(base)/gateways/\(PercentCoding.encoded(gateway))/structures?\(query)" }
        var ids: [String] = []
        var next: String? = "\(base)/databases?page_limit=100&response_fields=name"
        while let address = next {
            let page = try await server.document(address)
            ids += page["data"]?.items?.compactMap { $0["id"]?.text } ?? []
            next = page["links"]?["next"]?.text
        }
        guard !ids.isEmpty else { throw ExitCode.after(saying: ["no database is registered"]) }
        query += ids.map { "&database_ids=" + PercentCoding.encoded($0) }.joined()
        return "\(base)/search?as_optimade=true&\(query)"
    }

    /// Tells what became of each database.
    private func tell(_ page: Value) {
        let providers = page["meta"]?.object?.members.first {
            $0.0.utf8.elementsEqual("_\(prefix(page))_providers".utf8)
        }
        for provider in providers?.1.items ?? [] {
            let count = provider["data_returned"]?.integer.map { "\($0) found" } ?? "count unknown"
            let milliseconds = provider["elapsed_ms"]?.integer ?? 0
            let outcome = provider["detail"]?.text ?? count
            printError(
                "\(provider["id"]?.text ?? ""): \(provider["status"]?.text ?? ""), \(outcome), \(milliseconds) ms"
                    .visible)
        }
    }

    private func prefix(_ page: Value) -> String { page["meta"]?["provider"]?["prefix"]?.text ?? "" }

    /// The properties that are shown.
    private var columns: [String] {
        fields?.split(separator: ",").map(String.init)
            ?? ["chemical_formula_reduced", "nelements", "nsites", "last_modified"]
    }

    private func show(_ entry: Value, isFirst: Bool) {
        switch format {
        case .jsonl: print(String(decoding: entry.json(), as: UTF8.self))
        case .csv, .table:
            if isFirst { print(line(["id"] + columns)) }
            print(line([entry["id"]?.text ?? ""] + columns.map { cell(entry["attributes"]?[$0]) }))
        }
    }

    private func cell(_ value: Value?) -> String {
        guard let value, !value.isNull else { return "" }
        return value.text ?? String(decoding: value.json(), as: UTF8.self)
    }

    private func line(_ cells: [String]) -> String {
        format == .csv ? CSVText.line(cells) : cells.joined(separator: "\t").visible
    }

    /// The server that is asked.
    private struct Server {
        let base: String
        let fetch: HTTPFetch

        /// The document at `address`.
        func document(_ address: String) async throws -> Value {
            let answer: FetchedAnswer
            do {
                answer = try await fetch.get(address, limit: 256 << 20)
            } catch {
                throw ExitCode.after(saying: ["\(base) does not answer: \(error)"])
            }
            let document = try? Value(json: answer.body, limits: .file)
            guard answer.status == 200, let document else {
                let errors = document?["errors"]?.items?.compactMap { $0["detail"]?.text } ?? []
                throw ExitCode.after(
                    saying: errors.isEmpty ? ["\(base) answered with status \(answer.status)"] : errors)
            }
            return document
        }
    }
}
