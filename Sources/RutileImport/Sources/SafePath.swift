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

    /// Bytes that are no UTF-8 as messages show them: those that are not printable ASCII in hex, `caf\xE9.cif`.
    static func escaped(_ bytes: [UInt8]) -> String {
        shown(
            bytes.map { byte in
                if (0x20..<0x7F).contains(byte) { return String(Unicode.Scalar(byte)) }
                let hex = String(byte, radix: 16, uppercase: true)
                return "\\x" + (hex.utf8.count < 2 ? "0" : "") + hex
            }.joined())
    }

    /// A relative path without its parts that mean nothing: `./a//b/.` is `a/b`. An absolute path stays one.
    static func normalized(_ path: String) -> String {
        let slash = UInt8(ascii: "/")
        let parts = path.utf8.split(separator: slash).filter { !$0.elementsEqual(".".utf8) }
        let text = parts.map { String(Substring($0)) }.joined(separator: "/")
        return path.utf8.first == slash ? "/" + text : text
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
