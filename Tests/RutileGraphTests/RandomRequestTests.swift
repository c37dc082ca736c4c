import NomadAPI
import RutileGraph
import RutileJSON
import RutileTestSupport
import Testing

/// Whatever is asked, there is an answer or a refusal, and the same each time.
@Suite(.serialized) struct RandomRequestTests {
    /// With caps that keep every request short: what is long is not tried here.
    private static let laboratory = Task {
        try await GraphLaboratory(
            bundle: GoldenCase.bytes("cases/graph/fixture.json"),
            limits: GraphLimits(answerNodes: 4_096, answerBytes: 1 << 20))
    }

    @Test(arguments: 0..<10)
    func randomRequestsAreAnsweredOrRefused(_ part: Int) async throws {
        let laboratory = try await Self.laboratory.value
        let users: [String?] = ["u-ada", "u-ben", "u-cyd", "u-eve", "u-adm", nil]
        var requests = RandomRequest(seed: UInt64(part))
        for number in 0..<1_000 {
            let request = requests.next()
            let user = users[number % users.count]
            // Anything but an answer or a refusal is thrown, and fails the test.
            let answer = try await laboratory.ask(request, as: user)
            #expect(answer.status == 200 || answer.status == 400 || answer.status == 422, "\(request)")
            guard number.isMultiple(of: 8) else { continue }
            let again = try await laboratory.ask(request, as: user)
            #expect(answer == again, "\(request)")
        }
    }
}
