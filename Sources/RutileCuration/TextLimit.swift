/// How long texts may be that people give to what is recorded, in bytes of UTF-8. Lists show many of them.
package enum TextLimit {
    /// Names of uploads, datasets and groups, licences, addresses of publications.
    package static let name = 1_024
    /// Descriptions.
    package static let description = 65_536

    /// What is wrong with `text`, of which there may be `limit` bytes; `nil` when nothing is.
    package static func fault(in text: String, limit: Int) -> String? {
        text.utf8.count > limit ? "has more than \(limit) bytes" : nil
    }
}
