import Synchronization

/// Bounds how many requests run at once, in all and for each server. Who must wait is served in turn.
package final class RequestSlots: Sendable {
    private struct Waiter {
        let number: UInt64
        let server: String
        let turn: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var running = 0
        var perServer: [String: Int] = [:]
        var waiting: [Waiter] = []
        var next: UInt64 = 0
        /// Cancelled before they could wait.
        var cancelled: Set<UInt64> = []
    }

    private let state = Mutex(State())
    private let most: Int
    private let mostPerServer: Int

    /// At most `total` requests, and `perServer` to one server.
    package init(total: Int, perServer: Int) {
        most = total
        mostPerServer = perServer
    }

    /// Number of requests that run now.
    package var running: Int { state.withLock { $0.running } }

    /// Number of requests that wait for their turn.
    package var waiting: Int { state.withLock { $0.waiting.count } }

    /// Runs `body` when it is its turn.
    ///
    /// - Throws: what `body` throws, and `CancellationError`.
    package func run<Result: Sendable>(
        _ server: String, _ body: () async throws -> Result
    ) async throws -> Result {
        try await enter(server)
        do {
            let result = try await body()
            leave(server)
            return result
        } catch {
            leave(server)
            throw error
        }
    }

    private func enter(_ server: String) async throws {
        let number: UInt64? = state.withLock { state in
            if admits(server, state) {
                count(server, &state)
                return nil
            }
            state.next += 1
            return state.next
        }
        guard let number else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (turn: CheckedContinuation<Void, any Error>) in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return .failure(CancellationError()) }
                    if admits(server, state) {
                        count(server, &state)
                        return .success(())
                    }
                    state.waiting.append(Waiter(number: number, server: server, turn: turn))
                    return nil
                }
                if let outcome { turn.resume(with: outcome) }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLock { state in
                if let index = state.waiting.firstIndex(where: { $0.number == number }) {
                    return state.waiting.remove(at: index)
                }
                state.cancelled.insert(number)
                return nil
            }
            waiter?.turn.resume(throwing: CancellationError())
        }
        // A cancellation that came after the turn leaves its mark behind.
        state.withLock { _ = $0.cancelled.remove(number) }
    }

    private func leave(_ server: String) {
        let next: [Waiter] = state.withLock { state in
            state.running -= 1
            let left = (state.perServer[server] ?? 1) - 1
            state.perServer[server] = left == 0 ? nil : left
            var admitted: [Waiter] = []
            while let index = state.waiting.firstIndex(where: { admits($0.server, state) }) {
                let waiter = state.waiting.remove(at: index)
                count(waiter.server, &state)
                admitted.append(waiter)
            }
            return admitted
        }
        for waiter in next { waiter.turn.resume() }
    }

    private func admits(_ server: String, _ state: State) -> Bool {
        state.running < most && (state.perServer[server] ?? 0) < mostPerServer
    }

    private func count(_ server: String, _ state: inout State) {
        state.running += 1
        state.perServer[server, default: 0] += 1
    }
}
