import ArgumentParser
import RutileModel
import RutileSQLite
import RutileStore

/// `rutile upload`: what can be done with an upload.
struct UploadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload", abstract: "Publish uploads.", subcommands: [Publish.self])

    /// `rutile upload publish ID`
    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "publish", abstract: "Let everybody read an upload.",
            discussion: "An upload with an embargo is published too, but its data stay with its members until it ends.")

        @Argument(help: "Id of the upload.")
        var upload: String
        @OptionGroup var data: DataOption

        func run() async throws {
            do {
                let records = try SQLiteRecords(data.directory, create: false)
                let id = UploadID(upload)
                guard let record = try await records.uploads([id])[id] else {
                    throw ExitCode.after(saying: ["there is no upload \(upload)"])
                }
                guard !record.isPublished else {
                    print("\(upload) is published already")
                    return
                }
                var change = RecordChange(existing: .replace)
                change.publications = [id: .now()]
                try await records.apply(change)
                print(record.isEmbargoed ? "\(upload) is published, under embargo" : "\(upload) is published")
            } catch let error as StoreError {
                throw ExitCode.after(saying: ["\(error)"])
            }
        }
    }
}
