import RutileJSON
import Testing

/// Merged lists that several clients ask for at once.
struct SharedWorkTests {
    private let laboratory: GatewayLaboratory

    init() {
        var habits = SimulatedDatabase.Habits()
        habits.latency = .milliseconds(300)
        laboratory = GatewayLaboratory([SimulatedDatabase(structures("a", 9), habits)])
    }

    private func ask(_ query: String) async throws -> Value {
        try await laboratory.ask("GET", "/gateways/g/structures?\(query)").json
    }

    @Test func equalListsAtTheSameTimeAreReadOnce() async throws {
        try await laboratory.makeGateway()
        async let first = ask("filter=nsites>3")
        async let second = ask("filter=nsites>3&_lab_partial=true")
        async let fresh = ask("filter=nsites>3&_lab_fresh=true")
        async let shorter = ask("filter=nsites>3&page_limit=2")
        let pages = try await [first, second, fresh, shorter]
        #expect(pages[0]["data"] == pages[1]["data"])
        #expect(pages[0]["data"] == pages[2]["data"])
        #expect(pages[3]["data"]?.items?.count == 2)
        #expect(laboratory.databases[0].requests.count == 3)
        // What is done is asked anew.
        _ = try await ask("filter=nsites>3")
        #expect(laboratory.databases[0].requests.count == 4)
    }

    @Test func whoGoesAwayLeavesTheAnswerToTheOthers() async throws {
        try await laboratory.makeGateway()
        let first = Task { try await ask("page_limit=3") }
        try await Task.sleep(for: .milliseconds(50))
        let second = Task { try await ask("page_limit=3") }
        try await Task.sleep(for: .milliseconds(50))
        first.cancel()
        #expect(try await second.value["data"]?.items?.count == 3)
        #expect(laboratory.databases[0].requests.count == 1)
    }
}
