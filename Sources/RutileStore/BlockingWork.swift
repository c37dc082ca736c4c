/// Runs `body`, which blocks, on a thread that may. It is run whether or not the task is cancelled.
package func blocking<Success: Sendable>(_ body: @escaping @Sendable () throws -> Success) async throws -> Success {
    try await threads.run(body)
}

/// Many, since some wait for locks that others, in turn, let go of by work of this kind.
private let threads = OwnThreads("rutile.blocking", width: 64)
