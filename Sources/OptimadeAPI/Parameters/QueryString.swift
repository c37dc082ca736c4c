/// The parameters of a URL's query part, decoded, in the order in which they stand.
///
/// Source: OPTIMADE 1.2, "Request Methods and Query Parameters": percent escapes of UTF-8, and `+` for a blank. Clients
/// that write `%20` for blanks leave `+` as it is (optimade-validator 1.5.0, for one), so a value that has both means a
/// plus sign by `+`.
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
                    .parameterEncoding, parameter: String(Substring(parts[0])),
                    "The parameter name “\(Substring(parts[0]))” is not encoded correctly. \(Self.mend)")
            }
            var value: String?
            if parts.count > 1 {
                value = PercentCoding.decoded(parts[1], plusIsBlank: !Self.hasEscapedBlank(parts[1]))
                if value == nil {
                    throw OptimadeProblem(
                        .parameterEncoding, parameter: name,
                        "The value of \(name) is not encoded correctly. \(Self.mend)")
                }
            }
            items.append(Item(raw: raw, name: name, value: value))
        }
        self.items = items
    }

    private static func hasEscapedBlank(_ text: Substring.UTF8View) -> Bool {
        // Hardly any value has a plus, and only for one it matters.
        text.contains(UInt8(ascii: "+")) && text.firstRange(of: "%20".utf8) != nil
    }

    private static let mend = "Write a per cent sign as %25, and other bytes as % and two hexadecimal digits of UTF-8."
}
