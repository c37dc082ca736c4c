/// A kind of packed file that is known by how it begins.
///
/// Source: APPNOTE.TXT 6.3.10, 4.3 (zip); RFC 1952 §2.3 (gzip); bzip2's and xz's documentation; RFC 8878 §3.1.1 (zstd);
/// POSIX.1-2017, pax, "ustar Interchange Format".
enum PackedKind: String, CaseIterable {
    case zip
    case tar
    case gzip = "tar.gz"
    case bzip2 = "tar.bz2"
    case xz = "tar.xz"
    case zstd = "tar.zst"

    /// Bytes that suffice to know the kind.
    static let headLength = 262

    /// The kind of a file that begins with `head`, all of it or ``headLength`` bytes at least; `nil` where it is none.
    ///
    /// Whether something compressed is a tar file is not looked at.
    init?(_ head: [UInt8]) {
        guard let kind = Self.allCases.first(where: { $0.isKind(of: head) }) else { return nil }
        self = kind
    }

    /// The name of a file that came without one.
    var fileName: String { "upload." + rawValue }

    private func isKind(of head: [UInt8]) -> Bool {
        switch self {
        case .zip: [[3, 4], [5, 6], [7, 8]].contains { head.starts(with: [0x50, 0x4B] + $0) }
        case .tar: head.count >= Self.headLength && head[257..<262].elementsEqual("ustar".utf8)
        case .gzip: head.starts(with: [0x1F, 0x8B])
        case .bzip2: head.starts(with: "BZh".utf8)
        case .xz: head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0])
        case .zstd: head.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
        }
    }
}
