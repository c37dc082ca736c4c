import RutileGateway
import RutileJSON
import Testing

/// Pages that end before they are complete, and databases whose pages do not fit together.
struct ShortPageTests {
    /// A database that gives `cap` entries with each request, which takes six seconds.
    private func slow(_ count: Int, cap: Int, _ sorting: SimulatedDatabase.Sorting = .sorts) -> SimulatedDatabase {
        var habits = SimulatedDatabase.Habits()
        (habits.cap, habits.takes, habits.sorting) = (cap, .seconds(6), sorting)
        return SimulatedDatabase(structures("slow", count), habits)
    }

    private func statuses(_ page: Value) -> [String] { page["meta"]?["_lab_providers"]?.texts("status") ?? [] }

    private func warnings(_ page: Value, _ member: String = "title") -> [String] {
        page["meta"]?["warnings"]?.texts(member) ?? []
    }

    @Test func aPageWhoseTimeIsOverEndsWithWhatWasReadAndTheNextGoesOn() async throws {
        let laboratory = GatewayLaboratory([slow(60, cap: 10)])
        try await laboratory.makeGateway()
        let first = try await laboratory.ask("GET", "/gateways/g/structures?page_limit=100")
        #expect(first.status == 200)
        #expect(first.json["data"]?.items?.count == 40)
        #expect(first.json["meta"]?["more_data_available"] == .bool(true))
        #expect(statuses(first.json) == ["ok"])
        #expect(warnings(first.json).last == "Short Page")
        let walk = try await laboratory.walk("/gateways/g/structures?page_limit=100")
        #expect(walk.sizes == [40, 20])
        #expect(Set(walk.ids).count == 60)
        #expect(!warnings(walk.last).contains("Short Page"))
    }

    @Test func aPageWhoseTimeIsOverBeforeItsFirstEntryIsEmptyAndTheNextGoesOn() async throws {
        let laboratory = GatewayLaboratory([slow(60, cap: 10)])
        try await laboratory.makeGateway()
        let walk = try await laboratory.walk("/gateways/g/structures?page_limit=10&page_offset=45")
        #expect(walk.sizes == [0, 10, 5])
        #expect(walk.ids == (1_045..<1_060).map { "d0/slow-\($0)" })
        #expect(statuses(walk.last) == ["ok"])
    }

    @Test func aSlowDatabaseLosesNothingOfASortedList() async throws {
        let laboratory = GatewayLaboratory([slow(60, cap: 10), SimulatedDatabase(structures("a", 50))])
        try await laboratory.makeGateway()
        let named = [("d0/", structures("slow", 60)), ("d1/", structures("a", 50))].flatMap { prefix, entries in
            entries.map { entry in
                var entry = entry
                entry["id"] = entry["id"]?.text.map { .string(prefix + $0) }
                return entry
            }
        }
        let walk = try await laboratory.walk("/gateways/g/structures?page_limit=100&sort=nsites")
        #expect(walk.ids == Oracle.sorted(named, by: "nsites").compactMap { $0["id"]?.text })
        #expect(walk.sizes.count > 1)
        #expect(statuses(walk.last) == ["ok", "ok"])
    }

    @Test func databasesThatHangOnTheirSecondPagesLoseNothingOfTheOthers() async throws {
        var habits = SimulatedDatabase.Habits()
        (habits.cap, habits.hangsAfter) = (10, 1)
        for sort in ["", "&sort=nsites"] {
            let laboratory = GatewayLaboratory([
                SimulatedDatabase(structures("x", 60), habits), SimulatedDatabase(structures("y", 60), habits),
                SimulatedDatabase(structures("a", 30)),
            ])
            try await laboratory.makeGateway()
            let walk = try await laboratory.walk("/gateways/g/structures?page_limit=100" + sort)
            #expect(Set(walk.ids).count == 50)
            #expect(walk.ids.count == 50)
            #expect(statuses(walk.last).last == "ok")
            #expect(!statuses(walk.last).dropLast().contains("ok"))
        }
    }

    @Test func whatCameBeforeEveryDatabaseFailedIsShown() async throws {
        var habits = SimulatedDatabase.Habits()
        (habits.cap, habits.breaksAfter) = (10, 1)
        let laboratory = GatewayLaboratory([
            SimulatedDatabase(structures("a", 30), habits), SimulatedDatabase(structures("b", 30), habits),
        ])
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures?page_limit=30")
        #expect(page.status == 200)
        #expect(page.json["data"]?.items?.count == 20)
        #expect(statuses(page.json) == ["error", "error"])
        #expect(page.json["links"]?["next"]?.text == nil)
        #expect(try await laboratory.ask("GET", "/gateways/g/structures?page_limit=30").status == 502)
    }

    @Test func whatCouldBeReadOfADatabaseThatCannotSortIsOrdered() async throws {
        let laboratory = GatewayLaboratory([slow(100, cap: 20, .ignores)])
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures?page_limit=100&sort=nsites")
        #expect(page.status == 200)
        let expected = Oracle.sorted(Array(structures("slow", 100).prefix(80)), by: "nsites")
        #expect(page.json["data"]?.texts("id") == expected.compactMap { $0["id"]?.text.map { "d0/" + $0 } })
        #expect(statuses(page.json) == ["timeout"])
        #expect(warnings(page.json, "detail").contains { $0.contains("80 entries of") })
        let whole = "/gateways/g/structures?page_limit=100&sort=nsites&_lab_partial=false"
        #expect(try await laboratory.ask("GET", whole).status == 504)
    }

    @Test func aDatabaseWithTimeForEachPageIsReadToTheEnd() async throws {
        var settings = GatewaySettings()
        (settings.databaseSeconds, settings.waitSeconds) = (7, 100)
        let laboratory = GatewayLaboratory([slow(100, cap: 20, .ignores)], settings: settings)
        try await laboratory.makeGateway()
        let walk = try await laboratory.walk("/gateways/g/structures?page_limit=100&sort=nsites")
        #expect(walk.sizes == [100])
        #expect(statuses(walk.last) == ["ok"])
    }

    @Test(arguments: [1, 3, 5, 7, 12])
    func whatPagesRepeatOfEachOtherIsGivenOnce(limit: Int) async throws {
        var habits = SimulatedDatabase.Habits()
        (habits.cap, habits.overlap) = (5, 2)
        for paging in [SimulatedDatabase.Paging.offset, .cursor] {
            habits.paging = paging
            let laboratory = GatewayLaboratory([
                SimulatedDatabase(structures("a", 30), habits), SimulatedDatabase(structures("b", 4)),
            ])
            try await laboratory.makeGateway()
            for sort in ["", "&sort=id"] {
                let walk = try await laboratory.walk("/gateways/g/structures?page_limit=\(limit)\(sort)")
                let expected = structures("a", 30).map { ("d0/", $0) } + structures("b", 4).map { ("d1/", $0) }
                #expect(walk.ids == expected.compactMap { prefix, entry in entry["id"]?.text.map { prefix + $0 } })
                #expect(walk.sizes.dropLast().allSatisfy { $0 == limit })
            }
            let second = try await laboratory.ask("GET", "/gateways/g/structures?page_limit=20")
            #expect(warnings(second.json, "detail").contains { $0.contains("once more") })
        }
    }
}
