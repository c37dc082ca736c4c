import RutileJSON

/// Text of a file as UTF-8, also where it is in the older encoding of Western Europe, Windows-1252, of which ISO 8859-1
/// is a part.
struct WesternText {
    /// The text; the given bytes where all of them are UTF-8 already.
    let bytes: [UInt8]
    /// Lines, from 1, that were no UTF-8 and were read as Windows-1252: the first one, and how many.
    private(set) var converted: (first: Int, count: Int)?

    /// The text in `bytes`, each line by itself, since files are put together from several.
    init(_ bytes: [UInt8]) {
        if Self.isUTF8(bytes[...]) {
            self.bytes = bytes
            return
        }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + 1_024)
        var number = 0
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
            let line = bytes[start..<end]
            number += 1
            if Self.isUTF8(line) {
                text += line
            } else {
                for byte in line { text += Self.scalar(byte).utf8Bytes }
                converted = (converted?.first ?? number, (converted?.count ?? 0) + 1)
            }
            start = end
        }
        self.bytes = text
    }

    /// What a reader of the file should know; `nil` where all of it was UTF-8.
    var warning: String? {
        guard let converted else { return nil }
        let others = converted.count > 1 ? " and \(converted.count - 1) more" : ""
        return "Line \(converted.first)\(others): no UTF-8, read as Windows-1252."
    }

    private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        // SAFETY: the pointer is used only while it is valid.
        unsafe bytes.withUnsafeBytes { unsafe UTF8Text.isValid($0) }
    }

    private static func scalar(_ byte: UInt8) -> Unicode.Scalar {
        (0x80...0x9F).contains(byte) ? special[Int(byte) - 0x80] : Unicode.Scalar(byte)
    }

    /// 0x80 to 0x9F; the five bytes that stand for nothing are U+FFFD.
    private static let special = Array(
        "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ".unicodeScalars)
}

extension Unicode.Scalar {
    fileprivate var utf8Bytes: [UInt8] { Array(String(Character(self)).utf8) }
}
