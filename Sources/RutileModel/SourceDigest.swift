/// What records keep of the file that an entry was made of: its digest (SHA-256, hex), with a `-` in front where the
/// upload does not keep the entry's main file. That may be so for entries of archive files, which only name theirs.
package enum SourceDigest {
    private static let mark = "-"

    /// The text for an entry whose main file is not kept.
    package static func withoutMainfile(_ digest: String) -> String { mark + digest }

    /// Whether an entry with this text has its main file among the raw files.
    package static func keepsMainfile(_ text: String) -> Bool { !text.utf8.starts(with: mark.utf8) }

    /// The digest in the text.
    package static func digest(in text: String) -> String {
        keepsMainfile(text) ? text : String(decoding: text.utf8.dropFirst(mark.utf8.count), as: UTF8.self)
    }
}
