import RutileJSON
import RutileTestSupport
import Testing

/// Whatever is asked, there is an answer or a refusal, soon, and the same each time.
@Suite struct RandomRequestTests {
    private static let laboratory = Task {
        try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
    }

    @Test(arguments: 0..<10)
    func randomRequestsAreAnsweredOrRefusedTheSameWayTwice(_ part: Int) async throws {
        let laboratory = try await Self.laboratory.value
        let users: [String?] = ["u-ada", "u-ben", "u-cyd", "u-eve", "u-adm", nil]
        var requests = RandomRequest(seed: UInt64(part))
        for number in 0..<1_000 {
            let request = requests.next()
            let user = users[number % users.count]
            let clock = ContinuousClock()
            let start = clock.now
            // Anything but an answer or a refusal is thrown, and fails the test.
            let first = try await laboratory.ask(request, as: user)
            #expect(clock.now - start < .seconds(1), "\(request)")
            #expect(first.status == 200 || first.status == 400 || first.status == 422, "\(request)")
            let second = try await laboratory.ask(request, as: user)
            #expect(first == second, "\(request)")
        }
    }
}
