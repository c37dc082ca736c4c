import NomadAPI
package import RutileArchive
import RutileJSON
package import RutileMetainfo
package import RutileModel
package import RutileSearch
package import RutileStore

/// Who sees e-mail addresses (`visibility.user_email`).
package enum UserEmailVisibility: String, Hashable, Sendable, CaseIterable {
    /// The user and administrators.
    case members
    /// Everybody, as in NOMAD.
    case `public`
}

/// Answers graph requests: request → plan → execute → assemble.
package struct GraphService: Sendable {
    let records: any RecordStore
    let archives: any ArchiveSource
    let search: EntriesSearch
    let files: any RawFiles
    let foreign: any ForeignEntries
    let remote: any RemoteArchives
    let definitions: DefinitionCatalogue
    let policy: AccessPolicy
    let userEmail: UserEmailVisibility
    let limits: GraphLimits
    let longWork: LongWork
    /// Bodies of more bytes take more than some milliseconds to read.
    private static let shortBody = 256 << 10

    /// A service over these stores.
    package init(
        records: any RecordStore, archives: any ArchiveSource, search: EntriesSearch, files: any RawFiles,
        definitions: DefinitionCatalogue, foreign: any ForeignEntries = NoForeignEntries(),
        remote: any RemoteArchives = NoRemoteArchives(), policy: AccessPolicy = AccessPolicy(),
        userEmail: UserEmailVisibility = .members, limits: GraphLimits = GraphLimits(), longWork: LongWork = .shared
    ) {
        self.longWork = longWork
        self.records = records
        self.archives = archives
        self.search = search
        self.files = files
        self.foreign = foreign
        self.remote = remote
        self.definitions = definitions
        self.policy = policy
        self.userEmail = userEmail
        self.limits = limits
    }

    /// The answer to a request body, as JSON bytes.
    ///
    /// - Throws: `JSONError` when the body is no JSON, ``GraphProblem`` when the request is refused as a whole,
    ///   errors of the stores; `CancellationError` when the caller has gone. What fails below a node is part of the
    ///   answer (`m_errors`).
    package func answer(_ body: [UInt8], as caller: Caller) async throws -> [UInt8] {
        let (plan, explains) =
            body.count > Self.shortBody
            ? try await longWork.run { try Self.plan(body, limits) } : try Self.plan(body, limits)
        if explains { return plan.explanation(limits: limits, as: caller) }
        let reader = BatchReader(
            records: records, archives: archives, search: search, files: files, foreign: foreign,
            remote: remote.reading(), limits: limits, policy: policy, caller: caller)
        var loaded = Loaded()
        let scope = scope()
        do {
            return try await answer(plan, with: &loaded, reader, scope, .short(limits))
        } catch is Attempt.IsLong {
            return try await answer(plan, with: &loaded, reader, scope, .whole(limits))
        }
    }

    /// Definitions for one request, of which none is read.
    func scope() -> DefinitionScope {
        DefinitionScope(catalogue: definitions, installations: remote.installations)
    }

    private func answer(
        _ plan: ReadPlan, with loaded: inout Loaded, _ reader: BatchReader, _ scope: DefinitionScope,
        _ attempt: Attempt
    ) async throws -> [UInt8] {
        let caller = reader.caller
        var needs = plan.initialNeeds
        // What several walks could not read then is read by one.
        var isFirst = true
        func load(_ needs: Needs) async throws {
            try limits.check(archives: loaded.archiveCount(with: needs))
            try limits.check(remoteArchives: loaded.remoteCount(with: needs))
            try await loaded.load(needs, with: reader)
            try Task.checkCancellation()
        }
        // A walk is pure: it reads what has been loaded and says what it misses. Walking again from the start, after
        // batches for everything missed, keeps references of many entries from being followed one by one.
        while true {
            try await load(needs)
            if isFirst {
                let answer = try await working(attempt) {
                    try await answerInParts(plan, as: caller, from: loaded, attempt)?.json(attempt)
                }
                if let answer { return answer }
            }
            isFirst = false
            let walk = GraphWalk(
                loaded: loaded, definitions: scope, caller: caller, policy: policy, userEmail: userEmail,
                attempt: attempt)
            defer { walk.forget() }
            let answer = try await working(attempt) { () -> [UInt8]? in
                let answer = try walk.run(plan)
                return walk.needs.isEmpty ? try answer.json(attempt) : nil
            }
            if let answer { return answer }
            while walk.canReadOn {
                try await load(walk.needs)
                try await working(attempt) { try walk.readOn(with: loaded) }
            }
            needs = walk.needs
        }
    }

    /// Does `work` where the `attempt` may do it. Nothing is waited for in it: others wait for its thread.
    private func working<Result>(_ attempt: Attempt, _ work: () async throws -> Result) async throws -> Result {
        attempt.isShort ? try await work() : try await longWork.run(work)
    }

    /// What a service with `limits` would read for `body` when `caller` asks, in which order and at most how much.
    ///
    /// - Throws: `JSONError` and ``GraphProblem`` as `answer` does before it reads.
    package static func explain(
        _ body: [UInt8], limits: GraphLimits = GraphLimits(), as caller: Caller = .anonymous
    ) throws -> String {
        try plan(body, limits).plan.text(limits: limits, as: caller)
    }

    private static func plan(_ body: [UInt8], _ limits: GraphLimits) throws -> (plan: ReadPlan, explains: Bool) {
        let request = try GraphRequest(Value(json: body, limits: .request, nonFinite: .refuse))
        let plan = try ReadPlan(request)
        try limits.check(archives: plan.initialNeeds.archives.count)
        return (plan, request.explains)
    }
}

