import RutileJSON
import RutileTestSupport
import Testing

/// The recorded answers of NOMAD's graph API.
@Suite struct GoldenCaseTests {
    /// One service for all cases; none of them changes anything.
    private static let laboratory = Task {
        try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
    }

    /// Cases that differ on purpose, by name.
    static func differences() throws -> Set<String> {
        Set(
            try FileBytes.lines(beside: "Golden-differences.txt").compactMap { line in
                line.prefix { $0 != "#" }.split(separator: " ").first.map(String.init)
            })
    }

    @Test(arguments: try GoldenCase.measured())
    func agrees(_ measured: GoldenCase) async throws {
        let (status, answer) = try await Self.laboratory.value.ask(
            measured.request, at: measured.endpoint, as: measured.user)
        #expect(status == measured.status)
        let found = GoldenComparison.differences(wanted: measured.response, got: answer)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test(arguments: try GoldenCase.all())
    func agreesUnlessListed(_ recorded: GoldenCase) async throws {
        let (status, answer) = try await Self.laboratory.value.ask(
            recorded.request, at: recorded.endpoint, as: recorded.user)
        var found = status == recorded.status ? [] : ["status: wanted \(recorded.status), got \(status)"]
        if found.isEmpty, status == 200 {
            let families = ["uploads-page", "uploads-order", "entries-page", "groups-page"]
            found = GoldenComparison.differences(
                wanted: recorded.response, got: answer, order: families.contains { recorded.name.hasPrefix($0) })
        }
        let isListed = try Self.differences().contains(recorded.name)
        // A listed case that agrees after all has to leave the list.
        #expect(found.isEmpty != isListed, "\(found.joined(separator: "\n"))")
    }

    @Test(arguments: try GoldenCase.different())
    func differsAsItIsMeantTo(_ own: GoldenCase) async throws {
        let recorded = try GoldenCase(named: own.name)
        let (status, answer) = try await Self.laboratory.value.ask(
            recorded.request, at: recorded.endpoint, as: recorded.user)
        #expect(status == own.status)
        guard status == 200 else { return #expect(answer["detail"] == own.response["detail"]) }
        let found = GoldenComparison.differences(wanted: own.response, got: answer)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test func eachCaseThatDiffersHasAnAnswer() throws {
        #expect(try Set(GoldenCase.different().map(\.name)) == (try Self.differences()))
    }
}
