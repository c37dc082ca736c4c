import Dispatch
import Synchronization

/// Threads of our own, so many at most, for work that blocks: whatever else the process has to do (timers, deadlines,
/// small requests) never waits for it.
///
/// Work begins as soon as a thread is free, in the order in which it came, and is done whether or not the task is
/// cancelled.
package final class OwnThreads: Sendable {
    private struct State {
        var idle: [DispatchQueue] = []
        /// Threads that may still be made.
        var left: Int
        var line: [CheckedContinuation<DispatchQueue, Never>] = []
    }

    private let label: String
    private let state: Mutex<State>

    /// Up to `width` threads, which are made when they are needed; `label` is for debuggers.
    package init(_ label: String, width: Int) {
        self.label = label
        state = Mutex(State(left: width))
    }

    /// What `work`, which may block, gives on one of the threads.
    package func run<Success: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        let thread = await turn()
        defer { giveBack(thread) }
        let outcome: Result<Success, Failure> = await withCheckedContinuation { continuation in
            thread.async { continuation.resume(returning: Result { () throws(Failure) in try work() }) }
        }
        return try outcome.get()
    }

    private func turn() async -> DispatchQueue {
        await withCheckedContinuation { turn in
            let thread = state.withLock { state -> DispatchQueue? in
                if let thread = state.idle.popLast() { return thread }
                guard state.left > 0 else {
                    state.line.append(turn)
                    return nil
                }
                state.left -= 1
                // A serial queue of its own has a thread of its own. Concurrent queues share theirs with Swift's tasks,
                // and would take away the very threads that are to be kept free.
                return DispatchQueue(label: label)
            }
            if let thread { turn.resume(returning: thread) }
        }
    }

    private func giveBack(_ thread: DispatchQueue) {
        let next = state.withLock { state -> CheckedContinuation<DispatchQueue, Never>? in
            guard state.line.isEmpty else { return state.line.removeFirst() }
            state.idle.append(thread)
            return nil
        }
        next?.resume(returning: thread)
    }
}
