import NomadAPI
import RutileGraph
package import RutileJSON
package import RutileModel
import RutileSearch

extension EntriesService {
    /// What can be found here: programs, parsers, packages of definitions, numbers of everything that `caller` may know of.
    package func facts(as caller: Caller) async throws -> ObjectValue {
        func terms(_ quantity: String) -> Value {
            .members(["terms": .members(["quantity": .string(quantity), "size": .integer(1_000)])])
        }
        let metrics = ["n_entries", "n_uploads", "n_quantities", "n_calculations", "n_materials"].map(Value.string)
        let question = try EntriesQuery(
            .members([
                "owner": .string("all"),
                "aggregations": .members([
                    "codes": terms("results.method.simulation.program_name"), "parsers": terms("parser_name"),
                    "all": .members(["statistics": .members(["metrics": .list(metrics)])]),
                ]),
            ]))
        let found = try await search.aggregations(question, as: caller)
        func values(_ name: String) -> [Value] {
            (found[name]?["terms"]?["data"]?.items ?? []).compactMap { $0["value"] }.sorted {
                UTF8Key($0.text ?? "") < UTF8Key($1.text ?? "")
            }
        }
        return ObjectValue([
            ("parsers", .list(values("parsers"))),
            ("metainfo_packages", .list(graph.packageNames.map(Value.string))),
            ("codes", .list(values("codes").map { .members(["code_name": $0]) })),
            ("normalizers", .list([])), ("plugin_entry_points", .list([])), ("plugin_packages", .list([])),
            ("statistics", found["all"]?["statistics"]?["data"] ?? .object(ObjectValue())),
        ])
    }

    /// Values of quantities in which what somebody has typed is contained, in capitals or not, the most frequent first:
    /// `{quantity: [{"value", "weight"}]}`, where a weight is a number of entries.
    ///
    /// - Parameter body: `{"input": text, "quantities": [{"name", "size"?}]}`.
    package func suggestions(_ body: Value, as caller: Caller) async throws -> ObjectValue {
        let members = try EntriesQuery.members(of: body)
        let reader = FieldReader(members, at: [])
        guard let input = try reader.text("input") else { throw reader.problem("missing", "Field required", "input") }
        guard let quantities = members["quantities"]?.items else {
            throw reader.problem("list_type", "Input should be a valid list", "quantities")
        }
        var aggregations = ObjectValue()
        for (index, quantity) in quantities.enumerated() {
            let place = ["quantities", String(index)]
            let fields = FieldReader(quantity.object ?? ObjectValue(), at: place)
            guard let name = try fields.text("name") else { throw fields.problem("missing", "Field required", "name") }
            guard SearchQuantities.standard[name] != nil else {
                throw EntriesProblem.unknownQuantity(name, at: place + ["name"])
            }
            let size = try fields.integer("size") ?? Self.suggestionCount
            guard size > 0 else { throw fields.problem("greater_than", "Input should be greater than 0", "size") }
            let terms = ObjectValue([("quantity", .string(name)), ("size", .integer(Int64(size)))])
            aggregations[name] = .members(["terms": .object(terms)])
        }
        var question = try EntriesQuery(
            .members(["owner": .string("visible"), "aggregations": .object(aggregations)]))
        // Any text can be typed, while clients of aggregations may filter by some letters only.
        for (number, aggregation) in question.aggregations.enumerated() where !input.isEmpty {
            guard case .terms(var terms) = aggregation.request else { continue }
            terms.filter = .resembling(input)
            question.aggregations[number].request = .terms(terms)
        }
        let found = try await search.aggregations(question, as: caller)
        return ObjectValue(
            found.members.map { (name, answer) -> (String, Value) in
                let items = (answer["terms"]?["data"]?.items ?? []).filter { $0["count"] != .integer(0) }
                return (
                    name,
                    .list(
                        items.map { .members(["value": $0["value"] ?? .null, "weight": $0["count"] ?? .integer(0)]) })
                )
            })
    }

    private static let suggestionCount = 5
}
