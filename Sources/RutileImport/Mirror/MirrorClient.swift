/// Asks a server for documents, again where that may help.
struct MirrorClient: Sendable {
    let fetch: MirrorFetch
    let retries: RetryPolicy
    /// Bytes that an answer may have.
    let limit: Int
    let sleep: @Sendable (Duration) async throws -> Void
    /// Hears of every pause before another attempt.
    let pausing: @Sendable (Mirror.Pause) -> Void

    /// The document at `address`.
    ///
    /// - Throws: ``MirrorError``, or `CancellationError`.
    func page(_ address: String) async throws -> MirrorPage {
        let answer = try await answer(from: address)
        switch answer.status {
        case 200: return try MirrorPage(answer.body, from: address, limit: limit)
        case 301, 302, 303, 307, 308:
            throw MirrorError.moved(address: address, to: answer.location ?? "somewhere else")
        default:
            let problem = try? MirrorPage(answer.body, from: address, limit: limit).problem
            throw MirrorError.refused(address: address, status: answer.status, reason: problem.map(Self.line) ?? "")
        }
    }

    private func answer(from address: String) async throws -> FetchedAnswer {
        var attempt = 1
        while true {
            try Task.checkCancellation()
            let trouble: String
            var retryAfter: Duration?
            do {
                let answer = try await fetch(address, limit)
                guard RetryPolicy.mayTryAgain(answer.status) else { return answer }
                trouble = "no answer (\(answer.status))"
                // A server that asks for more than days is not to be taken at its word.
                retryAfter = answer.retryAfter.flatMap { $0 <= 1_000_000 ? .seconds($0) : nil }
            } catch let error as MirrorError {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                trouble = "no answer (\(error))"
            }
            guard let delay = retries.delay(after: attempt, retryAfter: retryAfter) else {
                throw MirrorError.unavailable(address: address, reason: trouble)
            }
            pausing(Mirror.Pause(trouble: Self.line(trouble), time: delay))
            try await sleep(delay)
            attempt += 1
        }
    }

    /// The first line of what a stranger says, not too long.
    private static func line(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first ?? ""
        return String(line.prefix(300))
    }
}
