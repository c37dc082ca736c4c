import RutileGateway
import RutileJSON
import Testing

struct DedupeTests {
    /// Rock salt with its sites moved by `shift`, in the order of `order`.
    private func structure(
        _ id: String, shift: Double = 0, order: [Int] = [0, 1], formula: String = "ClNa", cell: Double = 4
    ) -> ObjectValue {
        let sites: [(String, [Double])] = [("Na", [0, 0, 0]), ("Cl", [2, 2, 2])]
        func vector(_ numbers: [Double]) -> Value { .list(numbers.map { .real($0) }) }
        return ObjectValue([
            ("id", Value.string(id)), ("type", .string("structures")), ("chemical_formula_reduced", .string(formula)),
            ("nsites", .integer(2)), ("nelements", .integer(2)),
            ("lattice_vectors", .list([vector([cell, 0, 0]), vector([0, cell, 0]), vector([0, 0, cell])])),
            ("species_at_sites", .list(order.map { .string(sites[$0].0) })),
            ("cartesian_site_positions", .list(order.map { vector(sites[$0].1.map { $0 + shift }) })),
        ])
    }

    @Test func equalStructuresAreShownOnceWithAllTheirSources() async throws {
        let laboratory = GatewayLaboratory([
            SimulatedDatabase([structure("a"), structure("b", cell: 4.1), structure("c", formula: "AgCl")]),
            SimulatedDatabase([
                structure("x", shift: 0.0009, order: [1, 0]), structure("y", shift: 0.01), structure("z", cell: 4.1005),
            ]),
        ])
        try await laboratory.makeGateway()
        let page = try await laboratory.ask(
            "GET", "/gateways/g/structures?_lab_dedupe=structure&response_fields=nelements")
        #expect(page.json["data"]?.texts("id") == ["d0/a", "d0/b", "d0/c", "d1/y"])
        #expect(page.json["meta"]?["data_returned"] == .integer(4))
        let sources = page.json["data"]?.items?.compactMap { $0["meta"]?["_lab_sources"]?.items?.compactMap(\.text) }
        #expect(sources == [["d0/a", "d1/x"], ["d0/b", "d1/z"], ["d0/c"], ["d1/y"]])
        #expect(page.json["data"]?.items?[0]["attributes"] == .members(["nelements": .integer(2)]))

        let walk = try await laboratory.walk("/gateways/g/structures?_lab_dedupe=structure&page_limit=3&sort=-id")
        #expect(walk.ids == ["d1/z", "d1/y", "d1/x", "d0/c"])
        #expect(walk.sizes == [3, 1])
        let all = try await laboratory.ask("GET", "/gateways/g/structures?_lab_dedupe=none")
        #expect(all.json["data"]?.items?.count == 6)
        #expect(try await laboratory.ask("GET", "/gateways/g/structures?_lab_dedupe=maybe").status == 400)
    }
}
