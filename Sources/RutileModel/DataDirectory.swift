/// The paths of a data directory. Pure: it neither reads nor makes any of them.
///
///     rutile.sqlite                                  records
///     uploads/<2 characters>/<upload id>/raw/…       raw files as given
///     uploads/<2 characters>/<upload id>/archive/*.msg   archive segments
///     incoming/<upload id>/…                         files that were sent and are to be imported
package struct DataDirectory: Hashable, Sendable {
    /// The directory itself.
    package let root: String

    /// The data directory at `root`.
    package init(_ root: String) { self.root = root }

    /// The SQLite file with all records.
    package var records: String { root + "/rutile.sqlite" }
    /// The folder that holds all uploads.
    package var uploads: String { root + "/uploads" }
    /// The folder of what was sent for uploads and is still to be imported.
    package var incoming: String { root + "/incoming" }
    /// The folder of one upload.
    package func folder(of upload: UploadID) -> String {
        uploads + "/" + String(upload.text.prefix(2)) + "/" + upload.text
    }
    /// Raw files of one upload.
    package func rawFolder(of upload: UploadID) -> String { folder(of: upload) + "/raw" }
    /// Archive segments of one upload.
    package func archiveFolder(of upload: UploadID) -> String { folder(of: upload) + "/archive" }
    /// The file of the segment that `address` points into.
    package func segment(of address: ArchiveAddress) -> String {
        archiveFolder(of: address.upload) + "/" + address.segment
    }
    /// Whether `text` can be a folder's or file's name by itself: ids from bundles and archives are hostile.
    package static func isSafeName(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".." && text.utf8.count <= 255
            && !text.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 0x20 || $0 == 0x7F }
    }
    /// Whether `upload` can have a folder: its id and the first two characters of it are safe names.
    package static func isSafeFolder(of upload: UploadID) -> Bool {
        isSafeName(upload.text) && isSafeName(String(upload.text.prefix(2)))
    }
    /// Whether `path` stays within the folder it is relative to: one or more safe names with `/` between them.
    package static func isSafePath(_ path: String) -> Bool {
        path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .allSatisfy { isSafeName(String(Substring($0))) }
    }
}
