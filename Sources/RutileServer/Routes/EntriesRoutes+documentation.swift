import RutileJSON

extension EntriesRoutes {
    static let querying = RouteDocumentation(
        "Search entries",
        """
        `owner` and `query` say which entries, `pagination` which page of them, `required` which quantities of each, \
        `aggregations` what is counted over all that match.
        """,
        body: question(
            .entriesRequest,
            ["query": .members(["results.material.elements": .list([.string("Ti"), .string("O")])])]),
        example: #"""
            curl -s "$RUTILE_URL/api/v1/entries/query" -H "Content-Type: application/json" \
              -d '{"query": {"results.material.elements": ["Ti", "O"]}, "pagination": {"page_size": 2}}'
            """#,
        answers: pageAnswers, model: .entrySearch)

    static let listing = RouteDocumentation(
        "Search entries by parameters",
        "As `POST /entries/query`. Any quantity is a parameter.", parameters: questionParameters,
        example: #"curl -s "$RUTILE_URL/api/v1/entries?results.material.elements=Ti&page_size=2""#,
        answers: pageAnswers, model: .entrySearch)

    static let queryingArchives = RouteDocumentation(
        "Search entries and read their archives",
        """
        `owner`, `query` and `pagination` say which entries, `required` what is wanted of the archive of each: `"*"`, \
        `"include-resolved"`, or an object of keys. Entries without archive are left out of `data`; `total` counts them.
        """,
        body: question(.archivesRequest, ["required": .members(["results": .members(["material": .string("*")])])]),
        example: #"""
            curl -s "$RUTILE_URL/api/v1/entries/archive/query" -H "Content-Type: application/json" \
              -d '{"required": {"results": {"material": "*"}}, "pagination": {"page_size": 2}}'
            """#,
        answers: pageAnswers, model: .entryArchiveSearch)

    static let listingArchives = RouteDocumentation(
        "Read whole archives, by parameters", "As `POST /entries/archive/query` with `required` `\"*\"`.",
        parameters: questionParameters,
        example: #"curl -s "$RUTILE_URL/api/v1/entries/archive?results.material.elements=Ti&page_size=2""#,
        answers: pageAnswers, model: .entryArchiveSearch)

    static let showing = RouteDocumentation(
        "What is said of an entry", "The quantities that searches show of it.",
        parameters: [entryParameter] + selectionParameters,
        example: #"curl -s "$RUTILE_URL/api/v1/entries/$RUTILE_ENTRY_ID""#, answers: entryAnswers,
        model: .entryMetadataAnswer)

    static let showingArchive = RouteDocumentation(
        "The archive of an entry", "All of it.", parameters: [entryParameter],
        example: #"curl -s "$RUTILE_URL/api/v1/entries/$RUTILE_ENTRY_ID/archive""#, answers: entryAnswers,
        model: .entryArchiveAnswer)

    static let queryingArchive = RouteDocumentation(
        "Parts of the archive of an entry", "`required` says which, as in `POST /entries/archive/query`.",
        parameters: [entryParameter],
        body: .json(.archiveRequest, example: .members(["required": .members(["metadata": .string("*")])])),
        example: #"""
            curl -s "$RUTILE_URL/api/v1/entries/$RUTILE_ENTRY_ID/archive/query" -H "Content-Type: application/json" \
              -d '{"required": {"metadata": "*"}}'
            """#,
        answers: entryAnswers + [
            (400, "`required` asks for what the stored values do not allow.", "application/json"),
            (422, "`required` is none.", "application/json"),
        ], model: .entryArchiveAnswer)

    static let downloadingArchive = RouteDocumentation(
        "The archive of an entry as a file", "All of it, without a frame.", parameters: [entryParameter],
        example: #"curl -sOJ "$RUTILE_URL/api/v1/entries/$RUTILE_ENTRY_ID/archive/download""#, answers: entryAnswers,
        model: .archive)

    static let showingArchiveOfUpload = RouteDocumentation(
        "The archive of an entry of an upload", "As `GET /entries/{entry_id}/archive`.",
        parameters: [uploadParameter, entryParameter],
        example: #"curl -s "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/archive/$RUTILE_ENTRY_ID""#,
        answers: entryAnswers, model: .entryArchiveAnswer)

    static let showingArchiveOfMainfile = RouteDocumentation(
        "The archive of the entry of a main file", "As `GET /entries/{entry_id}/archive`.",
        parameters: [uploadParameter, .path("path", "The main file's path in the upload, with its slashes.")],
        example: #"curl -s "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/archive/mainfile/run/vasp.xml""#,
        answers: entryAnswers, model: .entryArchiveAnswer)

    static let entryParameter = RouteDocumentation.Parameter.path("entry_id", "The entry's id.")
    static let uploadParameter = RouteDocumentation.Parameter.path("upload_id", "The upload's id.")

    static let selectionParameters: [RouteDocumentation.Parameter] = [
        .query("include", "Quantities to show, or patterns with `*`.", isList: true),
        .query("exclude", "Quantities to leave out, or patterns with `*`.", isList: true),
    ]

    /// Those that say which entries.
    static let entriesParameters: [RouteDocumentation.Parameter] = [
        .query("owner", "`public`, `visible`, `all`, `shared`, `user`, `staging` or `admin`."),
        .query("json_query", "A query as JSON."),
        .query("q", "`<quantity>__<value>` or `<quantity>__<op>__<value>`.", isList: true),
    ]

    static let questionParameters: [RouteDocumentation.Parameter] =
        entriesParameters + [
            .query("page_size", "Entries of a page; 10 unless given, at most 10,000.", type: "integer"),
            .query("order_by", "The quantity that the order is by; `entry_id` unless given."),
            .query("order", "`asc` or `desc`."),
            .query("page_after_value", "`next_page_after_value` of the page before."),
            .query("page", "Number of the page, from 1.", type: "integer"),
            .query("page_offset", "Entries that are passed over.", type: "integer"),
        ] + selectionParameters

    /// A body as `model` says, with an example that has `more`.
    static func question(_ model: APIModel, _ more: KeyValuePairs<String, Value>) -> RouteDocumentation.Body {
        let example = ObjectValue(
            [("owner", .string("visible"))] + more.map { ($0.key, $0.value) }
                + [("pagination", .members(["page_size": .integer(10)]))])
        return .json(model, example: .object(example))
    }

    static let pageAnswers: [(status: Int, meaning: String, contentType: String)] = [
        (200, "The page.", "application/json"),
        (400, "The question asks for what the quantities or the stored values do not allow.", "application/json"),
        (401, "This owner needs a login.", "application/json"),
        (403, "This owner is not for the caller, or not for archives and files.", "application/json"),
        (422, "The question is none, or asks for an unknown quantity.", "application/json"),
    ]

    static let entryAnswers: [(status: Int, meaning: String, contentType: String)] = [
        (200, "It.", "application/json"), (304, "It is the one that you know.", ""),
        (404, "There is no such entry, or the caller may not know of it; or it has no archive.", "application/json"),
    ]
}
