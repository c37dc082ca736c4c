import RutileJSON

extension EntryFileRoutes {
    static let downloadingArchives = RouteDocumentation(
        "Download archives",
        """
        A zip file of the archives of all entries that match, however many: `<upload id>/<entry id>.json` each, and \
        `manifest.json`. `required` says what is wanted of each.
        """,
        body: EntriesRoutes.question(.archivesRequest, ["required": .string("*")]),
        example: #"""
            curl -s "$RUTILE_URL/api/v1/entries/archive/download/query" -H "Content-Type: application/json" \
              -o archives.zip -d '{"query": {"results.material.elements": ["Ti"]}}'
            """#,
        answers: zipAnswers)

    static let downloadingArchivesByParameters = RouteDocumentation(
        "Download whole archives, by parameters", "As `POST /entries/archive/download/query`.",
        parameters: EntriesRoutes.entriesParameters,
        example: #"curl -sOJ "$RUTILE_URL/api/v1/entries/archive/download?results.material.elements=Ti""#,
        answers: zipAnswers)

    static let downloadingFiles = RouteDocumentation(
        "Download raw files",
        """
        A zip file of the files beside the main file of each entry that matches, `<upload id>/<path>`, each once, and \
        `manifest.json`. `files` says which: `include_files` (names), else `glob_pattern` (of the end of a path) and \
        `re_pattern` (of any part of it); with `compress` they are compressed.
        """,
        body: EntriesRoutes.question(.filesRequest, ["files": .members(["glob_pattern": .string("*.xml")])]),
        example: #"""
            curl -s "$RUTILE_URL/api/v1/entries/raw/query" -H "Content-Type: application/json" \
              -o files.zip -d '{"query": {"results.material.elements": ["Ti"]}}'
            """#,
        answers: zipAnswers)

    static let downloadingFilesByParameters = RouteDocumentation(
        "Download raw files, by parameters", "As `POST /entries/raw/query`.",
        parameters: EntriesRoutes.entriesParameters + filesParameters,
        example: #"curl -sOJ "$RUTILE_URL/api/v1/entries/raw?results.material.elements=Ti""#, answers: zipAnswers)

    static let downloadingFilesOfEntry = RouteDocumentation(
        "Download the raw files of an entry", "A zip file of the files beside its main file.",
        parameters: [EntriesRoutes.entryParameter] + filesParameters,
        example: #"curl -sOJ "$RUTILE_URL/api/v1/entries/$RUTILE_ENTRY_ID/raw""#,
        answers: [zipAnswers[0]] + missing)

    static let downloadingFile = RouteDocumentation(
        "Download a raw file", "The path is seen from the folder of the entry's main file, and has its slashes.",
        parameters: [
            EntriesRoutes.entryParameter, .path("path", "Path of the file."),
            .query("offset", "Bytes that are passed over.", type: "integer"),
            .query("length", "Bytes that are sent at most; -1 for all.", type: "integer"),
            .query("decompress", "Whether a compressed file is unpacked.", type: "boolean"),
        ],
        example: #"curl -s "$RUTILE_URL/api/v1/entries/$RUTILE_ENTRY_ID/raw/vasp.xml""#,
        answers: [(200, "Its bytes.", "application/octet-stream")] + missing)

    static let queryingFolders = RouteDocumentation(
        "List raw files", "Paths and sizes of the files beside the main file of each entry of a page.",
        body: EntriesRoutes.question(.entriesRequest, [:]),
        example: #"""
            curl -s "$RUTILE_URL/api/v1/entries/rawdir/query" -H "Content-Type: application/json" -d '{}'
            """#,
        answers: EntriesRoutes.pageAnswers, model: .entryFilesSearch)

    static let listingFolders = RouteDocumentation(
        "List raw files, by parameters", "As `POST /entries/rawdir/query`.",
        parameters: EntriesRoutes.questionParameters,
        example: #"curl -s "$RUTILE_URL/api/v1/entries/rawdir?page_size=2""#, answers: EntriesRoutes.pageAnswers,
        model: .entryFilesSearch)

    static let showingFolder = RouteDocumentation(
        "List the raw files of an entry", "Paths and sizes of the files beside its main file.",
        parameters: [EntriesRoutes.entryParameter],
        example: #"curl -s "$RUTILE_URL/api/v1/entries/$RUTILE_ENTRY_ID/rawdir""#,
        answers: [(200, "The files.", "application/json")] + missing, model: .entryFilesAnswer)

    static let exporting = RouteDocumentation(
        "Export what is said of entries",
        """
        Of all entries that match, however many: as a list of JSON objects where the request's header `Content-Type` is \
        `application/json`, as a table where it is `text/csv`.
        """,
        parameters: EntriesRoutes.entriesParameters + EntriesRoutes.selectionParameters,
        example: #"""
            curl -s "$RUTILE_URL/api/v1/entries/export?include=entry_id&include=mainfile" -H "Content-Type: text/csv"
            """#,
        answers: [
            (200, "The list, or the table.", "application/json"), (200, "The table.", "text/csv"),
            (415, "Another `Content-Type`.", "application/json"),
        ] + EntriesRoutes.pageAnswers.dropFirst(), model: .entryMetadataList)

    private static let filesParameters: [RouteDocumentation.Parameter] = [
        .query("include_files", "Names of files.", isList: true),
        .query("glob_pattern", "A shell pattern of the end of a path."),
        .query("re_pattern", "A regular expression of any part of a path."),
        .query("compress", "Whether they are compressed.", type: "boolean"),
    ]

    private static let zipAnswers: [(status: Int, meaning: String, contentType: String)] =
        [(200, "The zip file.", "application/zip")] + EntriesRoutes.pageAnswers.dropFirst()

    private static let missing: [(status: Int, meaning: String, contentType: String)] = [
        (404, "There is no such entry or file, or the caller may not know of it.", "application/json")
    ]
}
