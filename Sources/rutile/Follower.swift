import Logging
import RutileSQLite
import RutileStore
import Synchronization

/// A value that is written by one and read by others.
final class Shared<Value: Sendable>: Sendable {
    private let held: Mutex<Value>

    /// `value` at first.
    init(_ value: Value) { held = Mutex(value) }

    /// The value as it is now.
    var value: Value {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}

/// Lets what is made of the records catch up with them: one run at a time, which serves all who wait for it.
final class Follower: Sendable {
    private struct State {
        /// Before anything is taken in.
        static let nothing: Int64 = -1
        /// The change up to which all is taken in.
        var reached = nothing
        var latest: Task<Void, any Error>?
        /// Whether ``latest`` has yet to look at the records, so that it serves whoever comes now.
        var isWaiting = false
    }

    private let records: SQLiteRecords
    private let takeIn: @Sendable () async throws -> Void
    private let state = Mutex(State())

    /// A follower that has taken in nothing yet; `takeIn` takes in all that `records` hold.
    init(_ records: SQLiteRecords, takeIn: @escaping @Sendable () async throws -> Void) {
        self.records = records
        self.takeIn = takeIn
    }

    /// The change up to which all is taken in.
    var reached: Int64 { state.withLock { $0.reached } }

    /// Takes in what was committed before the call.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    func catchUp() async throws {
        let task = next()
        // Who goes does not wait; the others are served.
        try await wait(for: task, within: nil)
        try await task.value
    }

    /// As ``catchUp()``; what goes wrong is told to `logger`.
    ///
    /// - Throws: `CancellationError`.
    func catchUp(_ logger: Logger) async throws {
        do {
            try await catchUp()
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.error("changes cannot be read", metadata: ["error": "\(error)"])
        }
    }

    /// Takes in what has changed every second, until cancelled.
    func follow(_ logger: Logger) async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            try await catchUp(logger)
        }
    }

    /// Takes in what was committed up to `change`, but waits no longer than `limit` for it. What goes wrong is for
    /// ``catchUp()`` to say. Before anything was taken in, it waits for that first: an answer from nothing is none.
    ///
    /// - Throws: `CancellationError`; `StoreError` where nothing could be taken in at all.
    func reach(_ change: Int64, within limit: Duration) async throws {
        if reached == State.nothing {
            let first = state.withLock { $0.latest } ?? next()
            try await wait(for: first, within: nil)
            try await first.value
        }
        guard reached < change else { return }
        try await wait(for: next(), within: limit)
    }

    /// Waits for the end of `task`, but no longer than `limit`, where there is one.
    private func wait(for task: Task<Void, any Error>, within limit: Duration?) async throws {
        let (end, signal) = AsyncStream<Void>.makeStream()
        Task {
            _ = await task.result
            signal.finish()
        }
        let timer = limit.map { limit in
            Task {
                try await Task.sleep(for: limit)
                signal.finish()
            }
        }
        defer { timer?.cancel() }
        for await _ in end {}
        try Task.checkCancellation()
    }

    private func next() -> Task<Void, any Error> {
        state.withLock { state in
            if state.isWaiting, let latest = state.latest { return latest }
            // The one that runs may have begun before the change.
            let former = state.latest
            let task = Task { [self] in
                _ = await former?.result
                self.state.withLock { $0.isWaiting = false }
                // Read first: what is written meanwhile is taken in the next time.
                let change = try await records.changeNumber()
                guard change != reached else { return }
                try await takeIn()
                self.state.withLock { $0.reached = change }
            }
            (state.latest, state.isWaiting) = (task, true)
            return task
        }
    }
}
