import NomadAPI

/// What is counted of entries, and the graph.
extension APIModel {
    static let metrics = APIModel(
        "Metrics",
        .object(
            "Numbers about entries, those that were asked for.",
            with: EntriesMetric.allCases.map { ($0.rawValue, Schema.number().optional) }, [:]))

    static let bucket = APIModel(
        "Bucket",
        .object(
            "A value, or where a range of values begins.",
            [
                "value": .any("A text, a number or a truth value."),
                "count": .integer("Entries that have it; of a histogram of a section, items."),
                "nested_count": .integer("Items of a section that have it; entries elsewhere."),
                "metrics": .model(metrics).optional,
                "entries": .list("Some of the entries.", of: .model(entryMetadata)).optional,
            ]))

    static let aggregation = APIModel(
        "Aggregation",
        .object(
            "What was counted, under the name of its kind, with the members of the request.",
            [
                "terms": counts([
                    "size": .integer("Values at most.").optional, "pagination": .model(pagination).optional,
                ]),
                "histogram": counts([
                    "interval": .number("The width of a range.").optional,
                    "offset": .number("Where one of them begins.").optional,
                ]),
                "date_histogram": counts([:]),
                "auto_date_histogram": counts(["interval": .text("That was chosen, `1d`.")]),
                "min_max": holding(.list("The least value and the greatest, or nulls.", of: .number().orNull)),
                "percentiles": holding(
                    .list(
                        "One for each group, or for all.",
                        of: .object(
                            "",
                            [
                                "label": .any("A value; `all` without groups."),
                                "percentiles": .map("Values by percentages.", of: .number().orNull),
                                "count": .integer("Values."),
                            ]))),
                "statistics": .object("", ["data": .model(metrics)], isOpen: true).optional,
            ]))

    /// Buckets, beside `members`.
    private static func counts(_ members: KeyValuePairs<String, Schema>) -> Schema {
        .object("", with: [("data", .list("", of: .model(bucket)))], members, isOpen: true).optional
    }

    private static func holding(_ data: Schema) -> Schema { .object("", ["data": data], isOpen: true).optional }

    static let info = APIModel(
        "Info",
        .object(
            "What this installation is and has, as far as the caller may know of it.",
            [
                "parsers": .list("What read the entries.", of: .text()),
                "metainfo_packages": .list("Packages of definitions.", of: .text()),
                "codes": .list(
                    "Programs that calculated something.", of: .object("", ["code_name": .text()])),
                "normalizers": .list("Always empty here.", of: .any("")),
                "plugin_entry_points": .list("Always empty here.", of: .any("")),
                "plugin_packages": .list("Always empty here.", of: .any("")),
                "statistics": .model(metrics), "version": .text("Of the software."), "deployment": .text(),
                "oasis": .flag(),
            ]))

    static let suggestions = APIModel(
        "Suggestions",
        .map(
            "By quantity: values that have the input in them, the most frequent first.",
            of: .list(
                "", of: .object("", ["value": .any("A text."), "weight": .integer("Entries that have it.")]))))

    // MARK: - The graph

    static let graphRequest = APIModel(
        "GraphRequest",
        .object(
            "A tree of keys: what is wanted at top level, then ids and names of fields. Leaves are `*`, or a configuration as `m_request`.",
            with: GraphRequest.tokens.map { ($0, Schema.any("").optional) },
            ["m_request": .any("A configuration of all of it.").optional]))

    static let graphAnswer = APIModel(
        "GraphAnswer",
        .object(
            "The same tree with what is stored. Lists have `m_response`, which says which page they are; `m_errors` stand where something is missing.",
            with: GraphRequest.tokens.map { ($0, Schema.any("").optional) },
            [
                "m_response": .object("The plan, where it was asked for.", [:], isOpen: true).optional,
                "m_errors": .list("", of: .model(graphFault)).optional,
            ], isOpen: true))

    static let graphFault = APIModel(
        "GraphFault",
        .object(
            "Why a part of the answer is missing.",
            [
                "error_type": .choice("", ["NOACCESS", "NOTFOUND", "ARCHIVEERROR", "GENERAL"]),
                "message": .text("For people."),
            ]))
}
