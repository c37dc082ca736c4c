import Glibc
package import RutileModel
package import RutileStore

/// What is to be imported, and as what.
package struct ImportRequest: Sendable {
    /// Folders, zip and tar files, and single files. Without ``upload`` and ``uploadName`` each is an upload of its own.
    package var paths: [String]
    /// The upload to import into. It is made under this id where it does not exist, unless the files were sent, or the
    /// id is not one that uploads have (``UploadID/isWellFormed``).
    package var upload: UploadID?
    /// The upload's name; by default that of the path.
    package var uploadName: String?
    /// Id or name of the author; by default the user ``localAuthor``, who is made on first use.
    package var author: String?
    /// Whether the upload is published afterwards.
    package var publishes: Bool
    /// Whether one bad file keeps everything from being imported.
    package var isStrict: Bool
    /// The folder of the upload that the files are put in; empty for the upload itself.
    package var folder: String
    /// Whether packed files are unpacked; else they become raw files as they are.
    package var unpacks = true
    /// Files and folders of ``upload`` that go, with what is in them and the entries that were made of it; the empty path is
    /// all of it.
    package var removals: [String] = []
    /// Whether the files come from somebody who may not touch more than ``upload``: it has to exist, and entries of
    /// archive files get ids of its own, since those that they state may belong to others.
    package var isSent: Bool
    /// Adds to the change of an upload what is to happen with it, also where nothing of the upload changes otherwise.
    package var conclude: (@Sendable (ImportReport, inout RecordChange) -> Void)?

    /// Imports `paths` with all defaults.
    package init(paths: [String]) {
        self.paths = paths
        upload = nil
        uploadName = nil
        author = nil
        publishes = false
        isStrict = false
        folder = ""
        isSent = false
    }

    /// Who imports where nobody is named.
    package static let localAuthor = UserID("local")
}

/// Why nothing was imported.
package enum ImportError: Error, Hashable, Sendable {
    /// A path leads nowhere, or to what is neither a file nor a folder.
    case noSuchPath(String)
    /// Nobody has this id or name.
    case noSuchAuthor(String)
    /// The author has no right to change this upload.
    case notTheAuthor(UploadID, author: UserID)
    /// An upload's id that can be no folder.
    case unsafeUpload(String)
    /// There is no upload of this id, and a new one cannot have it.
    case noSuchUpload(UploadID)
    /// Two paths would become one upload, and the second replace the first.
    case sameUpload(UploadID, first: String, second: String)
    /// Two paths hold a file for the same place of the upload.
    case sameMainfile(String, first: String, second: String)
    /// The files of a NOMAD upload do not agree on its id.
    case severalUploads(String)
    /// A file cannot be read or written.
    case file(String, reason: String)
    /// A file of ours cannot be written since the medium is full.
    case full(String)
    /// An other import into the same upload is at work.
    case busy(UploadID)
}

extension ImportError {
    /// The last call of the system failed at our file `path`.
    static func failed(_ path: String) -> ImportError {
        FileTree.isFull(errno) ? .full(path) : .file(path, reason: lastError())
    }
}

extension ImportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noSuchPath(let path): "\(path): no such file or folder"
        case .noSuchAuthor(let author): "there is no user '\(author)'"
        case .notTheAuthor(let upload, let author):
            "\(author) is neither the author nor a coauthor of the upload \(upload)"
        case .unsafeUpload(let id): "'\(id)' cannot be the id of an upload"
        case .noSuchUpload(let id):
            "there is no upload '\(id)', and the id of a new one has 22 letters, digits, '-' and '_'"
        case .sameUpload(let upload, let first, let second):
            """
            \(first) and \(second) would both be the upload \(upload), and the second replace the first: name one \
            upload for both with --upload-name, or import each under a name of its own
            """
        case .sameMainfile(let path, let first, let second):
            "\(first) and \(second) both hold '\(path)': one upload cannot have it twice"
        case .severalUploads(let path):
            """
            \(path): its archives belong to several uploads: bring all of them into one with --upload ID, or the archives \
            of each in a file of their own
            """
        case .file(let path, let reason): "\(path): \(reason)"
        case .full(let path): "\(path): the medium is full"
        case .busy(let upload): "another import into the upload \(upload) is at work"
        }
    }
}
