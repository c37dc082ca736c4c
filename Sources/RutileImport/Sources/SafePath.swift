import RutileModel

/// Checks of paths that come from files.
enum SafePath {
    /// The parts of a relative path that stays below where it begins; `nil` for any other.
    static func parts(of path: String) -> [String]? {
        var text = path[...]
        while text.hasPrefix("./") { text = text.dropFirst(2) }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        guard parts.allSatisfy(DataDirectory.isSafeName) else { return nil }
        return parts
    }
}
