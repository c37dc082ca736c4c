import HTTPTypes
import Synchronization

/// Whether the server is ready for requests. It is not while it stops, nor when its records do not answer.
package final class Readiness: Sendable {
    private let isStopping = Mutex(false)
    private let probe: @Sendable () async throws -> Void

    /// Ready as long as `probe` does not fail.
    package init(probe: @escaping @Sendable () async throws -> Void) { self.probe = probe }

    /// From now on the server is not ready.
    package func stop() { isStopping.withLock { $0 = true } }

    /// Why the server is not ready; `nil` when it is.
    func obstacle() async -> String? {
        if isStopping.withLock({ $0 }) { return "stopping" }
        do {
            try await probe()
            return nil
        } catch {
            // The reason may name files of ours, and the log has it from the requests that failed.
            return "records do not answer"
        }
    }
}

/// What those who run the server ask it.
package enum OperationRoutes {
    /// The routes over `readiness` and `metrics`.
    package static func routes(readiness: Readiness, metrics: ServerMetrics) -> [Route] {
        [
            Route(
                .operation, .get, "/-/health",
                RouteDocumentation(
                    "Is the process alive", "Answers `ok` as long as the process answers at all.",
                    answers: [(200, "It is.", "text/plain")]),
                answer: { _ in plain("ok\n") }),
            Route(
                .operation, .get, "/-/ready",
                RouteDocumentation(
                    "Is the server ready for requests", "For load balancers. Not ready while stopping.",
                    answers: [(200, "It is.", "text/plain"), (503, "It is not; the body says why.", "text/plain")]),
                answer: { _ in
                    guard let obstacle = await readiness.obstacle() else { return plain("ready\n") }
                    var answer = plain(obstacle + "\n")
                    answer.status = 503
                    return answer
                }),
            Route(
                .operation, .get, "/-/metrics",
                RouteDocumentation(
                    "Metrics", "Counters, latencies and memory in Prometheus's text format.",
                    answers: [(200, "The metrics.", "text/plain")]),
                answer: { _ in
                    var answer = Route.Answer(Array(metrics.text().utf8))
                    answer.contentType = "text/plain; version=0.0.4; charset=utf-8"
                    return answer
                }),
        ]
    }

    private static func plain(_ text: String) -> Route.Answer {
        var answer = Route.Answer(Array(text.utf8))
        answer.contentType = "text/plain; charset=utf-8"
        return answer
    }
}
