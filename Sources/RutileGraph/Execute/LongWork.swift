import Dispatch
import Glibc
import Synchronization

/// The threads on which long work is done: few, and no others' business, so that whatever else the process has to do
/// (timers, deadlines, small requests) never waits for it.
///
/// Who finds them all busy waits in line, and leaves it when cancelled.
final class LongWork: Sendable {
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

    /// Of the whole process: all cores but one.
    static let shared = LongWork(width: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) - 1))

    /// Room for `width` pieces of work at once.
    init(width: Int) {
        state = Mutex(State(idle: (0..<width).map { _ in OwnThread() }))
    }

    /// Does `work` on one of the threads, as part of the current task.
    ///
    /// - Throws: what `work` throws; `CancellationError` when the task is cancelled before its turn comes.
    func run<Result>(_ work: () async throws -> Result) async throws -> Result {
        let thread = try await turn()
        defer { giveBack(thread) }
        return try await withTaskExecutorPreference(thread) { try await work() }
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
    private let queue = DispatchQueue(label: "rutile.graph.long")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // SAFETY: the closure keeps the executor alive and runs the job once.
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
