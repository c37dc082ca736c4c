import OptimadeAPI
import RutileJSON
import Testing

/// Properties that some databases of a gateway have, and others do not.
struct PropertyTests {
    /// `d0` has `_a_x`; `d1` lists the properties of the standard that it takes, and refuses others.
    private let laboratory: GatewayLaboratory

    init() {
        var (first, second) = (SimulatedDatabase.Habits(), SimulatedDatabase.Habits())
        first.lists += ["_a_x"]
        second.refuses = ["_a_x", "nperiodic_dimensions", "elements"]
        laboratory = GatewayLaboratory([
            SimulatedDatabase(structures("a", 3), first), SimulatedDatabase(structures("b", 4), second),
        ])
    }

    private func ask(_ query: String) async throws -> Value {
        let page = try await laboratory.ask("GET", "/gateways/g/structures?\(query)")
        #expect(page.status == 200)
        #expect(page.json["meta"]?["_lab_providers"]?.texts("status") == ["ok", "ok"])
        return page.json
    }

    /// The filters that `d1` was asked with; empty ones where there was none.
    private func filters() throws -> [String] {
        try laboratory.databases[1].requests.map { target in
            let query = try QueryString(target.split(separator: "?").last.map(String.init) ?? "")
            return query.items.first { $0.name == "filter" }?.value ?? ""
        }
    }

    @Test(arguments: [
        ("_a_x>1", nil), ("nsites>0 AND _a_x>1", nil), ("nsites>0 OR _a_x>1", "nsites > 0"), ("NOT _a_x>1", nil),
        ("NOT (_a_x>1 AND nsites>0)", "NOT nsites > 0"), ("NOT (_a_x>1 OR nsites>0)", nil), ("_a_x IS UNKNOWN", ""),
        ("_a_x IS KNOWN", nil), ("NOT _a_x IS KNOWN", ""), ("_a_x HAS \"y\" OR nsites=2", "nsites = 2"),
        ("NOT (nsites>0 AND NOT _a_x LENGTH 3)", "NOT nsites > 0"),
    ])
    func whatADatabaseDoesNotListUnderAPrefixIsUnknownThere(filter: String, asked: String?) async throws {
        try await laboratory.makeGateway()
        let page = try await ask("filter=\(PercentCoding.encoded(filter))")
        #expect(try filters() == [asked].compactMap { $0 })
        #expect(page["meta"]?["warnings"]?.texts("title") == ["Unknown Property"])
        let detail = page["meta"]?["warnings"]?.texts("detail").first ?? ""
        #expect(detail.contains("db1.example") && detail.contains("_a_x"))
    }

    @Test func aGatewayListsWhatItsDatabasesHaveOfTheirOwn() async throws {
        try await laboratory.makeGateway()
        let info = try await laboratory.ask("GET", "/gateways/g/info/structures").json["data"]
        #expect(info?["properties"]?["_a_x"] == .members(["sortable": .bool(true)]))
        #expect(info?["properties"]?["nsites"] != nil)
        #expect(info?["output_fields_by_format"]?["json"]?.items?.last == .string("_a_x"))
    }

    @Test(arguments: [("_a_x,nsites", "nsites"), ("_a_x", "id"), ("nsites,elements", "nsites")])
    func oneEntryIsAskedWithoutWhatItsDatabaseLacks(fields: String, asked: String) async throws {
        try await laboratory.makeGateway()
        let page = try await laboratory.ask("GET", "/gateways/g/structures/d1/b-1000?response_fields=\(fields)")
        #expect(page.status == 200)
        let attributes = page.json["data"]?["attributes"]
        let missing = fields.contains("_a_x") ? "_a_x" : "elements"
        #expect(attributes?[missing] == .null)
        #expect(laboratory.databases[1].requests.last?.hasSuffix("?response_fields=\(asked)") == true)
        #expect(page.json["meta"]?["warnings"]?.texts("title") == ["Unknown Property"])
        #expect(page.json["meta"]?["warnings"]?.texts("detail").first?.contains(missing) == true)
    }

    @Test func aFilterThatADatabaseRefusesIsItsErrorAndChangesNoOtherQuestion() async throws {
        try await laboratory.makeGateway()
        let filter = "nperiodic_dimensions=3 OR nsites>0"
        let page = try await laboratory.ask("GET", "/gateways/g/structures?filter=\(PercentCoding.encoded(filter))")
        #expect(page.json["meta"]?["_lab_providers"]?.texts("status") == ["ok", "error"])
        #expect(page.json["data"]?.items?.count == 3)
        #expect(page.json["meta"]?["data_returned"] == .null)
        // It takes this one, although it does not list the property.
        let other = "chemical_formula_anonymous IS UNKNOWN AND nsites>0"
        #expect(try await ask("filter=\(PercentCoding.encoded(other))")["data"]?.items?.count == 7)
        #expect(try filters().last == other)
    }

    @Test func aSortThatADatabaseRefusesLeavesItsFilterAsItIs() async throws {
        var habits = SimulatedDatabase.Habits()
        habits.refuses = ["sort="]
        let entries = structures("a", 6).enumerated().map { index, entry in
            var entry = entry
            entry["chemical_formula_anonymous"] = .string(index < 3 ? "A" : "A2B")
            return entry
        }
        let laboratory = GatewayLaboratory([SimulatedDatabase(entries, habits)])
        try await laboratory.makeGateway()
        let filter = PercentCoding.encoded(#"chemical_formula_anonymous="A""#)
        for sort in ["&sort=-nsites", ""] {
            let page = try await laboratory.ask("GET", "/gateways/g/structures?filter=\(filter)\(sort)")
            #expect(page.json["data"]?.items?.count == 3)
            #expect(page.json["meta"]?["data_returned"] == .integer(3))
        }
    }

    @Test func fieldsThatADatabaseDoesNotHaveAreNull() async throws {
        try await laboratory.makeGateway()
        let page = try await ask("response_fields=nsites,elements,_a_x&page_limit=7")
        let attributes = page["data"]?.items?.compactMap { $0["attributes"]?.object } ?? []
        #expect(attributes.count == 7)
        #expect(
            attributes.allSatisfy { $0["elements"] == .null && $0["_a_x"] == .null && $0["nsites"]?.integer != nil })
        #expect(laboratory.databases[1].requests.last?.contains("response_fields=nsites&") == true)
        _ = try await ask("response_fields=_a_x")
        #expect(laboratory.databases[1].requests.last?.contains("response_fields=id&") == true)
    }

    @Test func entriesWithoutTheSortKeyComeLast() async throws {
        try await laboratory.makeGateway()
        let page = try await ask("sort=-_a_x,nsites")
        let ids = page["data"]?.texts("id") ?? []
        #expect(ids.count == 7)
        #expect(laboratory.databases[1].requests.allSatisfy { $0.contains("sort=nsites&") })
    }

    @Test func queriesKnowItToo() async throws {
        try await laboratory.makeGateway()
        let body = #"{"gateway_id": "g", "query_parameters": {"filter": "_a_x IS UNKNOWN"}}"#
        let id = try #require(try await laboratory.ask("POST", "/queries", body).json["data"]?["id"]?.text)
        let response = try await laboratory.finished(id)["data"]?["attributes"]?["response"]
        #expect(response?["data"]?["d1"]?.items?.count == 4)
        #expect(response?["meta"]?["warnings"]?.texts("detail").contains { $0.contains("_a_x") } == true)
    }
}
