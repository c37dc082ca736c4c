/// The parameters of a URL's query part, decoded, in the order in which they stand.
///
/// Source: OPTIMADE 1.2, "Request Methods and Query Parameters": percent escapes of UTF-8, and `+` for a blank.
public struct QueryString: Hashable, Sendable {
    /// One parameter.
    public struct Item: Hashable, Sendable {
        /// As it stands in the URL, for links that keep it.
        public let raw: String
        /// The name, decoded.
        public let name: String
        /// The value, decoded; `nil` where there is no `=`.
        public let value: String?
    }

    /// The parameters; empty pieces between two `&` are left out.
    public let items: [Item]

    /// No parameters.
    public init() { items = [] }

    /// Splits and decodes `text`, the part of a URL behind its `?`.
    ///
    /// - Throws: ``OptimadeProblem`` for a broken percent escape and for bytes that are no UTF-8.
    public init(_ text: String) throws(OptimadeProblem) {
        var items: [Item] = []
        for piece in text.utf8.split(separator: UInt8(ascii: "&")) {
            let raw = String(Substring(piece))
            let parts = piece.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decoded(parts[0], plusIsBlank: true) else {
                throw OptimadeProblem(
                    .badRequest, code: "parameter.encoding", parameter: String(Substring(parts[0])),
                    "The parameter name “\(Substring(parts[0]))” is not encoded correctly. \(Self.mend)")
            }
            var value: String?
            if parts.count > 1 {
                value = PercentCoding.decoded(parts[1], plusIsBlank: true)
                if value == nil {
                    throw OptimadeProblem(
                        .badRequest, code: "parameter.encoding", parameter: name,
                        "The value of \(name) is not encoded correctly. \(Self.mend)")
                }
            }
            items.append(Item(raw: raw, name: name, value: value))
        }
        self.items = items
    }

    private static let mend = "Write a per cent sign as %25, and other bytes as % and two hexadecimal digits of UTF-8."
}

/// Percent escapes in URLs (RFC 3986).
package enum PercentCoding {
    /// `text` with its escapes replaced; `nil` where an escape is broken or the result is no UTF-8.
    package static func decoded(_ text: some Sequence<UInt8>, plusIsBlank: Bool) -> String? {
        var bytes: [UInt8] = []
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsBlank: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// `text` with everything escaped but letters, digits and `-._~`, so that it fits into any part of a URL.
    package static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded.append(UInt8(ascii: "%"))
                encoded.append(contentsOf: [byte >> 4, byte & 0xF].map { Array("0123456789ABCDEF".utf8)[Int($0)] })
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
