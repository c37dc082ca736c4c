import HTTPTypes
package import RutileCuration
import RutileJSON
package import RutileModel
package import RutileStore

/// How the server is, for administrators.
package enum StatusRoutes {
    /// What the status says besides what the server counts itself.
    package struct Sources: Sendable {
        /// Whose files are measured.
        package let directory: DataDirectory
        /// Whose jobs are listed.
        package let queue: UploadQueue
        /// Names of the search indexes with their sizes, in the order in which they are shown.
        package let indexes: @Sendable () -> [(name: String, size: IndexSize)]

        /// All sources.
        package init(
            directory: DataDirectory, queue: UploadQueue,
            indexes: @escaping @Sendable () -> [(name: String, size: IndexSize)]
        ) {
            self.directory = directory
            self.queue = queue
            self.indexes = indexes
        }
    }

    /// The route over `sources` and what the edge counts, in software of `version`.
    static func routes(
        _ sources: Sources, metrics: ServerMetrics, slowRequests: SlowRequests, version: String
    ) -> [Route] {
        let meter = DiskMeter(sources.directory)
        return [
            Route(
                .api, .get, "/api/v1/status", needs: .uploadsRead, documentation,
                answer: { call in
                    _ = try call.user()
                    guard call.caller.isAdmin else {
                        throw RequestProblem.forbidden("Only administrators may know how the server is.")
                    }
                    let usage = try await meter.usage()
                    let (now, started) = (Timestamp.now(), metrics.started)
                    let uptime = Double(now.microseconds - started.microseconds) / 1e6
                    let status = Value.members([
                        "version": .string(version),
                        "time": text(now),
                        "started": text(started),
                        "uptime_seconds": .real(uptime),
                        "memory_bytes": .integer(Int64(ProcessFacts.residentBytes)),
                        "requests_running": .integer(Int64(metrics.running)),
                        "disk": disk(usage),
                        "indexes": .list(sources.indexes().map(index)),
                        "jobs": jobs(sources.queue),
                        "slow_requests": .list(slowRequests.entries.map(request)),
                    ])
                    return Route.Answer(status.json())
                })
        ]
    }

    private static func text(_ time: Timestamp) -> Value { .string(time.text(offset: "Z")) }

    private static func disk(_ usage: DiskUsage) -> Value {
        .members([
            "measured": text(usage.time),
            "records_bytes": .integer(Int64(usage.records)),
            "uploads_bytes": .integer(Int64(usage.uploads.bytes)),
            "archives_bytes": .integer(Int64(usage.uploads.archiveBytes)),
            "archive_files": .integer(Int64(usage.uploads.archiveFiles)),
            "incoming_bytes": .integer(Int64(usage.incoming)),
            "files": .integer(Int64(usage.uploads.files)),
            "free_bytes": usage.free.map { Value.integer(Int64($0)) } ?? .null,
        ])
    }

    private static func index(_ name: String, _ size: IndexSize) -> Value {
        .members([
            "name": .string(name),
            "entries": .integer(Int64(size.entries)),
            "segments": .integer(Int64(size.segments)),
            "memory_bytes": size.bytes.map { .integer(Int64($0)) } ?? .null,
        ])
    }

    private static func jobs(_ queue: UploadQueue) -> Value {
        let jobs = queue.jobs
        return .members([
            "running": .list(jobs.running.map { Value.string($0.text) }),
            "waiting": .list(jobs.waiting.map { Value.string($0.text) }),
        ])
    }

    private static func request(_ request: SlowRequests.Entry) -> Value {
        .members([
            "time": text(request.time),
            "method": .string(request.method),
            "path": .string(request.path),
            "status": .integer(Int64(request.status)),
            "milliseconds": .real((request.seconds * 1000).rounded()),
        ])
    }

    private static let documentation = RouteDocumentation(
        "How the server is",
        """
        For administrators. Memory, room on the medium (measured at most once a minute), sizes of the search \
        indexes, uploads that are processed or wait for it, and the last 50 requests that took half a second or \
        longer, the newest first, without their queries.
        """,
        example: #"curl -s -H "Authorization: Bearer $RUTILE_TOKEN" "$RUTILE_URL/api/v1/status""#,
        answers: [
            (
                200,
                "`{version, time, started, uptime_seconds, memory_bytes, requests_running, disk, indexes, jobs, slow_requests}`.",
                "application/json"
            ),
            RouteDocumentation.noToken,
            (403, "The caller is no administrator, or the token is not good for this.", "application/json"),
        ], model: .status)
}
