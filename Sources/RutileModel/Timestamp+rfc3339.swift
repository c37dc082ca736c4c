extension Timestamp {
    /// Reads a stored timestamp: what RFC 3339 allows, and what archives have, without an offset for UTC or with a blank
    /// for the `T`.
    package init?(stored text: String) {
        // The second reader knows more and is slower.
        guard let time = Timestamp(text) ?? Timestamp(rfc3339: text) else { return nil }
        self = time
    }

    /// The whole second that the instant is in.
    package var wholeSecond: Timestamp {
        let fraction = microseconds % 1_000_000
        return Timestamp(microseconds: microseconds - (fraction < 0 ? fraction + 1_000_000 : fraction))
    }

    /// The instant as OPTIMADE writes it: whole seconds, UTC.
    package var optimadeText: String { wholeSecond.text(offset: "Z") }

    /// Reads an RFC 3339 timestamp: `2024-05-31T12:00:00.5+02:00`, also with `t` and `z` in lower case. The second 60
    /// is the first of the next minute. Digits beyond microseconds are dropped as in ``init(_:)``.
    ///
    /// `nil` when `text` is anything else: no offset, no such day, a blank for the `T` …
    ///
    /// Source: RFC 3339, section 5.6.
    package init?(rfc3339 text: String) {
        let upper = text.utf8.map { $0 == UInt8(ascii: "t") || $0 == UInt8(ascii: "z") ? $0 - 0x20 : $0 }
        guard Self.hasForm(upper) else { return nil }
        self.init(String(decoding: upper, as: UTF8.self))
    }

    /// Whether the punctuation is where it has to be, and an offset ends the text. Digits are the lenient reader's
    /// business.
    private static func hasForm(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") else { return false }
        if bytes[bytes.count - 1] == UInt8(ascii: "Z") { return true }
        let offset = bytes.count - 6
        return offset >= 19 && bytes[offset + 3] == UInt8(ascii: ":")
            && (bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-"))
    }
}
