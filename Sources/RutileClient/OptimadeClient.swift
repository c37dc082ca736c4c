package import OptimadeAPI
package import RutileJSON
import RutileQuery

/// Asks OPTIMADE databases: pages of entries, single entries, what can be sorted.
///
/// The client copes with what databases do: page limits that they do not announce, versions that they do not serve,
/// entries that are malformed. What it could not cope with is a ``DatabaseFailure``.
package struct OptimadeClient: Sendable {
    /// Gets the documents.
    package private(set) var web: WebClient
    let memory: DatabaseMemory
    private let shapes: [UTF8Key: AttributeShapes]

    /// A client of databases whose entries are of `types`.
    package init(
        _ web: WebClient, memory: DatabaseMemory? = nil,
        types: [EntryTypeDefinition] = [.structures, .references]
    ) {
        self.web = web
        self.memory = memory ?? DatabaseMemory(clock: web.clock)
        shapes = Dictionary(
            types.map { (UTF8Key($0.name), AttributeShapes($0.catalogue)) }, uniquingKeysWith: { first, _ in first })
    }

    /// The page of `request` at `place` of the database at `base`.
    ///
    /// - Throws: ``DatabaseFailure``, or `CancellationError`.
    package func page(
        _ request: ListingRequest, at place: PagePlace = .start, of base: WebAddress, deadline: Duration
    ) async throws -> ListingPage {
        let facts = memory.facts(of: base)
        let limit = max(1, min(request.pageLimit, facts.mostEntries ?? .max))
        let page: ListingPage
        do {
            page = try await self.page(request, limit: limit, at: place, of: base, deadline: deadline)
        } catch let failure as DatabaseFailure
            where failure.mayBePageLimit && limit > 1 && (failure.isPageLimit || !facts.refusesEverySize)
        {
            page = try await smallerPage(
                request, than: limit, refused: failure, at: place, of: base, deadline: deadline)
        }
        let isNew = page.available != nil && page.available != facts.available[request.endpoint]
        if facts.refusesEverySize || isNew {
            memory.learn(of: base) {
                $0.refusesEverySize = false
                if isNew { $0.available[request.endpoint] = page.available }
            }
        }
        return page
    }

    /// How many entries of `endpoint` the database at `base` said last that it has; `nil` where it has not.
    package func available(of endpoint: String, at base: WebAddress) -> Int? {
        memory.facts(of: base).available[endpoint]
    }

    private func page(
        _ request: ListingRequest, limit: Int, at place: PagePlace, of base: WebAddress, deadline: Duration
    ) async throws -> ListingPage {
        let target = "/\(request.endpoint)?" + request.query(limit: limit, at: place)
        let response = try await get(target, of: base, deadline: deadline)
        guard response.status == 200 else {
            throw DatabaseFailure(status: response.status, body: response.body, base)
        }
        var page = try ListingPage(
            response.body, status: response.status, endpoint: request.endpoint, place: place, base: base,
            shapes: shapes[UTF8Key(request.endpoint)] ?? AttributeShapes(PropertyCatalogue()))
        page.next = page.next?.counting(pagesOf: place.pageLimit ?? limit)
        return page
    }

    /// The page with fewer entries than `most`, which the database refused with `failure`. What it takes is remembered
    /// when it is known: a database may have refused for another reason, which is over.
    ///
    /// Source: "Entry Listing URL Query Parameters": 403 says that page_limit is too large, not how large it may be;
    /// many databases name the number, though. One that does not name page_limit may refuse for any reason, which one
    /// entry shows.
    private func smallerPage(
        _ request: ListingRequest, than most: Int, refused: DatabaseFailure, at place: PagePlace, of base: WebAddress,
        deadline: Duration
    ) async throws -> ListingPage {
        /// The page of this size, if the database gives it.
        func attempt(_ limit: Int) async throws -> ListingPage? {
            do {
                return try await self.page(request, limit: limit, at: place, of: base, deadline: deadline)
            } catch is DatabaseFailure {
                return nil
            }
        }
        if !refused.isPageLimit, try await attempt(1) == nil {
            memory.learn(of: base) { $0.refusesEverySize = true }
            throw refused
        }
        var (refusedLimit, failure) = (most, refused)
        for _ in 0..<10 where refusedLimit > 1 {
            let named = Self.largestNumber(in: failure.said?["detail"]?.text ?? "", below: refusedLimit)
            var limit = named ?? refusedLimit / 2
            var page: ListingPage
            do {
                page = try await self.page(request, limit: limit, at: place, of: base, deadline: deadline)
            } catch let next as DatabaseFailure where next.mayBePageLimit {
                (refusedLimit, failure) = (limit, next)
                continue
            }
            if named == nil {
                if let whole = try await attempt(most) { return whole }
                let middle = (limit + refusedLimit) / 2
                if middle > limit, let larger = try await attempt(middle) { (limit, page) = (middle, larger) }
            }
            memory.learn(of: base) { [limit] in $0.mostEntries = limit }
            return page
        }
        throw failure
    }

    /// The entry `id` of `endpoint` of the database at `base`, with the resources that came with it and what the database
    /// says beside; `nil` where it has none.
    ///
    /// - Throws: ``DatabaseFailure``, or `CancellationError`.
    package func entry(
        _ id: String, of endpoint: String, query: String, at base: WebAddress, deadline: Duration
    ) async throws -> (entry: ForeignEntry, included: [JSONView], warnings: [String])? {
        let path = "/\(endpoint)/" + PercentCoding.encodedPath(id)
        let response = try await get(query.isEmpty ? path : path + "?" + query, of: base, deadline: deadline)
        if response.status == 404 { return nil }
        guard response.status == 200 else {
            throw DatabaseFailure(status: response.status, body: response.body, base)
        }
        let document = try Self.document(response, base)
        guard let data = document.root["data"], !data.isNull else { return nil }
        do {
            let entry = try ForeignEntry(
                data, type: endpoint, shapes[UTF8Key(endpoint)] ?? AttributeShapes(PropertyCatalogue()))
            return (entry, Self.included(document.root), ListingPage.warnings(of: base, document))
        } catch {
            throw DatabaseFailure(.error, status: 200, "\(base) sent an entry that is malformed: \(error.reason).")
        }
    }

    /// What the `/info` of the database at `base` says of the properties of `endpoint`; `nil` where it does not say. It is
    /// asked once an hour, and has a quarter of the time that is left; one that takes longer is left alone for a while.
    ///
    /// - Throws: `CancellationError`.
    package func properties(
        of endpoint: String, at base: WebAddress, deadline: Duration
    ) async throws -> ListedProperties? {
        let facts = memory.facts(of: base)
        if let known = facts.listed[endpoint] { return known }
        let now = web.clock.now()
        if let until = facts.silent[endpoint], now < until { return nil }
        let time = (deadline - now) / 4
        let response: FetchResponse
        do {
            response = try await get("/info/\(endpoint)", of: base, deadline: now + time)
        } catch let failure as DatabaseFailure {
            // Where there was hardly any time it may just as well be quick.
            if failure.kind == .timeout, time >= Self.shortestSilence {
                memory.learn(of: base) { $0.silent[endpoint] = web.clock.now() + Self.silence }
            }
            return nil
        }
        // What is wrong with a server for a moment is not kept for an hour.
        guard response.status < 500, response.status != 429 else { return nil }
        let document = response.status == 200 ? try? Self.document(response, base) : nil
        let listed = ListedProperties(document?.root["data"])
        memory.learn(of: base) { $0.listed[endpoint] = .some(listed) }
        return listed
    }

    /// How long an `/info` that did not answer is not asked again, and how long it must have been waited for.
    private static let silence = Duration.seconds(300)
    private static let shortestSilence = Duration.seconds(1)

    /// The same client for requests that come through `via`, as the header of that name has it.
    package func passing(_ via: String) -> OptimadeClient {
        var client = self
        client.web.via = via
        return client
    }

    /// The databases that the `/links` of `base` name, page by page.
    ///
    /// - Throws: ``DatabaseFailure``, or `CancellationError`.
    package func links(of base: WebAddress, deadline: Duration) async throws -> [Value] {
        var links: [Value] = []
        var place = PagePlace.start
        var seen: Set<PagePlace> = [place]
        while true {
            let page = try await page(ListingRequest("links", pageLimit: 100), at: place, of: base, deadline: deadline)
            links += page.entries.map { $0.resource.value }
            guard let next = page.next, seen.insert(next).inserted, seen.count < 100 else { return links }
            place = next
        }
    }

    /// What `base` answers to `target`, which stands below its versioned base URL.
    private func get(_ target: String, of base: WebAddress, deadline: Duration) async throws -> FetchResponse {
        do {
            if let path = memory.facts(of: base).versionedPath {
                let response = try await web.get(base, path + target, deadline: deadline)
                guard response.status == 404 else { return response }
                // Maybe nothing else was found for a moment only, when that was learnt.
                memory.learn(of: base) { $0.versionedPath = nil }
            }
            let path = base.version == nil ? base.path + "/v1" : base.path
            let response = try await web.get(base, path + target, deadline: deadline)
            guard response.status == 404, base.version == nil, path.hasSameUTF8(as: base.path + "/v1"),
                try await web.get(base, path + "/info", deadline: deadline).status == 404
            else { return response }
            guard try await servesFirstVersionUnversioned(base, deadline: deadline) else {
                throw DatabaseFailure(
                    .error, status: response.status,
                    "\(base) does not serve version 1 of OPTIMADE: nothing is found at \(base)/v1.")
            }
            let unversioned = try await web.get(base, base.path + target, deadline: deadline)
            if unversioned.status != 404 { memory.learn(of: base) { $0.versionedPath = base.path } }
            return unversioned
        } catch let failure as FetchFailure {
            throw DatabaseFailure(failure, base)
        }
    }

    /// Whether version 1 is what the unversioned base URL serves.
    ///
    /// Source: "Versions Endpoint": the first version of the list is the one of the unversioned base URL.
    private func servesFirstVersionUnversioned(_ base: WebAddress, deadline: Duration) async throws -> Bool {
        let versions = try await web.get(base, base.path + "/versions", deadline: deadline)
        let lines = versions.body.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        return versions.status == 200 && lines.count > 1 && lines[1].first == UInt8(ascii: "1")
    }

    /// The document that `response` of `base` is. Halves of surrogate pairs in one entry cost none of the others.
    static func document(_ response: FetchResponse, _ base: WebAddress) throws(DatabaseFailure) -> JSONDocument {
        do {
            return try JSONDocument(
                json: response.body, limits: JSONLimits(maximumBytes: .max), loneSurrogates: .replace)
        } catch {
            throw DatabaseFailure(
                .error, status: response.status, "\(base) answered something that is no JSON (\(error)).")
        }
    }

    /// The resources that came beside the data of a document.
    static func included(_ root: JSONView) -> [JSONView] {
        root["included"].map { $0.items.filter { $0["type"]?.text != nil && $0["id"]?.text != nil } } ?? []
    }

    /// The largest whole number in `text` that is below `limit`, 0 left out.
    private static func largestNumber(in text: String, below limit: Int) -> Int? {
        text.utf8.split { !(48...57).contains($0) }.compactMap { Int(Substring($0)) }.filter {
            (1..<limit).contains($0)
        }
        .max()
    }
}

extension PercentCoding {
    /// `id` as the end of a path: slashes stay, everything else is escaped.
    fileprivate static func encodedPath(_ id: String) -> String {
        id.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { encoded(String(Substring($0))) }.joined(separator: "/")
    }
}
