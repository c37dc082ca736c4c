import Dispatch
import Glibc
import Synchronization

/// The threads on which long work is done: few, and no others' business, so that whatever else the process has to do
/// (timers, deadlines, small requests) never waits for it.
///
/// Who finds them all busy waits in line, and leaves it when cancelled.
package final class LongWork: Sendable {
    private struct Waiting {
        let number: Int
        let turn: CheckedContinuation<OwnThread, any Error>
    }

    private struct State {
        var idle: [OwnThread]
        var line: [Waiting] = []
        var next = 0
    }

    private let state: Mutex<State>
    /// Whose thread the current task is on.
    @TaskLocal private static var around: LongWork?

    /// Of the whole process: all cores but one.
    package static let shared = LongWork(width: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) - 1))

    /// Room for `width` pieces of work at once.
    package init(width: Int) {
        state = Mutex(State(idle: (0..<width).map { _ in OwnThread() }))
    }

    /// Does `work` on one of the threads, as part of the current task; at once where that is on one already.
    ///
    /// - Throws: what `work` throws; `CancellationError` when the task is cancelled before its turn comes.
    package func run<Result>(_ work: () async throws -> Result) async throws -> Result {
        if Self.around === self { return try await work() }
        let thread = try await turn()
        defer { giveBack(thread) }
        return try await Self.$around.withValue(self) {
            try await withTaskExecutorPreference(thread) { try await work() }
        }
    }

    /// Works on parts of `items` side by side, no part with fewer than `least` items: one on the current thread, others on
    /// as many threads as have nothing to do. The results come in the order of the parts.
    ///
    /// - Throws: what `work` throws, and `CancellationError` where that looks for it.
    package func sideBySide<Item: Sendable, Result: Sendable>(
        _ items: [Item], least: Int, _ work: @escaping @Sendable (ArraySlice<Item>) throws -> Result
    ) async throws -> [Result] {
        let helpers = idle(atMost: max(0, items.count / max(1, least) - 1))
        let count = helpers.count + 1
        func part(_ number: Int) -> ArraySlice<Item> {
            items[items.count * number / count..<items.count * (number + 1) / count]
        }
        if helpers.isEmpty { return [try work(part(0))] }
        return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for (number, helper) in helpers.enumerated() {
                let part = part(number + 1)
                group.addTask(executorPreference: helper) {
                    defer { self.giveBack(helper) }
                    return (number + 1, try work(part))
                }
            }
            var results = [0: try work(part(0))]
            for try await (number, result) in group { results[number] = result }
            return (0..<count).compactMap { results[$0] }
        }
    }

    /// Threads that have nothing to do, without waiting for any.
    private func idle(atMost count: Int) -> [OwnThread] {
        state.withLock { state in
            let taken = Array(state.idle.suffix(count))
            state.idle.removeLast(taken.count)
            return taken
        }
    }

    private func turn() async throws -> OwnThread {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { turn in
                let outcome: Result<OwnThread, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if let thread = state.idle.popLast() { return .success(thread) }
                    state.line.append(Waiting(number: number, turn: turn))
                    return nil
                }
                if let outcome { turn.resume(with: outcome) }
            }
        } onCancel: {
            let left = state.withLock { state in
                state.line.firstIndex { $0.number == number }.map { state.line.remove(at: $0) }
            }
            left?.turn.resume(throwing: CancellationError())
        }
    }

    private func giveBack(_ thread: OwnThread) {
        let next = state.withLock { state -> Waiting? in
            guard state.line.isEmpty else { return state.line.removeFirst() }
            state.idle.append(thread)
            return nil
        }
        next?.turn.resume(returning: thread)
    }
}

/// A thread that tasks can be told to run on.
private final class OwnThread: TaskExecutor {
    // A serial queue of its own has a thread of its own. Concurrent queues share theirs with Swift's tasks, and would
    // take away the very threads that are to be kept free.
    private let queue = DispatchQueue(label: "rutile.long")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // SAFETY: the closure keeps the executor alive and runs the job once.
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
