import NomadAPI

/// Entries, as searches find them; their archives and files.
extension APIModel {
    static let owner = Schema.choice("Whose entries.", EntriesOwner.allCases.map(\.rawValue))

    /// What answers repeat of a search before their lists.
    private static let search: [(String, Schema)] = [
        ("owner", owner), ("query", .model(query)), ("pagination", .model(pagination)),
    ]

    /// Recursive, so it names itself.
    static let query = APIModel(
        "Query",
        .object(
            "A query as it was understood: `and`, `or` or `not` of queries; a `query` for items of the section `prefix`; or a `name` with its `value`.",
            [
                "and": .list("", of: .component("Query")).optional, "or": .list("", of: .component("Query")).optional,
                "not": .component("Query").optional, "prefix": .text("The path of a section.").optional,
                "query": .component("Query").optional, "name": .text("Of a quantity.").optional,
                "value": .any("A value, `{\"any\": […]}`, `{\"all\": […]}`, `{\"none\": […]}`, or bounds.").optional,
            ]))

    static let metadataRequired = APIModel(
        "MetadataRequired",
        .object(
            "Which quantities are shown: names, or patterns with `*`.",
            ["include": .list("", of: .text()).optional, "exclude": .list("", of: .text()).optional]))

    // MARK: - What searches show

    static let entryMetadata = APIModel(
        "EntryMetadata",
        .object(
            "What is said of an entry: by its upload, its datasets and its archive. What nobody says, or what was not required, is absent.",
            with: searched,
            [
                "entry_id": .text(), "entry_create_time": .time("When it was made.").optional,
                "upload_create_time": .time("When its upload was made.").optional,
                "publish_time": .time("When its upload was published.").optional,
                "license": .text("Of its upload.").optional, "main_author": .model(entryAuthor).optional,
                "authors": .list("The main author and coauthors.", of: .model(entryAuthor)).optional,
                "coauthors": .list("", of: .model(entryAuthor)).optional,
                "reviewers": .list("", of: .model(entryAuthor)).optional,
                "viewers": .list("All users who have a role.", of: .model(entryAuthor)).optional,
                "writers": .list("The main author and coauthors.", of: .model(entryAuthor)).optional,
                "datasets": .list("", of: .model(entryDataset)).optional,
                "results": .object("As the archive has them.", [:], isOpen: true).optional,
                "optimade": .object("As the archive has it.", [:], isOpen: true).optional,
                "data": .any("Quantities of the archive's data, at their places there.").optional,
            ], isOpen: true))

    /// Quantities that can be searched for and stand at the top of what is shown.
    private static let searched: [(String, Schema)] =
        SearchQuantities.standard.all.filter { !$0.name.utf8.contains(UInt8(ascii: ".")) }
        .compactMap { quantity -> (String, Schema)? in
            let value: Schema
            switch quantity.kind {
            case .keyword, .text, .date: value = .text()
            case .integer: value = .integer()
            case .double: value = .number()
            case .boolean: value = .flag()
            case .section, .suggestion: return nil
            }
            return (quantity.name, quantity.isList ? Schema.list("", of: value).optional : value.optional)
        }

    static let entryAuthor = APIModel(
        "EntryAuthor",
        .object("A user as entries name them.", ["user_id": .text().optional, "name": .text().optional], isOpen: true))

    static let entryDataset = APIModel(
        "EntryDataset",
        .object(
            "A dataset as entries name it.",
            [
                "dataset_id": .text().optional, "dataset_name": .text().optional, "dataset_type": .text().optional,
                "doi": .text().optional, "user_id": .text("The user who made it.").optional,
                "dataset_create_time": .time("").optional, "dataset_modified_time": .time("").optional,
            ], isOpen: true))

    static let entryMetadataAnswer = APIModel(
        "EntryMetadataAnswer",
        .object(
            "What is said of one entry.",
            ["entry_id": .text(), "required": .model(metadataRequired).optional, "data": .model(entryMetadata)]))

    static let entryMetadataList = APIModel(
        "EntryMetadataList", .list("What is said of all entries that match.", of: .model(entryMetadata)))

    static let entrySearch = APIModel(
        "EntrySearch",
        .object(
            "A page of what a search finds.", with: search,
            [
                "required": .model(metadataRequired).optional,
                "aggregations": .map("Counts over all that match, by their names.", of: .model(aggregation)).optional,
                "data": .list("", of: .model(entryMetadata)),
            ]))

    // MARK: - Archives

    static let archive = APIModel(
        "Archive",
        .object(
            "An archive, or what was required of it: sections and quantities, as their definitions say.",
            ["m_ref_archives": .map("Other entries that were read, by what refers to them.", of: .any("")).optional],
            isOpen: true))

    static let entryArchive = APIModel(
        "EntryArchive",
        .object(
            "An entry with its archive.",
            ["entry_id": .text(), "upload_id": .text(), "parser_name": .text(), "archive": .model(archive)]))

    private static let required = Schema.any("What was asked for: `*`, or an object of keys.")

    static let entryArchiveAnswer = APIModel(
        "EntryArchiveAnswer",
        .object("One archive.", ["entry_id": .text(), "required": required, "data": .model(entryArchive)]))

    static let entryArchiveSearch = APIModel(
        "EntryArchiveSearch",
        .object(
            "A page of archives.", with: search,
            ["required": required, "data": .list("", of: .model(entryArchive))]))

    // MARK: - Files

    static let entryFiles = APIModel(
        "EntryFiles",
        .object(
            "The files beside the main file of an entry.",
            [
                "entry_id": .text(), "upload_id": .text(), "mainfile": .text("Its path in the upload."),
                "files": .list(
                    "", of: .object("", ["path": .text("In the upload."), "size": .integer("Bytes.")])),
            ]))

    static let entryFilesAnswer = APIModel(
        "EntryFilesAnswer", .object("The files of one entry.", ["entry_id": .text(), "data": .model(entryFiles)]))

    static let entryFilesSearch = APIModel(
        "EntryFilesSearch",
        .object(
            "A page of entries with their files.", with: search,
            ["required": .model(metadataRequired).optional, "data": .list("", of: .model(entryFiles))]))
}
