import RutileModel

/// What requests have as their bodies.
extension APIModel {
    /// Those that ask OPTIMADE's gateway; its own document says more.
    static let gatewayRequest = APIModel(
        "GatewayRequest",
        .object("What is to be made; the OpenAPI document of the gateway says more.", [:], isOpen: true))

    // MARK: - Entries

    private static let asked: [(String, Schema)] = [
        ("owner", owner.optional),
        ("query", .object("Criteria, by names of quantities; `and`, `or`, `not`.", [:], isOpen: true).optional),
        (
            "pagination",
            .object(
                "Which page; at most one of `page_after_value`, `page` and `page_offset`.",
                [
                    "page_size": .integer("10 unless given, at most 10,000; 0 only counts.").optional,
                    "order_by": .text("A quantity; `entry_id` unless given.").optional,
                    "order": .choice("", ["asc", "desc"]).optional,
                    "page_after_value": .text("`next_page_after_value` of the page before.").optional,
                    "page": .integer("From 1.").optional, "page_offset": .integer("").optional,
                ]
            ).optional
        ),
    ]

    static let entriesRequest = APIModel(
        "EntriesRequest",
        .object(
            "Which entries, and what of them.", with: asked,
            [
                "required": .model(metadataRequired).optional,
                "aggregations": .map(
                    "What is counted over all that match, by any names: `terms`, `histogram`, `statistics` …",
                    of: .object("", [:], isOpen: true)
                ).optional,
            ]))

    static let archivesRequest = APIModel(
        "ArchivesRequest",
        .object(
            "Which entries, and what of their archives.", with: asked,
            ["required": .any("`*`, `include-resolved`, or an object of keys; `*` unless given.").optional]))

    static let filesRequest = APIModel(
        "FilesRequest",
        .object(
            "Which entries, and which of their files.", with: asked,
            [
                "files": .object(
                    "All files, unless given.",
                    [
                        "include_files": .list("Names of files.", of: .text()).optional,
                        "glob_pattern": .text("A shell pattern of the end of a path.").optional,
                        "re_pattern": .text("A regular expression of any part of a path.").optional,
                        "compress": .flag("Whether they are compressed.").optional,
                    ]
                ).optional
            ]))

    static let archiveRequest = APIModel(
        "ArchiveRequest",
        .object(
            "What is wanted of an archive.",
            ["required": .any("`*`, `include-resolved`, or an object of keys; `*` unless given.").optional]))

    static let graphArchivesRequest = APIModel(
        "GraphArchivesRequest",
        .object(
            "Which entries, and what of their archives.", with: asked,
            ["required": .any("A graph request for an archive; `*` unless given.").optional]))

    static let suggestionsRequest = APIModel(
        "SuggestionsRequest",
        .object(
            "What was typed, and where.",
            [
                "input": .text("A part of the values; with an empty text the most frequent ones are found."),
                "quantities": .list(
                    "", of: .object("", ["name": .text(), "size": .integer("Values; 5 unless given.").optional])),
            ]))

    // MARK: - Uploads, datasets, groups

    static let uploadEdit = APIModel(
        "UploadEdit",
        .object(
            "What is to change of an upload and of its entries; what is absent stays.",
            [
                "metadata": .object(
                    "What changes of the upload, and of all of its entries.", with: links,
                    [
                        "upload_name": .text("Empty for none.").optional,
                        "description": .text("Empty for none.").optional, "license": .text().optional,
                        "main_author": .text("Id or username.").optional,
                        "embargo_length": .integer("Months, 0 to 36.").optional,
                        "coauthors": listEdit("Ids or usernames."), "coauthor_groups": listEdit("Ids."),
                        "reviewers": listEdit("Ids or usernames."),
                        "reviewer_groups": listEdit("Ids; `all` is everybody."),
                    ]
                ).optional,
                "entries": .map(
                    "What changes of single entries, by id or main file.", of: .object("", with: links, [:])
                ).optional,
                "query": .object(
                    "Finds the entries that change, as in `/entries/query`. Without it, and where it is empty, all may.",
                    [:], isOpen: true
                ).optional,
                "owner": owner.optional,
                "entries_key": .choice("Understood; entries are found by both.", ["entry_id", "mainfile"]).optional,
                "verify_only": .flag("Whether nothing is changed, and only faults are told.").optional,
            ]))

    private static let links: [(String, Schema)] = [
        ("datasets", listEdit("Ids or names; a new name makes a dataset. A list is added.", canBeSet: false)),
        ("references", listEdit("Addresses or DOIs.")),
    ]

    /// How a list changes: what it is from now on, or what is added and removed.
    private static func listEdit(_ meaning: String, canBeSet: Bool = true) -> Schema {
        let texts = Schema.either("", [.list("", of: .text()), .text()]).optional
        let parts: [(String, Schema)] = canBeSet ? [("set", texts)] : []
        let change = Schema.object("", with: parts, ["add": texts, "remove": texts])
        return .either(meaning, [.list("", of: .text()), .text(), change]).optional
    }

    static let datasetRequest = APIModel(
        "DatasetRequest",
        .object(
            "A new dataset.",
            [
                "dataset_name": .text(),
                "dataset_type": .choice("`owned` unless given.", ["owned", "foreign"]).optional,
                "entries": .list("Ids.", of: .text()).optional,
                "query": .object(
                    "Finds the entries, as in `/entries/query` with the owner `user`, where `entries` is absent.", [:],
                    isOpen: true
                ).optional,
            ]))

    static let datasetEdit = APIModel(
        "DatasetEdit",
        .object(
            "Ids of entries; `remove` goes first.",
            ["add": .list("", of: .text()).optional, "remove": .list("", of: .text()).optional]))

    static let groupRequest = APIModel(
        "GroupRequest",
        .object(
            "A group as it is to be; what is absent stays. Either `members_info` or `members`.",
            [
                "group_name": .text().optional, "description": .text().optional,
                "members_info": .list(
                    "All members, the owner included.",
                    of: .object(
                        "",
                        [
                            "user_id": .text(),
                            "role": .choice("`member` unless given.", GroupRecord.Role.allCases.map(\.rawValue))
                                .optional,
                        ])
                ).optional,
                "members": .list("All members; who is new becomes a `member`.", of: .text()).optional,
            ]))
}
