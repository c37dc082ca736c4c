import OptimadeAPI
import RutileClient
import RutileGateway
import RutileJSON
import RutileModel
import RutileStore
import Synchronization
import Testing

struct QuestionTests {
    private let laboratory = GatewayLaboratory([
        SimulatedDatabase(structures("a", 23)), SimulatedDatabase(structures("b", 17)),
    ])

    private func query(_ parameters: String, more: String = "") async throws -> (
        status: Int, json: Value, answer: GatewayAnswer
    ) {
        try await laboratory.ask(
            "POST", "/queries", #"{"gateway_id": "g", "query_parameters": \#(parameters)\#(more)}"#)
    }

    @Test func aQueryHasThePageOfEachDatabaseUnderItsOwnIds() async throws {
        try await laboratory.makeGateway()
        let made = try await query(#"{"page_limit": 2, "filter": "nelements=1"}"#)
        #expect(made.status == 202)
        let id = try #require(made.json["data"]?["id"]?.text)
        let attributes = try #require(try await laboratory.finished(id)["data"]?["attributes"])
        #expect(
            attributes["query_parameters"] == .members(["filter": .string("nelements=1"), "page_limit": .integer(2)]))
        let response = try #require(attributes["response"])
        #expect(response["data"]?["d0"]?.texts("id") == ["a-1000", "a-1003"])
        #expect(response["data"]?["d1"]?.texts("id") == ["b-1000", "b-1003"])
        #expect(response["meta"]?["data_returned"] == .integer(14))
        #expect(response["meta"]?["more_data_available"] == .bool(true))
    }

    @Test func anEqualQueryIsAnsweredByTheOneThatIsThere() async throws {
        try await laboratory.makeGateway()
        let first = try await query(#"{"page_limit": 1, "filter": "nsites>1"}"#)
        let id = try #require(first.json["data"]?["id"]?.text)
        for _ in 0..<2 {
            let again = try await query(#"{"filter": "nsites>1", "page_limit": 1, "unknown": 3}"#)
            #expect(again.json["data"]?["id"]?.text == id)
            #expect(again.json["meta"]?["_lab_created"] == .bool(false))
            _ = try await laboratory.finished(id)
        }
        #expect(laboratory.databases[0].requests.count == 1)
        let fresh = try await query(#"{"page_limit": 1, "filter": "nsites>1"}"#, more: #", "fresh": true"#)
        #expect(fresh.json["data"]?["id"]?.text != id)
    }

    @Test func equalQueriesAtTheSameTimeAreOne() async throws {
        try await laboratory.makeGateway()
        let ids = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { try await query(#"{"page_limit": 3}"#).json["data"]?["id"]?.text } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        _ = try await laboratory.finished(try #require(ids.first ?? nil))
        #expect(laboratory.databases[1].requests.count == 1)
    }

    @Test func aQueryWithAFailureIsFinishedAndStandsForNoOther() async throws {
        var habits = SimulatedDatabase.Habits()
        habits.fault = .html
        let laboratory = GatewayLaboratory([SimulatedDatabase([], habits), SimulatedDatabase(structures("a", 3))])
        try await laboratory.makeGateway()
        let body = #"{"gateway_id": "g", "query_parameters": {}}"#
        let first = try #require(try await laboratory.ask("POST", "/queries", body).json["data"]?["id"]?.text)
        let response = try #require(try await laboratory.finished(first)["data"]?["attributes"]?["response"])
        #expect(response["data"]?["d1"]?.items?.count == 3)
        #expect(response["data"]?["d0"] == nil)
        #expect(response["errors"]?.items?.count == 1)
        #expect(response["meta"]?["warnings"]?.texts("detail").contains { $0.contains("db0.example") } == true)
        let second = try await laboratory.ask("POST", "/queries", body)
        #expect(second.json["data"]?["id"]?.text != first)
    }

    @Test(arguments: [
        (#"{"query_parameters": {}}"#, 400, "/body/gateway_id"),
        (#"{"gateway_id": "g"}"#, 400, "/body/query_parameters"),
        (#"{"gateway_id": "none", "query_parameters": {}}"#, 404, nil),
        (#"{"gateway_id": "g", "query_parameters": {}, "endpoint": "calculations"}"#, 400, "/body/endpoint"),
        (#"{"gateway_id": "g", "query_parameters": {"filter": "("}}"#, 400, "/body/query_parameters/filter"),
        (#"{"gateway_id": "g", "query_parameters": {"filter": "nonsense=1"}}"#, 400, "/body/query_parameters/filter"),
        (#"{"gateway_id": "g", "query_parameters": {"filter": {}}}"#, 400, "/body/query_parameters/filter"),
        (#"{"gateway_id": "g", "query_parameters": {"page_limit": -1}}"#, 400, "/body/query_parameters/page_limit"),
        (#"{"gateway_id": "g", "query_parameters": {"page_below": "3"}}"#, 501, "/body/query_parameters/page_below"),
        (#"{"gateway_id": "g", "query_parameters": {"filter": 5}}"#, 400, "/body/query_parameters/filter"),
        (#"{"gateway_id": "g", "query_parameters": {"filter": "  "}}"#, 400, "/body/query_parameters/filter"),
        (#"{"gateway_id": "g", "query_parameters": {"page_limit": 2.5}}"#, 400, "/body/query_parameters/page_limit"),
        (#"{"gateway_id": "g", "query_parameters": {"include": "bogus"}}"#, 400, "/body/query_parameters/include"),
        (#"{"gateway_id": "g", "query_parameters": {"sort": "elements"}}"#, 400, "/body/query_parameters/sort"),
        (#"{"gateway_id": "g", "query_parameters": {"page_cursor": "x"}}"#, 501, "/body/query_parameters/page_cursor"),
    ])
    func aWrongQueryIsRefusedBeforeAnyoneIsAsked(body: String, status: Int, pointer: String?) async throws {
        try await laboratory.makeGateway()
        let refused = try await laboratory.ask("POST", "/queries", body)
        #expect(refused.status == status, "\(refused.json)")
        #expect(refused.json["errors"]?.items?.first?["source"]?["pointer"]?.text == pointer)
        #expect(laboratory.databases[0].requests.isEmpty)
    }

    @Test func eachWrongParameterOfAQueryHasItsError() async throws {
        try await laboratory.makeGateway()
        let refused = try await query(#"{"page_limit": -1, "page_offset": "x", "filter": "(", "sort": "bogus"}"#)
        let pointers = refused.json["errors"]?.items?.compactMap { $0["source"]?["pointer"]?.text } ?? []
        #expect(pointers == ["page_limit", "page_offset", "filter", "sort"].map { "/body/query_parameters/\($0)" })
    }

    @Test(arguments: [
        #"{"page_limit": 2, "filter": "nsites=3", "response_format": "json"}"#,
        #"{"page_limit": 2, "filter": "nsites=3", "page_offset": 0, "api_hint": "v1"}"#,
        #"{"page_limit": "2", "filter": " (nsites = 3) ", "email_address": "ada@example.org"}"#,
        #"{"page_limit": 2, "filter": "nsites=3", "include": "references"}"#,
    ])
    func queriesThatAskTheSameAreEqual(parameters: String) async throws {
        try await laboratory.makeGateway()
        let first = try await query(#"{"page_limit": 2, "filter": "nsites=3"}"#)
        let second = try await query(parameters)
        #expect(second.json["data"]?["id"] == first.json["data"]?["id"])
        _ = try await laboratory.finished(try #require(first.json["data"]?["id"]?.text))
    }

    @Test func theLimitOfStoredQueriesHoldsAtOnce() async throws {
        var settings = GatewaySettings()
        settings.storedQueries = 3
        let laboratory = GatewayLaboratory([SimulatedDatabase(structures("a", 1))], settings: settings)
        try await laboratory.makeGateway()
        for limit in 1...6 {
            let body = #"{"gateway_id": "g", "query_parameters": {"page_limit": \#(limit)}}"#
            let answer = try await laboratory.ask("POST", "/queries", body)
            #expect(answer.status == 202)
            _ = try await laboratory.finished(try #require(answer.json["data"]?["id"]?.text))
        }
        #expect(try await laboratory.store.resources(.queries).count == 3)
    }

    @Test(arguments: [
        (#"references.id HAS "d0/r1""#, [#"references.id HAS "r1""#, nil]),
        (#"references.id HAS "r1""#, [#"references.id HAS "r1""#, #"references.id HAS "r1""#]),
        (
            #"references.id HAS ANY "d0/r1", "d1/r2""#,
            [
                #"references.id HAS ANY "r1", "d1/r2""#, #"references.id HAS ANY "d0/r1", "r2""#,
            ]
        ),
        (#"references.id HAS ALL "d0/r1", "d1/r2""#, [nil, nil]),
        (#"NOT structures.id HAS "d0/r1""#, [#"NOT structures.id HAS "r1""#, #"NOT structures.id HAS "d0/r1""#]),
    ])
    func idsOfRelatedEntriesAreThoseOfTheMergedList(filter: String, asked: [String?]) async throws {
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures?filter=" + PercentCoding.encoded(filter))
        let filters = laboratory.databases.map { database -> String? in
            guard let target = database.requests.first, let query = target.split(separator: "?").last else {
                return nil
            }
            return try? QueryString(String(query)).items.first { $0.name == "filter" }?.value
        }
        #expect(filters == asked)
        let titles = page.json["meta"]?["warnings"]?.texts("title") ?? []
        #expect(titles.contains("Non-Unique Entry ID") == !filter.contains("/"))
    }

    @Test func oneEntryIsAskedWithTheSameCareAsLists() async throws {
        try await laboratory.makeGateway()
        for query in ["response_fields=nsites,bogus", "include=bogus"] {
            #expect(try await laboratory.ask("GET", "/gateways/g/structures/d0/a-1000?\(query)").status == 400)
            #expect(try await laboratory.ask("GET", "/gateways/g/structures?\(query)").status == 400)
        }
        #expect(laboratory.databases[0].requests.isEmpty)
    }

    @Test(arguments: ["filter=%20%20", "sort=elements", "sort=lattice_vectors", "sort=relationships"])
    func whatCannotBeAnsweredIsRefusedBeforeAnyoneIsAsked(query: String) async throws {
        try await laboratory.makeGateway()
        #expect(try await laboratory.ask("GET", "/gateways/g/structures?\(query)").status == 400)
        #expect(laboratory.databases[0].requests.isEmpty)
    }

    @Test func aPageOfNothingLeadsNowhere() async throws {
        try await laboratory.makeGateway()
        for path in ["/gateways/g/structures?page_limit=0", "/gateways?page_limit=0", "/gateways/g/links?page_limit=0"]
        {
            let page = try await laboratory.ask("GET", path)
            #expect(page.status == 200)
            #expect(page.json["links"]?["next"] == .null, "\(path)")
        }
    }

    @Test func databasesThatNobodyNamedAreToldApart() async throws {
        let urls = ["http://db0.example/o", "https://db0.example/o", "http://db0.example/o/y"]
        let query = urls.map { "optimade_urls=\($0)" }.joined(separator: "&")
        let page = try await laboratory.ask("GET", "/search?\(query)&as_optimade=true&page_limit=1")
        #expect(page.status == 200)
        let ids = page.json["meta"]?["_lab_providers"]?.texts("id")
        #expect(ids == ["db0__example/o", "2:db0__example/o", "3:db0__example/o/y"])
    }

    @Test func whatASearchDoesNotHeedIsSaid() async throws {
        let query = "optimade_urls=http://db0.example/optimade&_lab_partial=false&_lab_dedupe=structure&timeout=100000"
        let page = try await laboratory.ask("GET", "/search?\(query)")
        let parameters = page.json["meta"]?["warnings"]?.items?.compactMap { $0["source"]?["parameter"]?.text }
        #expect(Set(parameters ?? []) == ["_lab_partial", "_lab_dedupe", "timeout"])
        let repeated = #"{"optimade_urls": ["http://db0.example/optimade", "http://db0.example/optimade/v1"]}"#
        let posted = try await laboratory.ask("POST", "/search", repeated)
        #expect(posted.json["meta"]?["warnings"]?.texts("title") == ["Repeated Database"])
    }

    @Test func theSeedsOlderFormOfAQueryIsTaken() async throws {
        try await laboratory.makeGateway()
        let made = try await laboratory.ask(
            "POST", "/queries",
            #"{"gateway_id": "g", "query_parameters": {}, "endpoint": "/structures/", "endpoint_model": ["a", "b"]}"#)
        #expect(made.status == 202)
        #expect(made.json["data"]?["attributes"]?["endpoint"]?.text == "structures")
    }

    @Test func anIdWithItsDatabaseAsksOnlyThatOne() async throws {
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures?filter=id=%22d0/a-1003%22")
        #expect(page.json["data"]?.texts("id") == ["d0/a-1003"])
        #expect(laboratory.databases[1].requests.isEmpty)
        #expect(page.json["meta"]?["warnings"] == nil)
    }

    @Test(arguments: [
        (#"id="d0/a-1003" OR id="d1/b-1002""#, ["d0/a-1003", "d1/b-1002"], false),
        (#"id="a-1003""#, ["d0/a-1003"], true),
        (#"id="d0/a-1003" AND nsites=99"#, [], false),
        (#"NOT id!="d1/b-1000""#, ["d1/b-1000"], false),
        (
            #"id STARTS WITH "d1/b-101""#,
            ["d1/b-1010", "d1/b-1011", "d1/b-1012", "d1/b-1013", "d1/b-1014", "d1/b-1015", "d1/b-1016"], false
        ),
        (#""d0/a-1002" > id"#, ["d0/a-1000", "d0/a-1001"], false),
        (#"id STARTS WITH "d" AND nsites=11"#, ["d0/a-1003", "d0/a-1014", "d1/b-1003", "d1/b-1014"], false),
        (#"id="d0/a-1003" AND id="d1/b-1002""#, [], false),
        (#"id STARTS WITH "a-1003""#, ["d0/a-1003"], true),
        (#"id STARTS WITH "d1" AND nsites=11"#, ["d1/b-1003", "d1/b-1014"], false),
        (#"id CONTAINS "0/a-100" AND nsites=11"#, ["d0/a-1003"], false),
        (#"id CONTAINS "1003""#, ["d0/a-1003", "d1/b-1003"], false),
        (#"NOT id CONTAINS "d0/" AND nsites=11"#, ["d1/b-1003", "d1/b-1014"], false),
        (#"id ENDS WITH "/a-1003" OR id ENDS WITH "d1/b-1002""#, ["d0/a-1003", "d1/b-1002"], false),
        (#"id ENDS WITH "/1003""#, [], false),
    ])
    func idsInFiltersAreThoseOfTheMergedList(filter: String, ids: [String], warns: Bool) async throws {
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures?filter=" + PercentCoding.encoded(filter))
        #expect(page.json["data"]?.texts("id") == ids, "\(page.json)")
        let titles = page.json["meta"]?["warnings"]?.texts("title") ?? []
        #expect(titles.contains("Non-Unique Entry ID") == warns)
    }

    @Test func whatOnlyDatabasesKnowIsAskedOfThemAsItIs() async throws {
        var habits = SimulatedDatabase.Habits()
        habits.lists += ["_sim_energy", "_sim_tags"]
        let laboratory = GatewayLaboratory([
            SimulatedDatabase(structures("a", 23), habits), SimulatedDatabase(structures("b", 17), habits),
        ])
        try await laboratory.makeGateway()
        let filter = "_sim_energy < -1.5 AND (_sim_tags HAS ANY \"a\\\"b\",\"c\" OR id=\"d0/a-1000\")"
        _ = try await laboratory.ask("GET", "/gateways/g/structures?filter=" + PercentCoding.encoded(filter))
        let asked = laboratory.databases.compactMap { database -> String? in
            guard let target = database.requests.first, let query = target.split(separator: "?").last else {
                return nil
            }
            return try? QueryString(String(query)).items.first { $0.name == "filter" }?.value
        }
        #expect(
            asked == [
                #"_sim_energy < -1.5 AND (_sim_tags HAS ANY "a\"b", "c" OR id = "a-1000")"#,
                #"_sim_energy < -1.5 AND _sim_tags HAS ANY "a\"b", "c""#,
            ])
    }

    @Test func oneEntryIsFoundByEitherName() async throws {
        try await laboratory.makeGateway()
        for (name, id) in [("d1/b-1003", "d1/b-1003"), ("b-1003", "d1/b-1003"), ("d1%2Fb-1003", "d1/b-1003")] {
            let found = try await laboratory.ask("GET", "/gateways/g/structures/\(name)")
            #expect(found.json["data"]?["id"]?.text == id)
        }
        let none = try await laboratory.ask("GET", "/gateways/g/structures/d1/nothing")
        #expect(none.status == 200)
        #expect(none.json["data"] == .null)
    }

    @Test func everyGatewayIsABaseURL() async throws {
        try await laboratory.makeGateway()
        for path in [
            "/gateways/g/info", "/v1/gateways/g/info", "/gateways/g/v1/info", "/gateways/g/info/structures",
            "/gateways/g/links", "/gateways/g/versions", "/gateways/g/v1/structures", "/gateways/g/queries",
            "/gateways/g/extensions/openapi.json", "/gateways/g",
        ] {
            #expect(try await laboratory.ask("GET", path).status == 200, "\(path)")
        }
        #expect(try await laboratory.ask("GET", "/gateways/g/v7/structures").status == 553)
        let info = try await laboratory.ask("GET", "/gateways/g/info").json
        #expect(info["meta"]?["_lab_gateway"]?["databases"]?.texts("id") == ["d0", "d1"])
        let types = info["data"]?["attributes"]?["entry_types_by_format"]?["json"]
        #expect(types == .list([.string("structures")]))
        let below = try await laboratory.ask("POST", "/gateways/g/queries", #"{"query_parameters": {"page_limit": 1}}"#)
        #expect(below.status == 202)
        let other = try await laboratory.ask(
            "POST", "/gateways/g/queries", #"{"gateway_id": "h", "query_parameters": {}}"#)
        #expect(other.status == 403)
    }

    @Test func aSearchWaitsAndAnImpatientOneIsLedOn() async throws {
        let urls = "optimade_urls=http://db0.example/optimade&optimade_urls=http://db1.example/optimade"
        let waited = try await laboratory.ask("GET", "/search?\(urls)&page_limit=2")
        #expect(waited.status == 200)
        #expect(waited.json["data"]?["attributes"]?["state"]?.text == "finished")
        let data = waited.json["data"]?["attributes"]?["response"]?["data"]
        #expect(data?["db0__example/optimade"]?.texts("id") == ["a-1000", "a-1001"])
        let impatient = try await laboratory.ask("GET", "/search?\(urls)&page_limit=3&timeout=0")
        #expect(impatient.status == 307)
        #expect(impatient.answer.location?.hasPrefix("http://here.example/gateway/v1/queries/") == true)
        let list = try await laboratory.walk("/search?\(urls)&as_optimade=true&page_limit=25")
        #expect(list.sizes == [25, 15])
        #expect(list.ids.first == "db0__example/optimade/a-1000")
    }

    @Test func aSearchThatIsNotReadyInTimeIsLedOnAndItsQueryEndsWithItsOwnDeadline() async throws {
        var (habits, settings) = (SimulatedDatabase.Habits(), GatewaySettings())
        habits.fault = .hangs
        (settings.databaseSeconds, settings.querySeconds) = (1_000_000, 2_000_000)
        let laboratory = GatewayLaboratory(
            [SimulatedDatabase([], habits), SimulatedDatabase(structures("b", 2))], settings: settings)
        let urls = "optimade_urls=http://db0.example/optimade&optimade_urls=http://db1.example/optimade"
        // When the search begins to wait nobody can see, so time goes on until it has waited long enough.
        let time = Task {
            while true {
                try await Task.sleep(for: .milliseconds(2))
                laboratory.clock.advance(by: .seconds(5))
            }
        }
        let led = try await laboratory.ask("GET", "/search?\(urls)&timeout=5")
        time.cancel()
        _ = await time.result
        #expect(led.status == 307)
        let id = try #require(led.answer.location?.split(separator: "/").last).description
        let query = try await laboratory.ask("GET", "/queries/\(id)").json
        #expect(query["data"]?["attributes"]?["state"]?.text == "in progress")
        try await laboratory.letTimePass()
        let response = try await laboratory.finished(id)["data"]?["attributes"]?["response"]
        #expect(response?["meta"]?["_lab_providers"]?.texts("status") == ["timeout", "ok"])
        #expect(response?["data"]?["db1__example/optimade"]?.items?.count == 2)
    }

    @Test func registeredDatabasesLendTheirIdsToSearches() async throws {
        _ = try await laboratory.ask(
            "POST", "/databases", #"{"id": "do.t", "name": "A", "base_url": "http://db0.example/optimade"}"#)
        for target in ["database_ids=do.t", "optimade_urls=http://db0.example/optimade/v1"] {
            let page = try await laboratory.ask("GET", "/search?\(target)&as_optimade=true&page_limit=1")
            #expect(page.json["data"]?.texts("id") == ["do.t/a-1000"])
        }
        let posted = try await laboratory.ask("POST", "/search", #"{"optimade_urls": "http://db0.example/optimade"}"#)
        #expect(posted.status == 202)
        #expect(try await laboratory.ask("POST", "/search", "{}").status == 400)
        #expect(try await laboratory.ask("POST", "/search", #"{"optimade_urls": ["zz"]}"#).status == 400)
    }

    @Test func searchesTellRegisteredDatabasesApartWhoseEntriesCouldHaveOneName() async throws {
        for (number, id) in ["a", "a/b"].enumerated() {
            let body = #"{"id": "\#(id)", "name": "A", "base_url": "http://db\#(number).example/optimade"}"#
            #expect(try await laboratory.ask("POST", "/databases", body).status == 200)
        }
        let search = "/search?database_ids=a&database_ids=a/b&as_optimade=true"
        let page = try await laboratory.ask("GET", search + "&sort=id&page_limit=40")
        #expect(page.status == 200)
        #expect(Set(page.json["data"]?.texts("id") ?? []).count == 40)
        #expect(page.json["meta"]?["_lab_providers"]?.texts("id") == ["a", "2:a/b"])
        let details = page.json["meta"]?["warnings"]?.texts("detail") ?? []
        #expect(details.contains { $0.contains("“2:a/b”") })
        let one = PercentCoding.encoded(#"id="2:a/b/b-1003""#)
        let found = try await laboratory.ask("GET", search + "&filter=\(one)")
        #expect(found.json["data"]?.texts("id") == ["2:a/b/b-1003"])
    }

    @Test func howManyEntriesThereAreIsKnownOfADatabaseThatNeedNotBeAsked() async throws {
        try await laboratory.makeGateway()
        let path = "/gateways/g/structures?filter=" + PercentCoding.encoded(#"id="d0/a-1000""#)
        #expect(try await laboratory.ask("GET", path).json["meta"]?["data_available"] == .null)
        _ = try await laboratory.ask("GET", "/gateways/g/structures")
        let page = try await laboratory.ask("GET", path).json
        #expect(page["meta"]?["data_available"] == .integer(40))
        #expect(page["meta"]?["data_returned"] == .integer(1))
        #expect(laboratory.databases[1].requests.count == 1)
    }

    @Test func errorsOfAStoredQueryLeadBackToItsGateway() async throws {
        var habits = SimulatedDatabase.Habits()
        habits.fault = .html
        let laboratory = GatewayLaboratory([SimulatedDatabase([], habits)])
        try await laboratory.makeGateway()
        let made = try await laboratory.ask("POST", "/queries", #"{"gateway_id": "g", "query_parameters": {}}"#)
        let id = try #require(made.json["data"]?["id"]?.text)
        let attributes = try #require(try await laboratory.finished(id)["data"]?["attributes"])
        let meta = attributes["response"]?["errors"]?.items?.first?["meta"]
        let link = meta?["_lab_source_gateway"]?["links"]?["self"]?.text
        #expect(link == "http://here.example/gateway/v1/gateways/g")
        #expect(attributes["address"] == nil)
    }

    @Test func sortKeysAreFetchedButNotShown() async throws {
        try await laboratory.makeGateway()
        let page = try await laboratory.ask(
            "GET", "/gateways/g/structures?sort=nsites&response_fields=nelements&page_limit=3")
        let attributes = page.json["data"]?.items?.compactMap { $0["attributes"]?.object?.keys } ?? []
        #expect(attributes == [["nelements"], ["nelements"], ["nelements"]])
        #expect(laboratory.databases[0].requests.first?.contains("response_fields=nelements%2Cnsites") == true)
    }

    @Test func aCursorOfAnotherListIsRefused() async throws {
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures?page_limit=3")
        let next = try #require(page.json["links"]?["next"]?.text)
        let cursor = try #require(next.split(separator: "page_cursor=").last).description
        let other = cursor.hasPrefix("x") ? "y" : "x"
        for query in [
            "page_limit=3&sort=nsites&page_cursor=\(cursor)", "filter=nsites=1&page_cursor=\(cursor)",
            "page_cursor=\(cursor.dropLast(3))", "page_cursor=\(other)\(cursor.dropFirst())", "page_cursor=abc",
        ] {
            #expect(try await laboratory.ask("GET", "/gateways/g/structures?" + query).status == 400, "\(query)")
        }
        #expect(
            try await laboratory.ask("GET", "/gateways/g/structures?page_limit=9&page_cursor=\(cursor)").status == 200)
    }

    @Test func countsThatADatabaseDoesNotGiveAreUnknown() async throws {
        var habits = SimulatedDatabase.Habits()
        habits.countsAreGiven = false
        let laboratory = GatewayLaboratory([
            SimulatedDatabase(structures("a", 30), habits), SimulatedDatabase(structures("b", 3)),
        ])
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures?page_limit=5").json
        #expect(page["meta"]?["data_returned"] == .null)
        #expect(page["meta"]?["_lab_providers"]?.items?[0]["data_available"] == .null)
        #expect(page["meta"]?["_lab_providers"]?.items?[1]["data_available"] == .integer(3))
    }

    @Test func gatewaysThatOnlySearchesNeededGoWithTheirQueries() async throws {
        let time = Mutex(Timestamp(microseconds: 0))
        let laboratory = GatewayLaboratory(
            [SimulatedDatabase([]), SimulatedDatabase([])], now: { time.withLock { $0 } })
        func gateways() async throws -> [String] {
            try await laboratory.ask("GET", "/gateways").json["data"]?.texts("id") ?? []
        }
        let first = #"{"id": "x", "type": "links", "attributes": {"name": "X", "base_url": "http://db0.example"}}"#
        for number in 0...1 {
            _ = try await laboratory.ask("POST", "/search", #"{"optimade_urls": ["http://db\#(number).example"]}"#)
        }
        #expect(try await gateways().count == 2)
        // One of them somebody wants to keep.
        let kept = try await laboratory.ask("POST", "/gateways", #"{"databases": [\#(first)]}"#)
        #expect(kept.json["meta"]?["_lab_created"] == .bool(false))
        #expect(kept.json["data"]?["attributes"]?.object?.keys == ["databases", "last_modified"])
        time.withLock { $0 = Timestamp(microseconds: 23 * 3_600_000_000) }
        try await laboratory.service.sweep()
        #expect(try await gateways().count == 2)
        time.withLock { $0 = Timestamp(microseconds: 25 * 3_600_000_000) }
        try await laboratory.service.sweep()
        #expect(try await gateways() == [kept.json["data"]?["id"]?.text])
    }

    @Test func requestsThatComeBackAreRefused() async throws {
        try await laboratory.makeGateway()
        _ = try await laboratory.ask("GET", "/gateways/g/structures")
        let own = try #require(laboratory.databases[0].ways.first)
        #expect(own.hasPrefix("1.1 rutile-"))
        let back = try await laboratory.ask("GET", "/gateways/g/structures", via: "1.0 proxy, \(own)")
        #expect(back.status == 508)
        #expect(back.json["errors"]?.items?.first?["code"]?.text == "gateway.loop")
        #expect(laboratory.databases[0].ways.count == 1)
        for path in ["/gateways/g/structures", "/gateways/g/structures/d0/a-1003"] {
            #expect(try await laboratory.ask("GET", path, via: "1.0 proxy").status == 200)
            #expect(laboratory.databases[0].ways.last == "1.0 proxy, \(own)")
        }
    }

    @Test func unfinishedQueriesAreTakenUpAgain() async throws {
        let store = MemoryGatewayStore()
        var habits = SimulatedDatabase.Habits()
        habits.fault = .hangs
        let first = GatewayLaboratory([SimulatedDatabase([], habits)], store: store)
        try await first.makeGateway()
        let made = try await first.ask("POST", "/queries", #"{"gateway_id": "g", "query_parameters": {}}"#)
        let id = try #require(made.json["data"]?["id"]?.text)
        first.service.stop()

        let second = GatewayLaboratory([SimulatedDatabase(structures("a", 3))], store: store)
        try await second.service.resume()
        let query = try await second.finished(id)
        #expect(query["data"]?["attributes"]?["response"]?["data"]?["d0"]?.items?.count == 3)
    }

    @Test func listsOfQueriesShowWhatTheyWereAnswered() async throws {
        let laboratory = GatewayLaboratory([SimulatedDatabase(structures("a", 3))])
        try await laboratory.makeGateway()
        for limit in [1, 2] {
            let body = #"{"gateway_id": "g", "query_parameters": {"page_limit": \#(limit)}}"#
            let made = try await laboratory.ask("POST", "/queries", body)
            _ = try await laboratory.finished(try #require(made.json["data"]?["id"]?.text))
        }
        func counts(_ parameters: String) async throws -> [Int?] {
            let list = try await laboratory.ask("GET", "/queries?" + parameters).json["data"]?.items ?? []
            return list.map { $0["attributes"]?["response"]?["data"]?["d0"]?.items?.count }
        }
        #expect(try await counts("sort=last_modified").compactMap(\.self).sorted() == [1, 2])
        #expect(try await counts("page_limit=1").count == 1)
        #expect(try await counts("response_fields=response").compactMap(\.self).sorted() == [1, 2])
        #expect(try await counts("response_fields=state") == [nil, nil])
        #expect(try await counts("filter=response%20IS%20KNOWN").compactMap(\.self).sorted() == [1, 2])
        #expect(try await counts("filter=response%20IS%20UNKNOWN") == [])
    }

    @Test func fastDatabasesAreSeenWhileASlowOneIsRunning() async throws {
        var habits = SimulatedDatabase.Habits()
        habits.fault = .hangs
        let laboratory = GatewayLaboratory([SimulatedDatabase([], habits), SimulatedDatabase(structures("a", 3))])
        try await laboratory.makeGateway()
        let made = try await laboratory.ask("POST", "/queries", #"{"gateway_id": "g", "query_parameters": {}}"#)
        let id = try #require(made.json["data"]?["id"]?.text)
        var attributes: Value?
        try await eventually {
            attributes = try await laboratory.ask("GET", "/queries/\(id)").json["data"]?["attributes"]
            return attributes?["response"]?["data"]?["d1"] != nil
        }
        #expect(attributes?["state"]?.text == "in progress")
        #expect(attributes?["response"]?["data"]?["d1"]?.items?.count == 3)
        #expect(try await laboratory.ask("DELETE", "/queries/\(id)").status == 204)
        #expect(try await laboratory.ask("GET", "/queries/\(id)").status == 404)
    }

    @Test func aClientHasOnlySoManyQueriesAtOnce() async throws {
        var (habits, settings) = (SimulatedDatabase.Habits(), GatewaySettings())
        habits.fault = .hangs
        settings.queriesPerClient = 2
        let laboratory = GatewayLaboratory([SimulatedDatabase([], habits)], settings: settings)
        try await laboratory.makeGateway()
        func ask(_ number: Int, _ client: String) async throws -> Int {
            let body = #"{"gateway_id": "g", "query_parameters": {"page_limit": \#(number)}}"#
            return try await laboratory.ask("POST", "/queries", body, client: client).status
        }
        #expect(try await ask(1, "a") == 202)
        #expect(try await ask(2, "a") == 202)
        #expect(try await ask(3, "a") == 429)
        #expect(try await ask(2, "a") == 202)
        #expect(try await ask(3, "b") == 202)
        laboratory.service.stop()
    }

    @Test func queriesThatRunAreNotPushedOut() async throws {
        var (habits, settings) = (SimulatedDatabase.Habits(), GatewaySettings())
        habits.fault = .hangs
        settings.storedQueries = 2
        let laboratory = GatewayLaboratory([SimulatedDatabase([], habits)], settings: settings)
        try await laboratory.makeGateway()
        func ask(_ number: Int) async throws -> (status: Int, json: Value, answer: GatewayAnswer) {
            let body = #"{"gateway_id": "g", "query_parameters": {"page_limit": \#(number)}}"#
            return try await laboratory.ask("POST", "/queries", body)
        }
        let ids = [try await ask(1), try await ask(2)].compactMap { $0.json["data"]?["id"]?.text }
        let refused = try await ask(3)
        #expect(refused.status == 429)
        #expect(refused.answer.retryAfter != nil)
        try await laboratory.service.sweep()
        for id in ids {
            let query = try await laboratory.ask("GET", "/queries/\(id)")
            #expect(query.status == 200)
            #expect(query.json["data"]?["attributes"]?["state"]?.text != "finished")
        }
        laboratory.service.stop()
    }

    @Test func oldQueriesAreRemoved() async throws {
        let time = Mutex(Timestamp(microseconds: 0))
        let laboratory = GatewayLaboratory([SimulatedDatabase([])], now: { time.withLock { $0 } })
        try await laboratory.makeGateway()
        let made = try await laboratory.ask("POST", "/queries", #"{"gateway_id": "g", "query_parameters": {}}"#)
        let id = try #require(made.json["data"]?["id"]?.text)
        _ = try await laboratory.finished(id)
        try await laboratory.service.sweep()
        #expect(try await laboratory.ask("GET", "/queries/\(id)").status == 200)
        time.withLock { $0 = Timestamp(microseconds: 25 * 3_600_000_000) }
        try await laboratory.service.sweep()
        #expect(try await laboratory.ask("GET", "/queries/\(id)").status == 404)
    }

    @Test func hostsAtForbiddenAddressesAreRefusedWhenTheyAreAsked() async throws {
        let page = try await laboratory.ask(
            "GET",
            "/search?optimade_urls=http://private.example&optimade_urls=http://db0.example&as_optimade=true&page_limit=1"
        )
        #expect(page.json["meta"]?["_lab_providers"]?.texts("status") == ["refused", "ok"])
        #expect(page.json["data"]?.items?.count == 1)
    }
}
