import OptimadeAPI
import RutileJSON
package import RutileModel

/// Copies structures and references of another OPTIMADE database, by its own paging, into a file that can be imported.
///
/// What was read is kept in the data directory, page by page: a run that ends early, for whatever reason, is gone on
/// with by the next one.
package struct Mirror: Sendable {
    /// How much a database may ask of its reader.
    package struct Limits: Hashable, Sendable {
        /// Bytes of one answer.
        package var answer = 64 << 20
        /// Bytes of all entries.
        package var file = 256 << 30

        /// The limits that mirrors have.
        package init() {}
    }

    /// How far a mirror is.
    package struct Progress: Sendable {
        /// The entry type that is being read.
        package let type: String
        /// Entries of it that were read.
        package let entries: Int
        /// Entries of it that there are; absent where the server does not say.
        package let total: Int?
    }

    /// A pause before a request is made again.
    package struct Pause: Hashable, Sendable {
        /// What went wrong.
        package let trouble: String
        /// How long nothing is asked.
        package let time: Duration
    }

    /// What was read, ready to be imported.
    package struct File: Sendable {
        /// Path of the JSON Lines file.
        package let path: String
        /// A name for its upload: the base URL.
        package let uploadName: String
        /// What a reader should know.
        package let warnings: [String]
        private let folder: MirrorFolder

        init(_ folder: MirrorFolder, _ state: MirrorState, uploadName: String) {
            self.folder = folder
            self.uploadName = uploadName
            path = folder.entries
            warnings =
                state.partialEntries == 0
                ? [] : ["Of \(state.partialEntries) entries the server gives some values only in parts: left unknown."]
        }

        /// Removes it, and what is known of it: the next run begins anew.
        package func remove() throws { try folder.remove() }
    }

    private static let types = ["structures", "references"]
    /// Numbers of entries to ask for, most first. Servers refuse more than they like.
    private static let pageLimits: [Int?] = [500, 100, 50, nil]

    private let address: MirrorAddress
    private let directory: DataDirectory
    private let client: MirrorClient
    private let limits: Limits

    /// A mirror of the database at `address`, which keeps what it reads in `directory`.
    ///
    /// `fetch` is the way to the network, `sleep` the clock; `pausing` hears of every pause since something went wrong.
    package init(
        of address: MirrorAddress, in directory: DataDirectory, fetch: @escaping MirrorFetch,
        retries: RetryPolicy = RetryPolicy(), limits: Limits = Limits(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        pausing: @escaping @Sendable (Pause) -> Void = { _ in }
    ) {
        self.address = address
        self.directory = directory
        self.limits = limits
        client = MirrorClient(fetch: fetch, retries: retries, limit: limits.answer, sleep: sleep, pausing: pausing)
    }

    /// Reads all that is still to be read.
    ///
    /// - Throws: ``MirrorError``, or `CancellationError`.
    package func run(progress: @Sendable (Progress) -> Void = { _ in }) async throws -> File {
        let folder = try MirrorFolder(address.text, in: directory)
        var state = folder.state()
        if let known = state {
            do {
                state = try await readPages(from: known, folder, isContinued: true, progress)
            } catch let error as StalePage {
                // The server has forgotten its own link. What was read cannot be told from what was not.
                _ = error
                state = nil
            }
        }
        if state == nil {
            state = try await readPages(from: try await begin(folder), folder, isContinued: false, progress)
        }
        guard let state else { preconditionFailure("a state was made above") }
        return File(folder, state, uploadName: address.text)
    }

    /// The page that an earlier run was to read next is there no more.
    private struct StalePage: Error {}

    // MARK: The beginning

    /// Reads what the database says of itself, and begins the file with it.
    private func begin(_ folder: MirrorFolder) async throws -> MirrorState {
        let (address, info) = try await information()
        guard let resource = info.data, let attributes = resource["attributes"] else {
            throw MirrorError.malformed(address: address.endpoint("info"), reason: "it has no attributes")
        }
        let offered =
            attributes["available_endpoints"]?.items.compactMap(\.text)
            ?? attributes["entry_types_by_format"]?["json"]?.items.compactMap(\.text) ?? []
        let names = Self.types.filter { name in offered.contains { $0.hasSameUTF8(as: name) } }
        guard !names.isEmpty else {
            throw MirrorError.malformed(
                address: address.endpoint("info"), reason: "the database has neither structures nor references")
        }
        var writer = JSONWriter(reserving: 1 << 16)
        writer.value(.members(["x-optimade": .members(["api_version": .string(info.version ?? "1.0.0")])]))
        writer.endLine()
        if let provider = info.provider {
            writer.value(.members(["meta": .members(["provider": provider.value])]))
            writer.endLine()
        }
        writer.view(resource)
        writer.endLine()
        var types: [MirrorState.EntryType] = []
        for name in names {
            let page = try await client.page(address.endpoint("info/" + name))
            guard case .object(let properties)? = page.data?["properties"]?.value else {
                throw MirrorError.malformed(address: address.endpoint("info/" + name), reason: "it has no properties")
            }
            writer.value(
                .members(["type": .string("info"), "id": .string(name), "properties": .object(properties)]))
            writer.endLine()
            types.append(MirrorState.EntryType(name: name, fields: properties.keys))
        }
        let lines = writer.bytes
        try folder.truncate(to: 0)
        try folder.write(lines, at: 0)
        let state = MirrorState(base: address.text, types: types, bytes: lines.count)
        try folder.keep(state)
        return state
    }

    /// The `/info` document, and where the database is: here alone a redirection is followed, on the same host.
    private func information() async throws -> (MirrorAddress, MirrorPage) {
        do {
            return (address, try await client.page(address.endpoint("info")))
        } catch MirrorError.moved(let place, let target) {
            guard let moved = MirrorAddress(infoAddress: target), moved.hasSameHost(as: address) else {
                throw MirrorError.moved(address: place, to: target)
            }
            return (moved, try await client.page(moved.endpoint("info")))
        }
    }

    // MARK: Pages

    private func readPages(
        from start: MirrorState, _ folder: MirrorFolder, isContinued: Bool, _ progress: @Sendable (Progress) -> Void
    ) async throws -> MirrorState {
        var state = start
        guard let address = MirrorAddress(state.base) else { throw MirrorError.noAddress(state.base) }
        try folder.truncate(to: state.bytes)
        var mayBeStale = isContinued
        for index in state.types.indices {
            var previous: MirrorPage?
            while !state.types[index].isDone {
                let type = state.types[index]
                let page: MirrorPage
                do {
                    page = try await self.page(of: type, at: address)
                } catch MirrorError.refused where mayBeStale && type.next != nil {
                    throw StalePage()
                }
                mayBeStale = false
                let place = type.next ?? address.endpoint(type.name)
                guard let items = page.data, items.kind == .list else {
                    throw MirrorError.malformed(address: place, reason: "data is no list")
                }
                let next = try page.following(of: type.name, at: address, from: place)
                var circle = type.circle
                if let next, circle.meets(next) || next == type.next || page.beginsAs(previous) {
                    try folder.forget()
                    throw MirrorError.endless(address: next)
                }
                let isLast = next == nil || items.count == 0
                guard !isLast || page.hasMore != true else {
                    throw MirrorError.malformed(
                        address: place, reason: "more_data_available is true, but no page with entries follows")
                }
                let entries = type.entries + items.count
                if isLast, let total = page.total, entries < total {
                    try folder.forget()
                    throw MirrorError.incomplete(address: place, type: type.name, entries: entries, total: total)
                }
                if let total = page.total, total >= 0, entries - total > items.count {
                    try folder.forget()
                    throw MirrorError.surplus(address: place, type: type.name, entries: entries, total: total)
                }
                let lines = page.lines
                guard state.bytes + lines.count <= limits.file else {
                    throw MirrorError.tooLarge(address: address.text, limit: limits.file)
                }
                try folder.write(lines, at: state.bytes)
                state.bytes += lines.count
                state.partialEntries += page.partialEntries
                state.types[index].entries = entries
                state.types[index].next = next
                state.types[index].circle = circle
                state.types[index].isDone = isLast
                try folder.keep(state)
                progress(Progress(type: type.name, entries: entries, total: page.total))
                previous = page
                if !state.types[index].isDone, let delay = page.delay { try await client.sleep(delay) }
            }
        }
        return state
    }

    /// The next page of `type`. For the first one the server is asked for as much as it gives.
    private func page(of type: MirrorState.EntryType, at address: MirrorAddress) async throws -> MirrorPage {
        if let next = type.next { return try await client.page(next) }
        var refusal: MirrorError?
        for fields in type.requestedFields {
            for limit in Self.pageLimits {
                let query = [limit.map { "page_limit=\($0)" }, fields].compactMap { $0 }.joined(separator: "&")
                do {
                    return try await client.page(address.endpoint(type.name, query: query))
                } catch MirrorError.refused(let place, let status, let reason) where [400, 403, 414].contains(status) {
                    refusal = refusal ?? .refused(address: place, status: status, reason: reason)
                }
            }
        }
        throw refusal ?? .malformed(address: address.endpoint(type.name), reason: "it cannot be listed")
    }
}

extension MirrorState.EntryType {
    /// What `response_fields` may say, the best first; `nil` for nothing.
    ///
    /// Servers may leave out properties that nobody asks for, and serve standard properties that their `/info` does not
    /// list, as this one does. Others refuse names that they do not know.
    fileprivate var requestedFields: [String?] {
        let listed = fields.filter { $0 != "id" && $0 != "type" && $0.isPropertyName }
        let standard = [EntryTypeDefinition.structures, .references].first { $0.name.hasSameUTF8(as: name) }
        let others = (standard?.attributeNames ?? []).filter { name in !listed.contains { $0.hasSameUTF8(as: name) } }
        let choices = others.isEmpty ? [listed] : [listed + others, listed]
        return choices.filter { !$0.isEmpty }.map { "response_fields=" + $0.joined(separator: ",") } + [nil]
    }
}

extension MirrorPage {
    /// The address of the page that follows this one, which is from `place`; `nil` where it is the last.
    ///
    /// - Throws: ``MirrorError/malformed(address:reason:)`` where one follows that cannot be asked for: the entries on
    ///   it would be missing.
    fileprivate func following(
        of type: String, at address: MirrorAddress, from place: String
    ) throws(MirrorError) -> String? {
        guard let link = next else { return nil }
        guard let next = address.next(link, of: type) else {
            throw .malformed(address: place, reason: "links.next cannot be followed: \(link.prefix(300))")
        }
        return next
    }

    /// Whether the first entries of two pages have one id.
    fileprivate func beginsAs(_ other: MirrorPage?) -> Bool {
        guard let first = firstID, let second = other?.firstID else { return false }
        return first.hasSameUTF8(as: second)
    }

    private var firstID: String? { data?.items.first { _ in true }?["id"]?.text }
}

extension String {
    /// Whether this can be the name of a property: small letters, digits and underscores.
    fileprivate var isPropertyName: Bool {
        !isEmpty
            && utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
    }
}
