import RutileJSON

extension UploadRoutes {
    private static let id = RouteDocumentation.Parameter.path("upload_id", "Id of the upload.")
    private static let json = "application/json"

    private static let one = (200, "`{upload_id, data}`: the upload.", json)
    private static let hidden = (403, "The upload is there, but this caller may not do this.", json)
    private static let absent = (404, "There is no such upload.", json)
    private static let impossible = (400, "Not possible as the upload is now; `detail` says why.", json)
    private static let invalid = (422, "Parameters or the body are wrong; `detail` lists how.", json)
    private static let full = (507, "There is no space left on the server.", json)

    static let listing = RouteDocumentation(
        "My uploads",
        "Uploads in which the caller is main author, coauthor or reviewer, also by a group. Needs a login.",
        parameters: [
            .query("upload_id", "Any of these ids.", isList: true),
            .query("doi", "Any of these DOIs.", isList: true),
            .query(
                "upload_name",
                "Any of these names; also as JSON, `{\"value\": \"part\", \"type\": \"fuzzy\"}` for parts of names in any case.",
                isList: true),
            .query("is_processing", "Whether they are being processed.", type: "boolean"),
            .query("is_published", "Whether they are published.", type: "boolean"),
            .query("process_status", "`PENDING`, `RUNNING`, `SUCCESS`, `FAILURE` …"),
            .query("is_owned", "Whether the caller is the main author.", type: "boolean"),
            .query("roles", "`main_author`, `coauthor`, `reviewer`: any of them.", isList: true),
            .query("include_all", "Also those that are shared with the group `all`.", type: "boolean"),
        ] + PageParameters.all,
        example: #"curl -H "Authorization: Bearer $RUTILE_TOKEN" "$RUTILE_URL/api/v1/uploads?is_published=false""#,
        answers: [
            (200, "`{query, pagination, data}`.", json),
            (400, "The page lies beyond the end, or a name in JSON is none.", json),
            RouteDocumentation.noToken, invalid,
        ], model: .uploadList)

