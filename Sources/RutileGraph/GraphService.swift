import NomadAPI
package import RutileArchive
import RutileJSON
package import RutileMetainfo
package import RutileModel
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
    private let records: any RecordStore
    private let archives: any ArchiveSource
    private let definitions: DefinitionCatalogue
    private let policy: AccessPolicy
    private let userEmail: UserEmailVisibility
    private let limits: GraphLimits
    private let longWork: LongWork
    /// Bodies of more bytes take more than some milliseconds to read.
    private static let shortBody = 256 << 10

    /// A service over these stores.
    package init(
        records: any RecordStore, archives: any ArchiveSource, definitions: DefinitionCatalogue,
        policy: AccessPolicy = AccessPolicy(), userEmail: UserEmailVisibility = .members,
        limits: GraphLimits = GraphLimits()
    ) {
        longWork = .shared
        self.records = records
        self.archives = archives
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
        let plan = body.count > Self.shortBody ? try await longWork.run { try self.plan(body) } : try self.plan(body)
        var loaded = Loaded(definitions: DefinitionScope(catalogue: definitions))
        do {
            return try await answer(plan, as: caller, with: &loaded, .short(limits))
        } catch is Attempt.IsLong {
            return try await longWork.run { try await answer(plan, as: caller, with: &loaded, .whole(limits)) }
        }
    }

    private func answer(
        _ plan: ReadPlan, as caller: Caller, with loaded: inout Loaded, _ attempt: Attempt
    ) async throws -> [UInt8] {
        let reader = BatchReader(records: records, archives: archives, policy: policy, caller: caller)
        var needs = plan.initialNeeds
        func load(_ needs: Needs) async throws {
            try checkArchives(loaded.archiveCount(with: needs))
            try await loaded.load(needs, with: reader)
            try Task.checkCancellation()
        }
        // A walk is pure: it reads what has been loaded and says what it misses. Walking again from the start, after
        // batches for everything missed, keeps references of many entries from being followed one by one.
        while true {
            try await load(needs)
            let walk = GraphWalk(loaded: loaded, caller: caller, policy: policy, userEmail: userEmail, attempt: attempt)
            defer { walk.forget() }
            let answer = try walk.run(plan)
            if walk.needs.isEmpty { return try answer.json(attempt) }
            while walk.canReadOn {
                try await load(walk.needs)
                try walk.readOn(with: loaded)
            }
            needs = walk.needs
        }
    }

    /// Refuses to open more archives than the cap allows, before any of them is opened.
    private func checkArchives(_ count: Int) throws(GraphProblem) {
        guard count <= limits.archives else {
            throw GraphProblem(
                .limitExceeded, "The request opens more archives than limits.archives (\(limits.archives)).")
        }
    }

    /// What `answer` would read, in which order and at most how much, without reading.
    ///
    /// - Throws: `JSONError` and ``GraphProblem`` as `answer` does before it reads.
    package func explain(_ body: [UInt8]) throws -> String {
        try plan(body).text(limits: limits)
    }

    private func plan(_ body: [UInt8]) throws -> ReadPlan {
        let plan = try ReadPlan(GraphRequest(Value(json: body, limits: .request, nonFinite: .refuse)))
        try checkArchives(plan.initialNeeds.archives.count)
        return plan
    }
}

extension ReadPlan {
    /// What the plan names by id, so that the first batch holds it all.
    fileprivate var initialNeeds: Needs {
        var needs = Needs()
        for part in parts { part.read.collect(into: &needs) }
        return needs
    }
}

extension ReadPlan.Read {
    fileprivate func collect(into needs: inout Needs) {
        guard case .documents(let documents) = self else { return }
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
            case .user: break
            }
            for part in named.document.parts { part.read.collect(into: &needs) }
        }
    }

    private var isArchive: Bool { if case .archive = self { true } else { false } }
}
