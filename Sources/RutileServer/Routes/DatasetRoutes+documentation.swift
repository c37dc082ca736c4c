import RutileJSON

extension DatasetRoutes {
    private static let id = RouteDocumentation.Parameter.path("dataset_id", "Id of the dataset.")
    private static let json = "application/json"
    private static let one = (200, "`{dataset_id, data}`: the dataset.", json)
    private static let absent = (404, "There is no such dataset.", json)
    private static let foreign = (403, "Somebody else made the dataset, or an entry is not the caller's to edit.", json)
    private static let fixed = (400, "Not possible: the dataset has a DOI, or there is one of this name.", json)
    private static let invalid = (422, "Parameters or the body are wrong; `detail` lists how.", json)

    static let listing = RouteDocumentation(
        "Datasets", "All of them, whoever made them.",
        parameters: [
            .query("dataset_id", "The dataset with this id."), .query("dataset_name", "Those with exactly this name."),
            .query("prefix", "Those whose names begin so, in any case."),
            .query("user_id", "Those that any of these users made.", isList: true),
            .query("dataset_type", "`owned` or `foreign`."), .query("doi", "Those with this DOI."),
        ] + PageParameters.all,
        example: #"curl "$RUTILE_URL/api/v1/datasets?prefix=alloys""#,
        answers: [(200, "`{pagination, data}`.", json), (400, "The page lies beyond the end.", json), invalid],
        model: .datasetList)

    static let showing = RouteDocumentation(
        "One dataset", "What is said of it; its entries are found by searches.", parameters: [id],
        example: #"curl "$RUTILE_URL/api/v1/datasets/$RUTILE_DATASET_ID""#,
        answers: [one, absent], model: .datasetAnswer)

    static let making = RouteDocumentation(
        "Make a dataset",
        """
        `owned` datasets hold entries that the caller may edit, which name them; `foreign` ones only list entries. With a \
        `query` (as in `/entries/query`) in place of `entries` an owned dataset begins with what it finds in uploads of \
        the caller's, for which tokens of some scopes need `entries:read`; a foreign one keeps and shows the query.
        """,
        body: .json(
            .datasetRequest,
            example: .members([
                "dataset_name": .string("First set"), "dataset_type": .string("owned"),
                "entries": .list([]),
            ])),
        example: #"""
            curl -H "Authorization: Bearer $RUTILE_TOKEN" -H "Content-Type: application/json" \
                -d '{"dataset_name": "First set", "dataset_type": "owned"}' "$RUTILE_URL/api/v1/datasets"
            """#,
        answers: [one, fixed, foreign, invalid], model: .datasetAnswer)

    static let editing = RouteDocumentation(
        "Add and take out entries", "`remove` goes before `add`.", parameters: [id],
        body: .json(
            .datasetEdit,
            example: .members(["add": .list([]), "remove": .list([])])),
        example: #"""
            curl -H "Authorization: Bearer $RUTILE_TOKEN" -H "Content-Type: application/json" \
                -d "{\"add\": [\"$RUTILE_ENTRY_ID\"]}" "$RUTILE_URL/api/v1/datasets/$RUTILE_DATASET_ID/edit"
            """#,
        answers: [one, fixed, foreign, absent, invalid], model: .datasetAnswer)

    static let deleting = RouteDocumentation(
        "Delete a dataset", "Its entries stay. One with a DOI cannot be deleted.", parameters: [id],
        example: #"""
            curl -X DELETE -H "Authorization: Bearer $RUTILE_TOKEN" \
                "$RUTILE_URL/api/v1/datasets/$RUTILE_DATASET_ID"
            """#,
        answers: [one, fixed, foreign, absent], model: .datasetAnswer)
}
