import Synchronization

/// The requests that are being answered and when each must be ready.
///
/// One loop (``watch(every:)``) looks after all of them. A sleeping task for each request would do the same, but a sleep that
/// is cancelled stays in the system's timer queue until its time, and thousands a second would pile up.
package final class RunningRequests: Sendable {
    private struct Request {
        var deadline: ContinuousClock.Instant
        let cancel: @Sendable () -> Void
        var isOverdue = false
    }

    private struct State {
        var requests: [UInt64: Request] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    /// None.
    package init() {}

    /// What `work` gives.
    ///
    /// After `seconds` it is cancelled; work that goes on regardless is waited for, since its memory is still in use.
    /// Each time that work calls the closure that it gets, the seconds begin anew.
    ///
    /// - Throws: what `work` throws; ``RequestProblem/tooSlow(limit:)`` when it ended because it was overdue.
    package func answer<Answer: Sendable>(
        within seconds: Int, _ work: @escaping @Sendable (_ goOn: @escaping @Sendable () -> Void) async throws -> Answer
    ) async throws -> Answer {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        // It begins on this thread: most answers are ready before a switch to another would be.
        let task = Task.immediate { [self] in
            try await work { self.extend(number, to: .now + .seconds(seconds)) }
        }
        begin(number, deadline: .now + .seconds(seconds)) { task.cancel() }
        do {
            let answer = try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
            _ = end(number)
            return answer
        } catch {
            // Whatever the work made of its cancellation, the reason was the deadline.
            if end(number) { throw RequestProblem.tooSlow(limit: seconds) }
            throw error
        }
    }

    /// Cancels what should have been ready before `now`.
    package func cancelOverdue(at now: ContinuousClock.Instant) {
        let overdue = state.withLock { state in
            let numbers = state.requests.filter { $0.value.deadline <= now && !$0.value.isOverdue }.map(\.key)
            for number in numbers { state.requests[number]?.isOverdue = true }
            return numbers.compactMap { state.requests[$0]?.cancel }
        }
        for cancel in overdue { cancel() }
    }

    /// Looks for overdue requests until the task is cancelled.
    package func watch(every interval: Duration = .milliseconds(250)) async throws {
        while true {
            try await Task.sleep(for: interval)
            cancelOverdue(at: .now)
        }
    }

    private func begin(_ number: UInt64, deadline: ContinuousClock.Instant, cancel: @escaping @Sendable () -> Void) {
        state.withLock { $0.requests[number] = Request(deadline: deadline, cancel: cancel) }
    }

    private func extend(_ number: UInt64, to deadline: ContinuousClock.Instant) {
        state.withLock { $0.requests[number]?.deadline = deadline }
    }

    /// Whether the request was overdue.
    private func end(_ number: UInt64) -> Bool {
        state.withLock { $0.requests.removeValue(forKey: number)?.isOverdue ?? false }
    }
}
