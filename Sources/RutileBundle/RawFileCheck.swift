import RutileJSON
import RutileModel
import RutileStore

/// Finds main files that an upload does not have any more.
///
/// Imports keep the files that entries were made of, and such entries have a digest (``SourceDigest``). Bundles need not
/// bring files.
struct RawFileCheck {
    private let upload: UploadID
    private let folder: String
    /// How many entries miss each main file.
    private var missing: [UTF8Key: Int] = [:]
    /// The main file that was last looked for: entries of one file follow each other.
    private var last: (mainfile: UTF8Key, isThere: Bool)?

    init(_ upload: UploadID, _ directory: DataDirectory) {
        self.upload = upload
        folder = directory.rawFolder(of: upload)
    }

    /// Takes `entry` into account.
    mutating func take(_ entry: EntryRecord) {
        guard let digest = entry.sourceDigest, SourceDigest.keepsMainfile(digest) else { return }
        let key = UTF8Key(entry.mainfile)
        if last?.mainfile != key {
            let isSafe = DataDirectory.isSafePath(entry.mainfile)
            last = (key, isSafe && FileTree.kind(of: folder + "/" + entry.mainfile) == .file)
        }
        if last?.isThere == false { missing[key, default: 0] += 1 }
    }

    /// What is wrong, in the order of the paths.
    var problems: [String] {
        missing.sorted { $0.key < $1.key }.map { mainfile, count in
            let entries = count == 1 ? "an entry" : "\(count) entries"
            return "upload \(upload): the main file \(mainfile.string) of \(entries) is missing"
        }
    }
}
