import RutileJSON
import Synchronization

/// Work that several callers may want at once: it is done once for all that ask for it before it is done.
///
/// It is cancelled when all of them have gone away; one that goes while others wait is let go with them.
final class SharedWork<Result: Sendable>: Sendable {
    private struct Running {
        let number: UInt64
        let task: Task<Result, any Error>
        var waiting = 0
    }

    private struct State {
        var running: [UTF8Key: Running] = [:]
        var count: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Nothing runs.
    init() {}

    /// What `work`, or equal work that runs already, gives. Equal work has an equal `name`.
    ///
    /// - Throws: what `work` throws, and `CancellationError`.
    func result(_ name: String, of work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let key = UTF8Key(name)
        let joined = state.withLock { state in
            var running: Running
            if let known = state.running[key] {
                running = known
            } else {
                state.count += 1
                running = Running(number: state.count, task: Task { try await work() })
            }
            running.waiting += 1
            state.running[key] = running
            return running
        }
        defer { finish(key, joined.number) }
        return try await withTaskCancellationHandler {
            try await joined.task.value
        } onCancel: {
            leave(key, joined.number)
        }
    }

    /// Whoever asks from now on gets work of its own.
    private func finish(_ key: UTF8Key, _ number: UInt64) {
        state.withLock { state in
            if state.running[key]?.number == number { state.running[key] = nil }
        }
    }

    /// One of those that wait goes away.
    private func leave(_ key: UTF8Key, _ number: UInt64) {
        let abandoned = state.withLock { state -> Task<Result, any Error>? in
            guard state.running[key]?.number == number, let task = state.running[key]?.task else { return nil }
            state.running[key]?.waiting -= 1
            guard state.running[key]?.waiting == 0 else { return nil }
            state.running[key] = nil
            return task
        }
        abandoned?.cancel()
    }
}
