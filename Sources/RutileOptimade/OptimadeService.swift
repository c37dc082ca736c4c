package import OptimadeAPI
import RutileJSON
package import RutileModel
package import RutileStore

/// Answers OPTIMADE requests: request → endpoint → parameters → collection → document. Knows nothing of sockets.
///
/// Source: OPTIMADE 1.2, with the additions of 1.3 that `docs/compatibility.md` lists.
package struct OptimadeService: Sendable {
    /// Gives out the collections that a caller may see, one for each entry type, in the order in which they are named.
    package typealias Collections = @Sendable (VisibleUploads) async throws -> [any EntryCollection]

    let settings: OptimadeSettings
    let rules: ParameterRules
    let links: [DatabaseLink]
    private let collections: Collections
    private let now: @Sendable () -> Timestamp

    /// A service of `collections`, with `links` to other databases besides itself.
    package init(
        _ settings: OptimadeSettings, links: [DatabaseLink] = [],
        now: @escaping @Sendable () -> Timestamp = { .now() }, collections: @escaping Collections
    ) {
        self.settings = settings
        self.links = links
        self.now = now
        self.collections = collections
        rules = settings.parameterRules
    }

    /// The answer to `request`; the body is the same for `HEAD`, and not sent.
    ///
    /// - Throws: what stores throw, and `CancellationError`. What the client did wrong is an answer.
    package func answer(_ request: OptimadeRequest) async throws -> OptimadeAnswer {
        do {
            let path = try VersionedPath(request.path)
            let head = head(request, version: path.version, endpoint: path.endpoint)
            do {
                return try await answer(request, path, head)
            } catch let problem as OptimadeProblem {
                return refusal(problem, head)
            }
        } catch let problem as OptimadeProblem {
            return refusal(problem, head(request, version: "", endpoint: request.path))
        }
    }

    private func answer(
        _ request: OptimadeRequest, _ path: VersionedPath, _ head: DocumentHead
    ) async throws -> OptimadeAnswer {
        switch request.method {
        case "GET", "HEAD": break
        case "OPTIONS": return OptimadeAnswer(.options, contentType: "text/plain", body: [])
        default:
            throw OptimadeProblem(
                .method, "Only \(OptimadeAnswer.allowedMethods) are answered here.")
        }
        guard let endpoint = Endpoint(path: path.endpoint) else { throw Self.noEndpoint(path.endpoint) }
        let collections = try await collections(request.visible)
        var asked = Asked(endpoint: endpoint, path: path, collections: collections, head: head)
        guard endpoint.isJSONAPI else { return try await page(asked) }
        guard AcceptHeader.allowsJSONAPI(request.accept) else {
            throw OptimadeProblem(
                .accept,
                "Answers are application/vnd.api+json without parameters, which Accept rules out.")
        }
        asked.query = try QueryString(request.query)
        if path.version.isEmpty, let hint = asked.query.items.first(where: { $0.name == Parameter.apiHint.rawValue }),
            let version = hint.value, !version.isEmpty, let warning = try VersionHint.check(version)
        {
            asked.head.warnings.append(warning)
        }
        return try await document(asked)
    }

    /// A request that was understood so far.
    struct Asked {
        let endpoint: Endpoint
        let path: VersionedPath
        let collections: [any EntryCollection]
        var head: DocumentHead
        var query = QueryString()

        /// The collection of `type`.
        ///
        /// - Throws: ``OptimadeProblem`` where there is none.
        func collection(_ type: String) throws(OptimadeProblem) -> any EntryCollection {
            guard let collection = collections.first(where: { $0.type.name.hasSameUTF8(as: type) }) else {
                throw OptimadeService.noEndpoint(path.endpoint)
            }
            return collection
        }
    }

    private func head(_ request: OptimadeRequest, version: String, endpoint: String) -> DocumentHead {
        var base = settings.baseURL ?? request.baseURL
        while base.utf8.last == UInt8(ascii: "/") { base.removeLast() }
        let representation = request.query.isEmpty ? endpoint : endpoint + "?" + request.query
        var head = DocumentHead(
            settings: settings, baseURL: base, version: version, representation: representation, time: now())
        head.links.itself = head.address(representation)
        return head
    }

    private func refusal(_ problem: OptimadeProblem, _ head: DocumentHead) -> OptimadeAnswer {
        OptimadeAnswer(.refused(problem.kind), body: ResourceDocument.errors([problem], head))
    }

    static func noEndpoint(_ path: String) -> OptimadeProblem {
        let first = path.utf8.drop { $0 == UInt8(ascii: "/") }.prefix { $0 != UInt8(ascii: "/") }
        if VersionedPath.served.contains(where: { first.elementsEqual($0.utf8) }) {
            return OptimadeProblem(
                .endpointUnknown,
                "There is no endpoint “\(path)”: the version stands twice in the path. Name it once, or give the client "
                    + "the base URL without it.")
        }
        return OptimadeProblem(
            .endpointUnknown,
            "There is no endpoint “\(path)”. /info lists those that there are, below the base URL with /v1.")
    }
}
