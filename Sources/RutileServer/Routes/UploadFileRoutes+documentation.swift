import RutileJSON

extension UploadFileRoutes {
    private static let id = RouteDocumentation.Parameter.path("upload_id", "Id of the upload.")
    private static let path = RouteDocumentation.Parameter.path("path", "Path of a file or folder.")
    private static let json = "application/json"

    private static let hidden = (403, "The upload is there, but this caller may not do this.", json)
    private static let absent = (404, "There is no such upload, file or folder.", json)
    private static let impossible = (400, "Not possible as the upload is now; `detail` says why.", json)
    private static let invalid = (422, "Parameters are wrong; `detail` lists how.", json)

    private static let selection: [RouteDocumentation.Parameter] = [
        .query("compress", "Whether files are compressed; then a file comes as a zip file, too.", type: "boolean"),
        .query("include_files", "Names of files of a folder.", isList: true),
        .query("glob_pattern", "A shell pattern of the end of a path."),
        .query("re_pattern", "A regular expression of any part of a path."),
    ]

    static let downloadingAll = RouteDocumentation(
        "Download the files of an upload", "A zip file of all raw files.", parameters: [id] + selection,
        example: #"""
            curl -sOJ -H "Authorization: Bearer $RUTILE_TOKEN" "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/raw"
            """#,
        answers: [(200, "The zip file.", "application/zip"), hidden, absent, invalid])

    static let downloading = RouteDocumentation(
        "Download a file or folder of an upload",
        "A file as it is, or a part of it; a folder as a zip file of all that is in it, with paths from there on.",
        parameters: [
            id, path, .query("offset", "Bytes of a file that are passed over.", type: "integer"),
            .query("length", "Bytes of a file that are sent at most; -1 for all.", type: "integer"),
            .query("decompress", "Whether a compressed file is unpacked.", type: "boolean"),
            .query("ignore_mime_type", "Nothing: all files come as `application/octet-stream`.", type: "boolean"),
        ] + selection,
        example: #"""
            curl -s -H "Authorization: Bearer $RUTILE_TOKEN" "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/raw/notes.txt"
            """#,
        answers: [
            (200, "The bytes of the file, or the zip file.", "application/octet-stream"),
            (200, "The zip file.", "application/zip"),
            (400, "`offset` or `length` with `compress`.", json), hidden, absent, invalid,
        ])

    static let removing = RouteDocumentation(
        "Remove a file or folder from an upload",
        """
        With the entries that were made of it. This happens in the background, as the import of files that are sent does, \
        and `process_status` of the upload says how it goes. Whoever may add files may remove them.
        """,
        parameters: [id, path],
        example: #"""
            curl -X DELETE -H "Authorization: Bearer $RUTILE_TOKEN" \
                "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/raw/series/POSCAR"
            """#,
        answers: [(200, "`{upload_id, data}`: the upload.", json), impossible, hidden, absent, invalid],
        model: .uploadAnswer)

    static let removingAll = RouteDocumentation(
        "Remove all files from an upload", removing.description, parameters: [id],
        example: #"""
            curl -X DELETE -H "Authorization: Bearer $RUTILE_TOKEN" "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/raw/"
            """#,
        answers: removing.answers, model: .uploadAnswer)

    static let listing = RouteDocumentation(
        "List a folder of an upload",
        """
        Names and sizes of what is in it, page by page, folders first, by name; that of a folder is of all files in it. Of \
        a file, its own.
        """,
        parameters: [id, path] + listingParameters,
        example: #"curl -s "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/rawdir/series?page_size=100""#,
        answers: [
            (200, "`{path, access, directory_metadata, pagination}`, or `file_metadata` for a file.", json),
            (400, "The page lies beyond the end.", json), hidden, absent, invalid,
        ], model: .rawDirectory)

    static let listingAll = RouteDocumentation(
        "List the top folder of an upload", listing.description, parameters: [id] + listingParameters,
        example: #"curl -s "$RUTILE_URL/api/v1/uploads/$RUTILE_UPLOAD_ID/rawdir?include_entry_info=true""#,
        answers: listing.answers, model: .rawDirectory)

    private static let listingParameters: [RouteDocumentation.Parameter] =
        [.query("include_entry_info", "Whether the entries of main files are named.", type: "boolean")]
        + PageParameters.all.filter { $0.name != "order_by" }
}
