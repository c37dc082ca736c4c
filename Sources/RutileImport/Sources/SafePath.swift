import RutileModel

/// Checks of paths that come from files.
enum SafePath {
    /// Most bytes of a path in an upload: with the data directory's own, the system takes 4,095.
    static let longest = 3_000

    /// `path` as messages show it: of a long one the beginning and the end.
    static func shown(_ path: String) -> String {
        guard path.utf8.count > 240 else { return path }
        let characters = path.unicodeScalars
        return "\(String(characters.prefix(80)))…\(String(characters.suffix(40)))"
    }

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
