import ArgumentParser
import RutileCuration
import RutileModel

/// Users and groups that a command names as members of an upload.
struct MemberOptions: ParsableArguments {
    @Option(help: "A coauthor, by id or username. May be repeated.")
    var coauthor: [String] = []
    @Option(help: "A group of coauthors, by id. May be repeated.")
    var coauthorGroup: [String] = []
    @Option(help: "A reviewer, who may read it before it is published, by id or username. May be repeated.")
    var reviewer: [String] = []
    @Option(help: "A group of reviewers, by id; “all” is everybody. May be repeated.")
    var reviewerGroup: [String] = []

    func validate() throws {
        if (coauthor + coauthorGroup + reviewer + reviewerGroup).isEmpty {
            throw ValidationError("Name at least one coauthor, reviewer or group.")
        }
    }

    /// An edit in which each list changes by `change` of what is named.
    func edit(_ change: ([String]) -> UploadEdit.ListEdit) -> UploadEdit {
        var edit = UploadEdit()
        if !coauthor.isEmpty { edit.coauthors = change(coauthor) }
        if !coauthorGroup.isEmpty { edit.coauthorGroups = change(coauthorGroup) }
        if !reviewer.isEmpty { edit.reviewers = change(reviewer) }
        if !reviewerGroup.isEmpty { edit.reviewerGroups = change(reviewerGroup) }
        return edit
    }
}

/// An upload and who is to be let in or out.
struct SharingOptions: ParsableArguments {
    @Argument(help: "Id of the upload.")
    var upload: String
    @OptionGroup var members: MemberOptions
    @OptionGroup var data: DataOption

    /// Changes each list of members by `change`, and says that the upload is `done`.
    func run(_ done: String, _ change: ([String]) -> UploadEdit.ListEdit) async throws {
        let edit = members.edit(change)
        try await Curating.run(in: data, create: false) { curation, _ in
            _ = try await curation.edit(UploadID(upload), edit, as: .operator)
            print("\(upload) is \(done)".visible)
        }
    }
}

extension UploadCommand {
    /// `rutile upload share ID`
    struct Share: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "share", abstract: "Let others write to an upload (coauthors) or read it (reviewers).")

        @OptionGroup var sharing: SharingOptions

        func run() async throws {
            try await sharing.run("shared") { UploadEdit.ListEdit(added: $0) }
        }
    }

    /// `rutile upload unshare ID`
    struct Unshare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unshare", abstract: "Take coauthors and reviewers off an upload.")

        @OptionGroup var sharing: SharingOptions

        func run() async throws {
            try await sharing.run("no longer shared with them") { UploadEdit.ListEdit(removed: $0) }
        }
    }

    /// `rutile upload edit ID`
    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Change what is said of an upload.")

        @Argument(help: "Id of the upload.")
        var upload: String
        @Option(help: "Its name; the empty text takes it away.")
        var name: String?
        @Option(help: "What it is; the empty text takes it away.")
        var description: String?
        @Option(help: "Its licence.")
        var license: String?
        @Option(help: ArgumentHelp("How long its data stay with its members, 0 to 36.", valueName: "months"))
        var embargo: Int?
        @Option(help: "Who owns it, by id or username.")
        var mainAuthor: String?
        @OptionGroup var data: DataOption

        func validate() throws {
            if name == nil, description == nil, license == nil, embargo == nil, mainAuthor == nil {
                throw ValidationError("Say what to change.")
            }
        }

        func run() async throws {
            try await Curating.run(in: data, create: false) { curation, _ in
                var edit = UploadEdit()
                edit.name = name
                edit.description = description
                edit.license = license
                edit.embargo = embargo
                edit.mainAuthor = mainAuthor
                _ = try await curation.edit(UploadID(upload), edit, as: .operator)
                print("\(upload) is changed".visible)
            }
        }
    }
}
