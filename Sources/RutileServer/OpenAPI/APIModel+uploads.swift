import RutileModel

/// Uploads, with their entries and files as those who bring them see them; datasets.
extension APIModel {
    /// How a process of an upload or entry stands.
    private static let process: [(String, Schema)] = [
        ("process_running", .flag("Whether it is being processed, or waits for it.")),
        ("current_process", .text("The process that ran last, or runs.").optional),
        ("process_status", .choice("How that stands.", ProcessStatus.allCases.map(\.rawValue))),
        ("last_status_message", .text().optional),
        ("errors", .list("What could not be read, and why.", of: .text())),
        ("warnings", .list("", of: .text())),
        ("complete_time", .time("When the last process ended.").optional),
    ]

    static let upload = APIModel(
        "Upload",
        .object(
            "An upload. Users and groups are named by their ids.", with: process,
            [
                "upload_id": .text(), "upload_name": .text().optional,
                "upload_create_time": .time("When it was made."), "description": .text().optional,
                "main_author": .text("The user whose upload it is."), "coauthors": .list("", of: .text()),
                "coauthor_groups": .list("", of: .text()), "reviewers": .list("", of: .text()),
                "reviewer_groups": .list("With `all`, everybody may read it.", of: .text()),
                "writers": .list("The main author and coauthors.", of: .text()),
                "writer_groups": .list("", of: .text()),
                "viewers": .list("All users who have a role.", of: .text()),
                "viewer_groups": .list("All groups that have a role.", of: .text()),
                "published": .flag("Whether it is published, with or without embargo."),
                "published_to": .list("Other installations.", of: .text()),
                "publish_time": .time("When it was published.").optional,
                "with_embargo": .flag("Whether only those who have a role may read its data."),
                "embargo_length": .integer("Months of the embargo; 0 for none."),
                "license": .text("Empty where nobody has stated one."),
                "doi": .any("The DOI's own document.").optional,
                "entries": .integer("How many entries it has."),
                "processing_successful": .integer("How many of them were read."),
                "processing_failed": .integer("How many of them could not be read."),
            ]))

    static let uploadAnswer = APIModel(
        "UploadAnswer", .object("One upload.", ["upload_id": .text(), "data": .model(upload)]))

    static let uploadList = APIModel(
        "UploadList",
        .object(
            "A page of uploads.",
            [
                "query": .object(
                    "The criteria.",
                    [
                        "upload_id": .list("", of: .text()).optional, "doi": .list("", of: .text()).optional,
                        "upload_name": .list("", of: .text()).optional, "roles": .list("", of: .text()).optional,
                        "is_processing": .flag().optional, "is_published": .flag().optional,
                        "process_status": .text().optional, "is_owned": .flag().optional,
                    ]),
                "pagination": .model(pagination), "data": .list("", of: .model(upload)),
            ]))

    static let entry = APIModel(
        "Entry",
        .object(
            "An entry of an upload, and how it was processed.", with: process,
            [
                "entry_id": .text(), "upload_id": .text(), "entry_create_time": .time("When it was made."),
                "mainfile": .text("The file that it was made of, as its path in the upload."),
                "mainfile_key": .text("The block, frame or line of a file of several entries.").optional,
                "parser_name": .text("What read the file."),
            ]))

    static let entryAnswer = APIModel(
        "EntryAnswer", .object("One entry of an upload.", ["entry_id": .text(), "data": .model(entry)]))

    static let entryList = APIModel(
        "EntryList",
        .object(
            "A page of the entries of an upload.",
            [
                "pagination": .model(pagination),
                "processing_successful": .integer("How many entries of the upload were read."),
                "processing_failed": .integer("How many could not be read."), "upload": .model(upload),
                "data": .list("", of: .model(entry)),
            ]))

    // MARK: - Raw files

    private static let item: [(String, Schema)] = [
        ("name", .text("The last part of its path; empty for the top folder.")),
        ("size", .integer("Bytes, of a folder those of all files in it; absent where these are very many.").optional),
        ("entry_id", .text("The entry of a main file, where it was asked for.").optional),
        ("parser_name", .text("What read that file.").optional),
    ]

    static let rawItem = APIModel(
        "RawItem", .object("A file or folder.", with: item, ["is_file": .flag("False for a folder.")]))

    static let rawDirectory = APIModel(
        "RawDirectory",
        .object(
            "What is said of a folder, or of a file.",
            [
                "path": .text("From the top of the upload; empty for the upload's own folder."),
                "access": .choice("Who may read it.", ["unpublished", "embargoed", "public"]),
                "directory_metadata": .object(
                    "Of a folder.", with: item, ["content": .list("What is in it, page by page.", of: .model(rawItem))]
                ).optional,
                "file_metadata": .object("Of a file.", with: item, [:]).optional,
                "pagination": .model(pagination).optional,
            ]))

    // MARK: - Datasets

    static let dataset = APIModel(
        "Dataset",
        .object(
            "A named selection of entries; these are found by searches.",
            [
                "dataset_id": .text(), "dataset_name": .text(), "user_id": .text("The user who made it."),
                "doi": .text().optional, "pid": .text("An identifier of old.").optional,
                "dataset_create_time": .time("When it was made.").optional,
                "dataset_modified_time": .time("When it was changed.").optional,
                "dataset_type": .text("`owned` or `foreign`."),
                "query": .object("What finds its entries, where it says so.", [:], isOpen: true).optional,
            ]))

    static let datasetAnswer = APIModel(
        "DatasetAnswer", .object("One dataset.", ["dataset_id": .text(), "data": .model(dataset)]))

    static let datasetList = APIModel(
        "DatasetList",
        .object(
            "A page of datasets.", ["pagination": .model(pagination), "data": .list("", of: .model(dataset))]))
}
