import OptimadeAPI
import RutileClient
import RutileJSON
import RutileModel
import RutileStore
import Synchronization

/// Owns the queries that run: starts them, lets others look at them and wait for them, and stores what comes of them.
final class QueryRunner: Sendable {
    private struct Running {
        let run: QueryRun
        let client: String
        var life: QueryLifecycle<QueryRun.Answer>
        /// Looked up before the first database is asked.
        var registered = RegisteredDatabases()
        var task: Task<Void, Never>?
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let store: any GatewayStore
    private let optimade: OptimadeSettings
    private let settings: GatewaySettings
    private let clock: ClientClock
    private let now: @Sendable () -> Timestamp
    private let report: @Sendable (String) -> Void
    private let queries = Mutex<[UTF8Key: Running]>([:])

    /// No queries yet. What cannot be stored is told to `report`.
    init(
        store: any GatewayStore, optimade: OptimadeSettings, settings: GatewaySettings, clock: ClientClock,
        now: @escaping @Sendable () -> Timestamp, report: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.optimade = optimade
        self.settings = settings
        self.clock = clock
        self.now = now
        self.report = report
    }

    /// Number of queries that run for `client`.
    func count(of client: String) -> Int {
        queries.withLock { $0.values.count { $0.client.hasSameUTF8(as: client) } }
    }

    /// The ids of the queries that run.
    var running: [String] { queries.withLock { $0.keys.map(\.string) } }

    /// Starts `run`, which is stored already, for `client`.
    func start(_ run: QueryRun, client: String) {
        let key = UTF8Key(run.query.id)
        let isNew = queries.withLock { running in
            guard running[key] == nil else { return false }
            running[key] = Running(
                run: run, client: client, life: QueryLifecycle(databases: run.query.databases.count))
            return true
        }
        guard isNew else { return }
        let task = Task { await self.perform(run, key) }
        queries.withLock { $0[key]?.task = task }
    }

    /// State and response of the query `id` as they are now; `nil` when it does not run.
    func progress(_ id: String) -> (state: String, response: [UInt8])? {
        queries.withLock { $0[UTF8Key(id)] }.map { ($0.life.state.rawValue, response($0)) }
    }

    /// Waits until the query `id` does not run any more, or `time` has passed.
    ///
    /// - Throws: `CancellationError`.
    func wait(for id: String, atMost time: Duration) async throws {
        let (ends, end) = AsyncStream<Void>.makeStream()
        let runs = queries.withLock { running in
            running[UTF8Key(id)]?.waiting.append(end)
            return running[UTF8Key(id)] != nil
        }
        guard runs else { return }
        let alarm = Task { [clock] in
            try await clock.sleep(time)
            end.finish()
        }
        defer { alarm.cancel() }
        for await _ in ends {}
        try Task.checkCancellation()
    }

    /// Ends the query `id` without storing anything.
    func stop(_ id: String) {
        let stopped = queries.withLock { $0.removeValue(forKey: UTF8Key(id)) }
        stopped?.task?.cancel()
        stopped?.waiting.forEach { $0.finish() }
    }

    /// Ends all queries without storing anything: they are taken up again at the next start.
    func stopAll() {
        for id in queries.withLock({ $0.keys.map(\.string) }) { stop(id) }
    }

    // MARK: - Running

    private func perform(_ run: QueryRun, _ key: UTF8Key) async {
        guard case .ask(let positions)? = apply(.start, key) else { return }
        let deadline = clock.now() + .seconds(settings.querySeconds)
        var action = apply(.asked, key)
        do {
            // Without it errors have no links, and are errors all the same.
            if let registered = try? await RegisteredDatabases(among: run.query.databases, store) {
                queries.withLock { $0[key]?.registered = registered }
            }
            try await withThrowingTaskGroup(of: (Int, QueryRun.Answer).self) { group in
                for position in positions {
                    group.addTask { (position, try await run.answer(of: position, deadline: deadline)) }
                }
                for try await (position, answer) in group {
                    action = apply(.answered(position, answer), key) ?? action
                }
            }
        } catch {
            // Stopped: what is left of it is in the store, unfinished.
            return
        }
        if action == .store { await finish(key) }
    }

    private func apply(
        _ event: QueryLifecycle<QueryRun.Answer>.Event, _ key: UTF8Key
    ) -> QueryLifecycle<QueryRun.Answer>.Action? {
        queries.withLock { $0[key]?.life.apply(event) }
    }

    private func finish(_ key: UTF8Key) async {
        guard let ended = queries.withLock({ $0[key] }) else { return }
        let succeeded = ended.life.outcomes.allSatisfy { $0?.status.failure == nil }
        do {
            // Another attempt may well succeed where this one failed, so nobody else is given its outcome.
            try await store.replace(
                ended.run.query.resource(
                    state: ended.life.state.rawValue, response: response(ended),
                    isReusable: succeeded))
        } catch {
            report("query \(key.string) cannot be stored: \(error)")
        }
        let waiting = queries.withLock { $0.removeValue(forKey: key)?.waiting ?? [] }
        waiting.forEach { $0.finish() }
    }

    private func response(_ query: Running) -> [UInt8] {
        QueryResponse(
            run: query.run, answers: query.life.outcomes, registered: query.registered, optimade: optimade, time: now()
        ).json
    }
}