    static let sending = RouteDocumentation(
        "Send an upload",
        """
        The body is one file, called `file_name`, or a form (`multipart/form-data`) of files. Packed files (zip, tar, \
        tar.gz …) are unpacked, and need no name. The answer comes when all is received; then the files are processed in the background, and \
        `process_status` of the upload says how it goes: PENDING, RUNNING, SUCCESS or FAILURE, with `errors` and \
        `warnings`. Without a body the upload is empty.
        """,
        parameters: [
            .query("upload_name", "Name of the upload; by default that of its one file."),
            .query("file_name", "Name of the file that the body is; zip and tar files need none."),
            .query("auto_decompress", "Whether packed files are unpacked; by default they are.", type: "boolean"),
            .query("embargo_length", "Months of the embargo, 0 to 36.", type: "integer"),
            .query("publish_directly", "Publish it as soon as it is processed well.", type: "boolean"),
        ],
        body: .stream(["application/octet-stream", "application/zip", "multipart/form-data"], isRequired: false),
        example: #"""
            curl -H "Authorization: Bearer $RUTILE_TOKEN" -T crystals.zip -X POST \
                "$RUTILE_URL/api/v1/uploads?upload_name=Crystals&file_name=crystals.zip"
            """#,
        answers: [
            one, (400, "The author has `limits.unpublished_uploads` unpublished uploads.", json), invalid, full,
        ], model: .uploadAnswer)

    static let showing = RouteDocumentation(
        "One upload", "Also how its processing stands.", parameters: [id],
        example: #"curl "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID""#,
        answers: [one, hidden, absent], model: .uploadAnswer)

    static let deleting = RouteDocumentation(
        "Delete an upload",
        """
        With its entries and files, also while it is being processed. Its main author can delete it until it is published, \
        administrators always. The answer is the upload as it was, with `process_status` DELETED.
        """, parameters: [id],
        example: #"""
            curl -X DELETE -H "Authorization: Bearer $RUTILE_TOKEN" \
                "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID"
            """#,
        answers: [one, hidden, absent], model: .uploadAnswer)

    static let listingEntries = RouteDocumentation(
        "The entries of an upload",
        "Ordered by `mainfile`, `parser_name`, `process_status`, `current_process` or `entry_create_time`.",
        parameters: [id] + PageParameters.all,
        example: #"curl "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/entries?page_size=20""#,
        answers: [
            (200, "`{pagination, processing_successful, processing_failed, upload, data}`.", json),
            (400, "The page lies beyond the end.", json), hidden, absent, invalid,
        ], model: .entryList)

    static let showingEntry = RouteDocumentation(
        "One entry of an upload", "How it was processed. Needs a login.",
        parameters: [id, .path("entry_id", "Id of the entry.")],
        example: #"""
            curl -H "Authorization: Bearer $RUTILE_TOKEN" "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/entries/$RUTILE_ENTRY_ID"
            """#,
        answers: [(200, "`{entry_id, data}`.", json), hidden, (404, "There is no such upload or entry.", json)],
        model: .entryAnswer)

    static let editing = RouteDocumentation(
        "Edit an upload",
        """
        `metadata` changes the upload (`upload_name`, `description`, `license`, `embargo_length`, `coauthors`, \
        `coauthor_groups`, `reviewers`, `reviewer_groups`, `main_author`) and all of its entries (`datasets`, `references`); \
        `entries` changes single entries, by id or main file. With a `query` (as in `/entries/query`; `owner` is `public` \
        unless given) nothing changes but those entries of the upload that it finds, which must be some. A list is given \
        as such, or as `{"add": …, "remove": …}`; a list of datasets is added. What is null stays. Users are named by id \
        or username, datasets by id or name; a new name makes a dataset. `verify_only` changes nothing. Coauthors edit as \
        well, but only the main author and administrators say who is a coauthor or reviewer; only administrators change \
        the main author, and of what is published the licence, and the embargo other than to 0. Tokens of some scopes \
        need `uploads:publish` to end an embargo, `datasets:write` to make a dataset, and `entries:read` for a `query`.
        """,
        parameters: [id],
        body: .json(
            .uploadEdit,
            example: .members([
                "metadata": .members([
                    "upload_name": .string("Crystals"),
                    "datasets": .members(["add": .list([.string("Second set")])]),
                    "references": .members(["add": .list([.string("https://doi.org/10.1000/182")])]),
                ])
            ])),
        example: #"""
            curl -H "Authorization: Bearer $RUTILE_TOKEN" -H "Content-Type: application/json" \
                -d '{"metadata": {"upload_name": "Crystals", "datasets": {"add": ["Second set"]}}}' \
                "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/edit"
            """#,
        answers: [one, impossible, hidden, absent, invalid], model: .uploadAnswer)

    static let publishing = RouteDocumentation(
        "Publish an upload",
        "Everybody can read it from now on, or, with an embargo, when this is lifted; nothing lifts it by itself. This "
            + "cannot be taken back. Its main author and administrators can do it.",
        parameters: [
            id, .query("embargo_length", "Months of the embargo, 0 to 36.", type: "integer"),
            .query("to_central_nomad", "Refused where it is true: uploads are published here.", type: "boolean"),
        ],
        example: #"""
            curl -X POST -H "Authorization: Bearer $RUTILE_TOKEN" \
                "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/action/publish?embargo_length=0"
            """#,
        answers: [one, impossible, hidden, absent, invalid], model: .uploadAnswer)

    static let lifting = RouteDocumentation(
        "Lift an embargo", "Everybody can read the published upload from now on.", parameters: [id],
        example: #"""
            curl -X POST -H "Authorization: Bearer $RUTILE_TOKEN" \
                "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/action/lift-embargo"
            """#,
        answers: [one, impossible, hidden, absent], model: .uploadAnswer)

    static let adding = RouteDocumentation(
        "Add files to an upload",
        "Files of the same name are replaced, others stay. Received and processed as new uploads are.",
        parameters: [
            id, .query("file_name", "Name of the file that the body is; zip and tar files need none."),
            .query("auto_decompress", "Whether packed files are unpacked; by default they are.", type: "boolean"),
            .query("overwrite_if_exists", "Whether a file that is there is replaced; by default.", type: "boolean"),
        ],
        body: .stream(["application/octet-stream", "application/zip", "multipart/form-data"]),
        example: #"""
            curl -H "Authorization: Bearer $RUTILE_TOKEN" -T more.cif \
                "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/raw?file_name=more.cif"
            """#,
        answers: [
            one, impossible, hidden, absent, (409, "`overwrite_if_exists` is false, and the file is there.", json),
            invalid, full,
        ], model: .uploadAnswer)

    static let addingToFolder = RouteDocumentation(
        "Add files to a folder of an upload", adding.description,
        parameters: [id, .path("path", "The folder.")]
            + adding.parameters.dropFirst(),
        body: adding.body,
        example: #"""
            curl -H "Authorization: Bearer $RUTILE_TOKEN" -T more.cif \
                "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/raw/second/series?file_name=more.cif"
            """#,
        answers: adding.answers, model: .uploadAnswer)
}
