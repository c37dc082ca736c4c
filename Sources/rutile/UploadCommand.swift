import ArgumentParser
import RutileCuration
import RutileJSON
import RutileModel
import RutileSQLite
import RutileStore

/// `rutile upload`: what can be done with uploads.
struct UploadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload", abstract: "List, publish, share, edit and delete uploads.",
        discussion: "Whoever may write to the data directory may do all of this, as an administrator.",
        subcommands: [
            List.self, Show.self, Publish.self, LiftEmbargo.self, Share.self, Unshare.self, Edit.self, Delete.self,
        ])

    /// `rutile upload list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List uploads, the oldest first.")

        @Option(help: "Only those of this user, by id or username.")
        var author: String?
        @Flag(help: "Only those that are not published.")
        var unpublished = false
        @Flag(help: "Print a JSON list.")
        var json = false
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { curation, records in
                var uploads = try await records.snapshot().allUploads()
                if let author {
                    let id = try await records.userID(author)
                    uploads = uploads.filter { $0.mainAuthor == id }
                }
                if unpublished { uploads = uploads.filter { !$0.isPublished } }
                uploads.sort { ($0.createTime.microseconds, $0.id) < ($1.createTime.microseconds, $1.id) }
                let counts = try await records.entryCounts(Set(uploads.map(\.id)))
                let views = uploads.map { UploadView(upload: $0, counts: counts[$0.id] ?? EntryCounts()) }
                if json { return Curating.print(.list(views.map(\.json))) }
                for view in views { print(view.line.visible) }
            }
        }
    }

    /// `rutile upload show ID`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show an upload.")

        @Argument(help: "Id of the upload.")
        var upload: String
        @Flag(help: "Print a JSON object.")
        var json = false
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { curation, _ in
                let view = try await curation.upload(UploadID(upload), as: .operator)
                if json { return Curating.print(view.json) }
                for (name, value) in view.json.object?.members ?? ObjectValue().members {
                    let text = value.text ?? value.items?.compactMap(\.text).joined(separator: ", ")
                    print("\(name): \(text ?? String(decoding: value.json(), as: UTF8.self))".visible)
                }
            }
        }
    }

    /// `rutile upload publish ID`
    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "publish", abstract: "Let everybody read an upload.",
            discussion: """
                An upload with an embargo is published too, but its data stay with its members until “rutile upload \
                lift-embargo” ends it.
                """)

        @Argument(help: "Id of the upload.")
        var upload: String
        @Option(help: ArgumentHelp("How long its data are to stay with its members, 0 to 36.", valueName: "months"))
        var embargo: Int?
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { curation, _ in
                do {
                    let view = try await curation.publish(UploadID(upload), embargo: embargo, as: .operator)
                    print("\(upload) is published\(view.upload.isEmbargoed ? ", under embargo" : "")".visible)
                } catch CurationError.alreadyPublished where embargo == nil {
                    print("\(upload) is published already".visible)
                }
            }
        }
    }

    /// `rutile upload lift-embargo ID`, `rutile upload lift-embargo --expired`
    struct LiftEmbargo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lift-embargo", abstract: "End the embargo of a published upload, or all that are over.",
            discussion: "No embargo ends by itself: run this with --expired now and then, for example every day.")

        @Argument(help: "Id of the upload.")
        var upload: String?
        @Flag(help: "End all embargoes that have lasted their months since publication.")
        var expired = false
        @OptionGroup var data: DataOption

        func validate() throws {
            if (upload == nil) != expired { throw ValidationError("Name an upload, or say --expired.") }
        }

        func run() async throws {
            try await Curating.run(in: data, create: false) { curation, _ in
                var lifted: [UploadID] = []
                if let upload {
                    lifted = [try await curation.liftEmbargo(UploadID(upload), as: .operator).upload.id]
                } else {
                    lifted = try await curation.liftExpiredEmbargoes(as: .operator)
                }
                for upload in lifted { print("everybody can read \(upload)".visible) }
            }
        }
    }

    /// `rutile upload delete ID`
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete an upload with its entries and files, published or not.")

        @Argument(help: "Id of the upload.")
        var upload: String
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { curation, _ in
                let view = try await curation.delete(UploadID(upload), as: .operator)
                print("\(upload) is deleted, with \(view.counts.total) entries".visible)
            }
        }
    }
}

extension UploadView {
    /// The upload in one line: id, status, publication, number of entries, author, name.
    fileprivate var line: String {
        let publication = upload.isPublished ? (upload.isEmbargoed ? "embargoed" : "published") : "unpublished"
        let fields = [
            upload.id.text, upload.process.status.rawValue, publication, "\(counts.total) entries",
            upload.mainAuthor.text, upload.name ?? "",
        ]
        return fields.joined(separator: "  ")
    }
}
