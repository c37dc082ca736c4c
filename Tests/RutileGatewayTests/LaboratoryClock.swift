import RutileClient
import Synchronization

/// A clock that stands still until a test moves it: no machine is too slow for deadlines that it measures.
final class LaboratoryClock: Sendable {
    private let time = Mutex(Duration.zero)

    /// As clients have it.
    var clock: ClientClock { ClientClock(now: now, sleep: { try await self.sleep(until: self.now() + $0) }) }

    @Sendable func now() -> Duration { time.withLock { $0 } }

    /// Moves the clock.
    func advance(by step: Duration) { time.withLock { $0 += step } }

    /// Waits until the clock was moved so far.
    func sleep(until due: Duration) async throws { try await eventually { self.now() >= due } }
}

/// Waits until `condition` holds, however long that takes.
func eventually(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(2)) }
}
