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
        guard let input = body["input"]?.text, let quantities = body["quantities"]?.items,
            quantities.allSatisfy({ $0["name"]?.text != nil })
        else { throw EntriesProblem(422, "suggestions need an input, and quantities with their names") }
        var aggregations = ObjectValue()
        for (index, quantity) in quantities.enumerated() {
            guard let name = quantity["name"] else { continue }
            guard name.text.flatMap({ SearchQuantities.standard[$0] }) != nil else {
                throw EntriesProblem.unknownQuantity(name.text ?? "", at: ["quantities", String(index), "name"])
            }
            let terms = ObjectValue([
                ("quantity", name), ("size", quantity["size"] ?? .integer(Self.suggestionCount)),
            ])
            aggregations[name.text ?? ""] = .members(["terms": .object(terms)])
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

    private static let suggestionCount: Int64 = 5
}