extension GraphLimits {
    /// Refuses to open more archives than the cap allows, before any of them is opened.
    func check(archives count: Int) throws(GraphProblem) {
        guard count <= archives else {
            throw GraphProblem(
                .limitExceeded, "The request opens more archives than limits.archives (\(archives)).")
        }
    }

    /// The same for archives of other installations.
    func check(remoteArchives count: Int) throws(GraphProblem) {
        guard count <= remoteArchives else {
            throw GraphProblem(
                .limitExceeded,
                "The request reads more archives of other installations than references.remote_archives (\(remoteArchives))."
            )
        }
    }
}

extension ReadPlan {
    /// The plan as an answer: `{"m_response": {"plan": [line, …]}}`.
    fileprivate func explanation(limits: GraphLimits, as caller: Caller) -> [UInt8] {
        let lines = text(limits: limits, as: caller).split(separator: "\n").map { Value.string(String($0)) }
        var json = JSONWriter()
        json.value(.members(["m_response": .members(["plan": .list(lines)])]))
        return json.takeBytes()
    }

    /// What the plan names by id, so that the first batch holds it all.
    fileprivate var initialNeeds: Needs {
        var needs = Needs()
        for part in parts { part.read.collect(into: &needs) }
        return needs
    }
}

extension ReadPlan.Read {
    fileprivate func collect(into needs: inout Needs) {
        let documents: [ReadPlan.Named]
        switch self {
        case .documents(let named, _): documents = named
        case .list(let list): documents = list.named
        case .foreign(let gateways):
            for gateway in gateways { needs.foreign.formUnion(gateway.questions) }
            return
        default: return
        }
        needs.archives.reserveCapacity(needs.archives.count + documents.count)
        for named in documents {
            switch named.document.kind {
            case .upload: needs.uploads.insert(UploadID(named.id))
            case .entry:
                // The entry is read with its archive.
                if named.document.parts.contains(where: { $0.read.isArchive }) {
                    needs.archives.insert(EntryID(named.id))
                } else {
                    needs.entries.insert(EntryID(named.id))
                }
            case .dataset: needs.datasets.insert(DatasetID(named.id))
            case .group: needs.groups.insert(GroupID(named.id))
            case .metadata: needs.metadata.insert(EntryID(named.id))
            case .user: break
            }
            for part in named.document.parts { part.read.collect(into: &needs) }
        }
    }

    private var isArchive: Bool { if case .archive = self { true } else { false } }
}
