/// Names of files that are unpacked when they are imported.
package enum PackedName {
    /// Their ends, in any case.
    package static let suffixes = [
        ".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst",
    ]

    /// Whether the file at `path` is one of them.
    package static func isPacked(_ path: String) -> Bool {
        let lower = path.lowercased()
        return suffixes.contains { lower.hasSuffix($0) }
    }
}
