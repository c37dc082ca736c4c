/// What texts may be that people give to what is recorded: how long, in bytes of UTF-8, since lists show many of them, and
/// without NUL, which cannot be stored.
package enum TextLimit {
    /// Names of uploads, datasets and groups, licences, addresses of publications.
    package static let name = 1_024
    /// Descriptions.
    package static let description = 65_536

    /// What is wrong with `text`, of which there may be `limit` bytes; `nil` when nothing is.
    package static func fault(in text: String, limit: Int) -> String? {
        if text.utf8.count > limit { return "has more than \(limit) bytes" }
        return text.utf8.contains(0) ? "has a NUL character" : nil
    }
}
