extension SourceFormat {
    /// Bytes from the beginning of a file that tell its format.
    private static let start = 4_096

    /// The format of the file at `path` by how it begins, for a file that somebody named and whose own name tells
    /// nothing; `nil` where that tells nothing either.
    ///
    /// A CIF file by its first block, an OPTIMADE file by its header, an XYZ file by its first frame, packed or not.
    static func ofContent(_ path: String) -> SourceFormat? {
        // What cannot be read is no file of a known format.
        guard let file = try? PackedFile(path: path, limits: UnpackLimits()) else { return nil }
        var bytes: [UInt8] = []
        guard (try? file.read(into: &bytes)) == true else { return nil }
        return SourceFormat(beginning: Array(bytes.prefix(start)))
    }

    private init?(beginning all: [UInt8]) {
        let bytes = all.starts(with: byteOrderMark) ? Array(all.dropFirst(byteOrderMark.count)) : all
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
        guard let first = lines.first(where: { $0.first.map { $0.first != UInt8(ascii: "#") } ?? false })?.first else {
            return nil
        }
        if bytes.first == UInt8(ascii: "{"), bytes.prefix(64).firstRange(of: Array("\"x-optimade\"".utf8)) != nil {
            self = .optimadeLines
        } else if first.count > 5, first.prefix(5).map({ $0 | 0x20 }).elementsEqual("data\u{7F}".utf8) {
            self = .cif
        } else if lines.count > 2, lines[0].count == 1, Self.isNumber(lines[0][0]), lines[2].count >= 4,
            lines[2][0].first.map({ $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }) ?? false
        {
            self = .xyz
        } else {
            return nil
        }
    }

    private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool { text.allSatisfy { (48...57).contains($0) } }
}
