import RutileStore
import Synchronization
import Testing

struct LongWorkTests {
    @Test func partsComeInOrderAndNoneIsSmallerThanTheLeast() async throws {
        let longWork = LongWork(width: 3)
        for _ in 0..<20 {
            let parts = try await longWork.run {
                try await longWork.sideBySide(Array(0..<100), least: 40) { Array($0) }
            }
            #expect(parts.count == 2)
            #expect(parts.flatMap(\.self) == Array(0..<100))
        }
        #expect(try await longWork.sideBySide([Int](), least: 1) { $0.count } == [0])
    }

    @Test func threadsComeBackFromPartsThatFail() async throws {
        struct Refused: Error {}
        let longWork = LongWork(width: 2)
        for _ in 0..<5 {
            await #expect(throws: Refused.self) {
                try await longWork.sideBySide([1, 2, 3], least: 1) { if $0.contains(3) { throw Refused() } }
            }
        }
        #expect(try await longWork.sideBySide([1, 2, 3], least: 1) { Array($0) } == [[1], [2], [3]])
    }

    @Test func workWithinWorkWaitsForNoThread() async throws {
        let longWork = LongWork(width: 1)
        #expect(try await longWork.run { try await longWork.run { 1 } } == 1)
    }

    @Test func whoFindsNoThreadWorksAlone() async throws {
        let longWork = LongWork(width: 1)
        let parts = try await longWork.run { try await longWork.sideBySide([1, 2], least: 1) { Array($0) } }
        #expect(parts == [[1, 2]])
    }
}
