import RutileJSON
package import RutileModel
import RutileStore

/// The folder in which files that were sent for an upload wait until they are imported.
///
///     incoming/<token>.tmp/       being received; swept when nobody writes
///     incoming/<upload id>/       received: the upload's record says that something is to be made of it
///         job.json                what
///         files/<name>            the files as they were sent
struct IncomingFolder: Sendable {
    let path: String

    /// The folder of what was received for `upload`.
    init(of upload: UploadID, in directory: DataDirectory) {
        path = directory.incoming + "/" + upload.text
    }

    /// A new folder to receive into.
    init(newIn directory: DataDirectory) {
        path = directory.incoming + "/" + RandomText.id() + DataDirectory.stagingSuffix
    }

    var files: String { path + "/files" }
    var job: String { path + "/job.json" }
}

/// What is to be made of files that were sent for an upload.
package struct UploadJob: Hashable, Sendable {
    package let upload: UploadID
    /// The files, where they lie.
    package let paths: [String]
    /// The folder of the upload that they, or what is packed in them, are put in; empty for the upload itself.
    package let folder: String
    /// Whether packed files are unpacked; else they stay as they are.
    package let unpacks: Bool
    /// Files and folders of the upload that go, with what is in them; the empty path is all of it.
    package let removals: [String]
    /// Whether the upload is published if its entries are well.
    package let publishes: Bool

    /// The job as it is kept in its folder.
    var json: Value {
        .members([
            "files": .list(
                paths.map { .string(String($0.utf8.dropFirst(FileTree.parent(of: $0).utf8.count + 1)) ?? "") }),
            "folder": .string(folder), "unpack": .bool(unpacks), "remove": .list(removals.map(Value.string)),
            "publish": .bool(publishes),
        ])
    }

    /// A job for files that are known by their names.
    init(
        upload: UploadID, names: [String], folder: String = "", unpacks: Bool = true, removals: [String] = [],
        publishes: Bool = false, in directory: DataDirectory
    ) {
        self.upload = upload
        self.folder = folder
        self.unpacks = unpacks
        self.removals = removals
        self.publishes = publishes
        let files = IncomingFolder(of: upload, in: directory).files
        paths = names.map { files + "/" + $0 }
    }

    /// The job that waits for `upload`; `nil` where none does.
    ///
    /// - Throws: `StoreError`, where its folder cannot be read.
    init?(waitingFor upload: UploadID, in directory: DataDirectory) throws(StoreError) {
        let folder = IncomingFolder(of: upload, in: directory)
        guard FileTree.kind(of: folder.job) == .file else { return nil }
        guard let json = try? Value(json: FileTree.read(folder.job), limits: .file, nonFinite: .refuse),
            let names = json["files"]?.items
        else { throw .medium("\(folder.job) is damaged") }
        self.init(
            upload: upload, names: names.compactMap(\.text), folder: json["folder"]?.text ?? "",
            unpacks: json["unpack"]?.bool ?? true, removals: (json["remove"]?.items ?? []).compactMap(\.text),
            publishes: json["publish"]?.bool ?? false, in: directory)
    }
}
