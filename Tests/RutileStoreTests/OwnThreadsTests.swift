import Dispatch
import Glibc
import RutileStore
import Synchronization
import Testing

struct OwnThreadsTests {
    @Test func noMoreRunAtOnceThanThereAreThreads() async throws {
        let threads = OwnThreads("test", width: 2)
        let counts = Counts()
        await withTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    await threads.run({
                        counts.value.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.done) }
                        usleep(1_000)
                        counts.value.withLock { $0 = ($0.now - 1, $0.most, $0.done + 1) }
                    })
                }
            }
        }
        #expect(counts.value.withLock { $0.most <= 2 && $0.done == 20 && $0.now == 0 })
    }

    @Test func whatBlocksOneThreadHoldsNobodyElseUp() async throws {
        let threads = OwnThreads("test", width: 2)
        let gate = DispatchSemaphore(value: 0)
        async let slow: Void = threads.run({ gate.wait() })
        for number in 0..<10 { #expect(await threads.run({ number }) == number) }
        gate.signal()
        await slow
    }

    @Test func workThatBlocksIsDoneAlsoForWhoIsCancelled() async throws {
        let threads = OwnThreads("test", width: 1)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await threads.run({ 7 })
        }
        task.cancel()
        #expect(await task.value == 7)
    }

    @Test func errorsAreThoseOfTheWork() async throws {
        let threads = OwnThreads("test", width: 1)
        await #expect(throws: StoreError.medium("x")) {
            try await threads.run({ () throws(StoreError) in throw .medium("x") })
        }
    }
}

private final class Counts: Sendable {
    let value = Mutex((now: 0, most: 0, done: 0))
}
