import RutileClient
import RutileGateway
import RutileJSON
import Testing

struct FaultTests {
    private func faulty(_ fault: SimulatedDatabase.Fault) -> SimulatedDatabase {
        var habits = SimulatedDatabase.Habits()
        habits.fault = fault
        return SimulatedDatabase(structures("bad", 3), habits)
    }

    @Test(arguments: SimulatedDatabase.Fault.allCases)
    func oneFaultyDatabaseLosesNothingOfTheOthers(_ fault: SimulatedDatabase.Fault) async throws {
        let laboratory = GatewayLaboratory(
            [SimulatedDatabase(structures("a", 4)), faulty(fault), SimulatedDatabase(structures("b", 3))])
        try await laboratory.makeGateway()
        async let answer = laboratory.ask("GET", "/gateways/g/structures")
        try await laboratory.letTimePass()
        let page = try await answer
        #expect(page.status == 200)
        #expect(page.json["data"]?.items?.count == 7)
        let providers = try #require(page.json["meta"]?["_lab_providers"])
        #expect(providers.texts("status") == ["ok", fault == .hangs ? "timeout" : "error", "ok"])
        if fault == .hangs { #expect(providers.items?[1]["elapsed_ms"] == .integer(20_000)) }
        #expect(page.json["meta"]?["warnings"]?.items?.isEmpty == false)
        #expect(page.json["errors"] == nil)
    }

    @Test func allFaultsAtOnceLoseNothingOfTheOthers() async throws {
        let faults = SimulatedDatabase.Fault.allCases.map(faulty)
        let laboratory = GatewayLaboratory(
            faults + [SimulatedDatabase(structures("a", 30)), SimulatedDatabase(structures("b", 30))])
        try await laboratory.makeGateway()
        async let pages = laboratory.walk("/gateways/g/structures?page_limit=7&sort=-nsites")
        try await laboratory.letTimePass()
        let walk = try await pages
        #expect(Set(walk.ids).count == 60)
        #expect(walk.sizes == [7, 7, 7, 7, 7, 7, 7, 7, 4])
        #expect(walk.last["meta"]?["_lab_providers"]?.items?.count == faults.count + 2)
    }

    @Test func aClientThatWantsAllDatabasesGetsAllOrNothing() async throws {
        let laboratory = GatewayLaboratory([SimulatedDatabase(structures("a", 4)), faulty(.html)])
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures?_lab_partial=false")
        #expect(page.status == 502)
        #expect(page.json["errors"]?.items?.count == 1)
        #expect(page.json["errors"]?.items?[0]["meta"]?["_lab_source_database"]?["id"]?.text == "d1")
        #expect(page.json["data"] == nil)
    }

    @Test func onlyErrorsOfRegisteredDatabasesHaveALinkToThem() async throws {
        let laboratory = GatewayLaboratory([faulty(.html), faulty(.html)])
        let base = "http://db1.example/optimade"
        let made = try await laboratory.ask(
            "POST", "/databases", #"{"id": "one", "name": "One", "base_url": "\#(base)"}"#)
        #expect(made.status == 200)
        let urls = "optimade_urls=http://db0.example/optimade&optimade_urls=\(base)"
        func links(_ errors: Value?) -> [String?] {
            (errors?.items ?? []).map { $0["meta"]?["_lab_source_database"]?["links"]?["self"]?.text }
        }
        let expected = [nil, "http://here.example/gateway/v1/databases/one"]
        let page = try await laboratory.ask("GET", "/search?as_optimade=true&\(urls)")
        #expect(page.status == 502)
        #expect(links(page.json["errors"]) == expected)
        let search = try await laboratory.ask("GET", "/search?\(urls)")
        let id = try #require(search.json["data"]?["id"]?.text)
        let query = try await laboratory.finished(id)
        #expect(Set(links(query["data"]?["attributes"]?["response"]?["errors"])) == Set(expected))
    }

    @Test func anErrorOfADatabaseHasItsStatusAndATitleThatFits() async throws {
        let laboratory = GatewayLaboratory([faulty(.serverError)])
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures")
        let error = page.json["errors"]?.items?.first
        #expect(error?["status"]?.text == "500")
        #expect(error?["title"]?.text == "Database Failed")
    }

    @Test(arguments: [([SimulatedDatabase.Fault.hangs, .hangs], 504), ([.hangs, .html], 502), ([.list], 502)])
    func whereEveryDatabaseFailsThereIsAnErrorForEach(faults: [SimulatedDatabase.Fault], status: Int) async throws {
        let laboratory = GatewayLaboratory(faults.map(faulty))
        try await laboratory.makeGateway()
        async let answer = laboratory.ask("GET", "/gateways/g/structures")
        try await laboratory.letTimePass()
        let page = try await answer
        #expect(page.status == status)
        #expect(page.json["errors"]?.items?.count == faults.count)
    }

    @Test func aDatabaseThatFailedStaysOutOfTheRestOfTheList() async throws {
        let laboratory = GatewayLaboratory([faulty(.html), SimulatedDatabase(structures("a", 9))])
        try await laboratory.makeGateway()
        let walk = try await laboratory.walk("/gateways/g/structures?page_limit=4")
        #expect(walk.sizes == [4, 4, 1])
        #expect(laboratory.databases[0].requests.count == 1)
        #expect(walk.last["meta"]?["_lab_providers"]?.texts("status") == ["error", "ok"])
    }

    @Test func aDatabaseThatRepeatsItselfComesToAnEnd() async throws {
        var habits = SimulatedDatabase.Habits()
        habits.loops = true
        for paging in SimulatedDatabase.Paging.allCases {
            habits.paging = paging
            let laboratory = GatewayLaboratory([
                SimulatedDatabase(structures("loop", 12), habits), SimulatedDatabase(structures("a", 9)),
            ])
            try await laboratory.makeGateway()
            let walk = try await laboratory.walk("/gateways/g/structures?page_limit=5")
            #expect(Set(walk.ids).count == walk.ids.count)
            #expect(walk.ids.filter { $0.hasPrefix("d0/") }.count == 5)
            #expect(walk.ids.filter { $0.hasPrefix("d1/") }.count == 9)
        }
    }

    @Test func aDatabaseThatGoesRoundInALongCircleComesToAnEnd() async throws {
        var habits = SimulatedDatabase.Habits()
        (habits.cap, habits.returnsTo) = (2, 6)
        for paging in SimulatedDatabase.Paging.allCases {
            habits.paging = paging
            let laboratory = GatewayLaboratory([
                SimulatedDatabase(structures("loop", 14), habits), SimulatedDatabase(structures("a", 3)),
            ])
            try await laboratory.makeGateway()
            for limit in [2, 5, 30] {
                let walk = try await laboratory.walk("/gateways/g/structures?page_limit=\(limit)")
                #expect(Set(walk.ids).count == 17)
                // It takes a few rounds to notice; on one page nothing is given twice.
                #expect(walk.ids.count < 60)
            }
        }
    }

    @Test func aDatabaseThatLosesItsOrderOnALaterPageIsSortedHere() async throws {
        var habits = SimulatedDatabase.Habits()
        (habits.cap, habits.forgetsOrder) = (10, true)
        let others = structures("b", 9)
        let laboratory = GatewayLaboratory([
            SimulatedDatabase(structures("a", 30), habits), SimulatedDatabase(others),
        ])
        try await laboratory.makeGateway()
        let all = structures("a", 30).map { ("d0/", $0) } + others.map { ("d1/", $0) }
        let named = all.map { prefix, entry in
            var entry = entry
            entry["id"] = entry["id"]?.text.map { .string(prefix + $0) }
            return entry
        }
        let expected = Oracle.sorted(named, by: "nsites").compactMap { $0["id"]?.text }
        let walk = try await laboratory.walk("/gateways/g/structures?page_limit=39&sort=nsites")
        #expect(walk.ids == expected)
        #expect(walk.last["meta"]?["warnings"]?.texts("title").contains("Sorted Here") == true)
        // Where pages were given before it shows, nothing is lost and nothing is there twice.
        let pages = try await laboratory.walk("/gateways/g/structures?page_limit=4&sort=nsites")
        #expect(pages.ids.count == 39)
        #expect(Set(pages.ids) == Set(expected))
    }

    /// Neither a list nor a stored query of the gateway `g` tells how many entries there are.
    private func expectUnknownTotals(_ laboratory: GatewayLaboratory, _ query: String = "") async throws {
        let page = try await laboratory.ask("GET", "/gateways/g/structures" + query)
        #expect(page.status == 200)
        #expect(page.json["meta"]?["data_returned"] == .null)
        #expect(page.json["meta"]?["data_available"] == .null)
        let made = try await laboratory.ask("POST", "/queries", #"{"gateway_id": "g", "query_parameters": {}}"#)
        let id = try #require(made.json["data"]?["id"]?.text)
        let meta = try await laboratory.finished(id)["data"]?["attributes"]?["response"]?["meta"]
        #expect(meta?["data_returned"] == .null)
    }

    @Test func countsBeyondAllNumbersAreUnknown() async throws {
        var habits = SimulatedDatabase.Habits()
        habits.claims = .max
        habits.cap = 2
        let laboratory = GatewayLaboratory([
            SimulatedDatabase(structures("a", 3), habits), SimulatedDatabase(structures("b", 3), habits),
        ])
        try await laboratory.makeGateway()
        try await expectUnknownTotals(laboratory, "?page_limit=2")
    }

    @Test func aDatabaseThatOnlySaysThatItSortsIsSortedHere() async throws {
        var habits = SimulatedDatabase.Habits()
        habits.sorting = .lies
        let laboratory = GatewayLaboratory([SimulatedDatabase(structures("a", 30), habits)])
        try await laboratory.makeGateway()
        let expected = Oracle.sorted(structures("a", 30), by: "nsites").compactMap { $0["id"]?.text.map { "d0/" + $0 } }
        // However few entries are wanted, enough are read to see it.
        for limit in [1, 8] {
            let walk = try await laboratory.walk("/gateways/g/structures?page_limit=\(limit)&sort=nsites")
            #expect(walk.ids == expected)
            #expect(walk.last["meta"]?["warnings"]?.texts("title").contains("Sorted Here") == true)
        }
    }

    @Test(arguments: ["nelements", "-nelements"])
    func aDatabaseThatPutsUnknownValuesFirstIsReadInTwoParts(sort: String) async throws {
        var (habits, settings) = (SimulatedDatabase.Habits(), GatewaySettings())
        habits.sorting = .sortsUnknownFirst
        settings.localEntries = 5
        let entries = structures("a", 30).enumerated().map { index, entry in
            var entry = entry
            if index % 3 == 0 { entry["nelements"] = nil }
            return entry
        }
        let laboratory = GatewayLaboratory([SimulatedDatabase(entries, habits)], settings: settings)
        try await laboratory.makeGateway()
        let walk = try await laboratory.walk("/gateways/g/structures?page_limit=4&sort=\(sort)")
        #expect(walk.ids == Oracle.sorted(entries, by: sort).compactMap { $0["id"]?.text.map { "d0/" + $0 } })
        #expect(walk.last["meta"]?["warnings"] == nil)
        #expect(walk.last["meta"]?["data_returned"]?.integer == 30)
    }

    @Test(arguments: [SimulatedDatabase.Sorting.turnsDown, .lies])
    func aStoredQueryOfADatabaseThatDoesNotSortIsOrderedAndSaid(_ sorting: SimulatedDatabase.Sorting) async throws {
        var habits = SimulatedDatabase.Habits()
        habits.sorting = sorting
        let laboratory = GatewayLaboratory([SimulatedDatabase(structures("a", 9), habits)])
        try await laboratory.makeGateway()
        let body = #"{"gateway_id": "g", "query_parameters": {"sort": "nsites", "page_limit": 9}}"#
        let id = try #require(try await laboratory.ask("POST", "/queries", body).json["data"]?["id"]?.text)
        let response = try await laboratory.finished(id)["data"]?["attributes"]?["response"]
        let expected = Oracle.sorted(structures("a", 9), by: "nsites").compactMap { $0["id"]?.text }
        #expect(response?["data"]?["d0"]?.texts("id") == expected)
        #expect(response?["meta"]?["warnings"]?.texts("detail").contains { $0.contains("order by nsites") } == true)
    }

    @Test func moreThanTheLimitOfADatabaseThatCannotSortIsLeftOutAndSaid() async throws {
        var (habits, settings) = (SimulatedDatabase.Habits(), GatewaySettings())
        habits.sorting = .ignores
        habits.cap = 7
        settings.localEntries = 20
        let laboratory = GatewayLaboratory([SimulatedDatabase(structures("a", 30), habits)], settings: settings)
        try await laboratory.makeGateway()
        let walk = try await laboratory.walk("/gateways/g/structures?page_limit=8&sort=nsites")
        #expect(walk.sizes == [8, 8, 4])
        let details = walk.last["meta"]?["warnings"]?.texts("detail") ?? []
        #expect(details.contains { $0.contains("more than 20") })
    }

    @Test func whatFailedIsNotCountedAsNothing() async throws {
        let laboratory = GatewayLaboratory([SimulatedDatabase(structures("a", 3)), faulty(.serverError)])
        try await laboratory.makeGateway()
        try await expectUnknownTotals(laboratory)
    }

    @Test func totalsStayWhenADatabaseFailsOnALaterPage() async throws {
        var habits = SimulatedDatabase.Habits()
        (habits.cap, habits.breaksAfter) = (3, 1)
        let laboratory = GatewayLaboratory([
            SimulatedDatabase(structures("a", 9)), SimulatedDatabase(structures("b", 25), habits),
        ])
        try await laboratory.makeGateway()
        let first = try await laboratory.ask("GET", "/gateways/g/structures?page_limit=2")
        let walk = try await laboratory.walk("/gateways/g/structures?page_limit=2")
        #expect(first.json["meta"]?["data_returned"] == .integer(34))
        #expect(walk.last["meta"]?["_lab_providers"]?.texts("status") == ["ok", "error"])
    }

    @Test func aNextLinkThatCannotBeReadIsTakenForAMissingOne() async throws {
        var habits = SimulatedDatabase.Habits()
        (habits.cap, habits.nextLink) = (6, "::::not a url")
        let laboratory = GatewayLaboratory([SimulatedDatabase(structures("a", 25), habits)])
        try await laboratory.makeGateway()
        #expect(try await laboratory.walk("/gateways/g/structures?page_limit=10").sizes == [10, 10, 5])
    }

    @Test func whatADatabaseSaysBesideItsEntriesIsPassedOn() async throws {
        var habits = SimulatedDatabase.Habits()
        (habits.warns, habits.errs) = (["half of it is missing"], "soft error")
        let laboratory = GatewayLaboratory([SimulatedDatabase(structures("a", 2), habits)])
        try await laboratory.makeGateway()
        for path in ["/gateways/g/structures", "/gateways/g/structures/d0/a-1000"] {
            let details = try await laboratory.ask("GET", path).json["meta"]?["warnings"]?.texts("detail") ?? []
            #expect(details.count == 2)
            #expect(details.allSatisfy { $0.contains("db0.example") })
            #expect(details.contains { $0.contains("half of it is missing") })
            #expect(details.contains { $0.contains("soft error") })
        }
    }

    @Test func whatStandsBehindTheLimitOfComparisonsMakesTheTotalUnknown() async throws {
        var settings = GatewaySettings()
        settings.localEntries = 10
        let laboratory = GatewayLaboratory(
            [SimulatedDatabase(structures("a", 25)), SimulatedDatabase(structures("b", 5))], settings: settings)
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures?_lab_dedupe=structure&page_limit=6")
        #expect(page.json["meta"]?["data_returned"] == .null)
        #expect(page.json["meta"]?["warnings"]?.texts("detail").contains { $0.contains("more than 10") } == true)
    }

    @Test func whoGoesAwayTakesTheRequestsAlong() async throws {
        let laboratory = GatewayLaboratory([faulty(.hangs)])
        try await laboratory.makeGateway()
        let task = Task { try await laboratory.ask("GET", "/gateways/g/structures") }
        try await eventually { !laboratory.databases[0].requests.isEmpty }
        task.cancel()
        // Its deadline never comes, so that it ends for the client alone.
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
