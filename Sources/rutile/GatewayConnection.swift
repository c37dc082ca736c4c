import ArgumentParser
import OptimadeAPI
import RutileClient
import RutileImport
import RutileJSON

/// A server whose gateway is asked.
struct GatewayConnection: Sendable {
    /// The gateway's versioned base URL.
    let base: String
    private let fetch: HTTPFetch

    /// A list of entries that can be asked for, and what it is made of.
    struct Search: Sendable {
        /// The address of the first page.
        var address: String
        /// The ids of the databases.
        let databases: [String]
        /// The prefix of the server's own names.
        let prefix: String
    }

    /// The gateway of the server at `url`.
    init(_ url: String, fetch: HTTPFetch) {
        var url = url
        while url.utf8.last == UInt8(ascii: "/") { url.removeLast() }
        base = url + "/gateway/v1"
        self.fetch = fetch
    }

    /// The document at `address`.
    ///
    /// - Throws: `ExitCode`, after what is wrong was said; `CancellationError`.
    func document(_ address: String) async throws -> Value {
        let answer: FetchedAnswer
        do {
            answer = try await fetch.get(address, limit: 256 << 20)
        } catch TransportFailure.refused(let reason) {
            throw ExitCode.after(saying: ["\(base): \(reason)"], status: 2)
        } catch {
            try Task.checkCancellation()
            throw ExitCode.after(saying: ["\(base) does not answer: \(error)"])
        }
        let document = try? Value(json: answer.body, limits: .file)
        guard answer.status == 200, let document else {
            let errors = document?["errors"]?.items ?? []
            var said = errors.compactMap { $0["detail"]?.text }
            if said.isEmpty { said.append("\(base) answered with status \(answer.status)") }
            // Only a search of all databases sends this parameter, and all of them are registered.
            if errors.contains(where: { $0["source"]?["parameter"]?.text == "database_ids" }) {
                said.append(
                    "the setting gateway.databases of the server allows more; --gateway ID asks those of a gateway")
            }
            throw ExitCode.after(saying: said, status: Self.isRefusal(answer.status) ? 2 : 1)
        }
        return document
    }

    /// Whether `status` says that the question is wrong, and not who asks, or whom, or when.
    private static func isRefusal(_ status: Int) -> Bool {
        (400..<500).contains(status) && ![401, 403, 404, 429].contains(status)
    }

    /// What `query` finds in the databases of the gateway `id`.
    func search(gateway id: String, _ query: String) async throws -> Search {
        let address = "\(base)/gateways/\(PercentCoding.encoded(id))"
        let gateway = try await document(address)
        let databases = gateway["data"]?["attributes"]?["databases"]?.items ?? []
        return Search(
            address: "\(address)/structures?\(query)", databases: databases.compactMap { $0["id"]?.text },
            prefix: prefix(gateway))
    }

    /// What `query` finds in all databases that are registered.
    func searchAll(_ query: String) async throws -> Search {
        var ids: [String] = []
        var page = Value.null
        var next: String? = "\(base)/databases?page_limit=100&response_fields=name"
        while let address = next {
            page = try await document(address)
            ids += page["data"]?.items?.compactMap { $0["id"]?.text } ?? []
            next = page["links"]?["next"]?.text
        }
        guard !ids.isEmpty else { throw ExitCode.after(saying: ["no database is registered"]) }
        let names = ids.map { "&database_ids=" + PercentCoding.encoded($0) }.joined()
        return Search(
            address: "\(base)/search?as_optimade=true&\(query)\(names)", databases: ids, prefix: prefix(page))
    }

    /// The first page of `search`; until it is there, `show` is told what has become of the databases.
    func firstPage(of search: Search, _ show: ([Value]) -> Void) async throws -> Value {
        enum Event: Sendable { case page(Value), progress([Value]) }
        var generator = SystemRandomNumberGenerator()
        let name = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
        let address = "\(search.address)&_\(search.prefix)_progress=\(name)"
        return try await withThrowingTaskGroup(of: Event.self) { group in
            group.addTask { .page(try await document(address)) }
            group.addTask { .progress(try await progress(name)) }
            while let event = try await group.next() {
                switch event {
                case .page(let page):
                    group.cancelAll()
                    return page
                case .progress(let providers):
                    show(providers)
                    group.addTask { .progress(try await progress(name)) }
                }
            }
            return .null
        }
    }

    /// What has become of the databases of the list `name`, a moment later. Nothing where that cannot be told: it is only
    /// for looking at.
    private func progress(_ name: String) async throws -> [Value] {
        try await Task.sleep(for: .milliseconds(150))
        guard let answer = try? await fetch.get("\(base)/progress/\(name)", limit: 1 << 20), answer.status == 200,
            let document = try? Value(json: answer.body, limits: .file)
        else { return [] }
        return document["data"]?["attributes"]?["providers"]?.items ?? []
    }

    /// The prefix of the server's own names, as its documents say it.
    func prefix(_ page: Value) -> String { page["meta"]?["provider"]?["prefix"]?.text ?? "" }

    /// What became of the databases of a page.
    func providers(_ page: Value) -> [Value] { page["meta"]?["_\(prefix(page))_providers"]?.items ?? [] }
}
