import RutileJSON

/// The licence of data in OPTIMADE's terms, whatever way somebody wrote it.
///
/// Source: OPTIMADE 1.2, "Base Info Endpoint": `license`, `available_licenses`.
package struct DataLicense: Hashable, Sendable {
    /// SPDX identifiers to choose from; empty where only an address is known.
    package let identifiers: [String]
    /// Where it can be read; absent where there are several to choose from.
    package let address: String?

    private static let spdx = "https://spdx.org/licenses/"

    /// Reads an SPDX identifier, several of them with ` OR ` between them, a licence of Creative Commons as people write
    /// it (`CC BY 4.0`), or the address of a text. `nil` for any other text.
    package init?(_ text: String) {
        if Self.isAddress(text) {
            let name = text.utf8.starts(with: Self.spdx.utf8) ? String(text.dropFirst(Self.spdx.count)) : ""
            identifiers = Self.isIdentifier(name) ? [name] : []
            address = text
            return
        }
        let words = text.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
        var names: [[String]] = [[]]
        for word in words {
            if word.hasSameUTF8(as: "OR") { names.append([]) } else { names[names.count - 1].append(word) }
        }
        let joined = names.map { words in
            words.count == 1 || words.first?.hasSameUTF8(as: "CC") ?? false ? words.joined(separator: "-") : ""
        }
        guard joined.allSatisfy(Self.isIdentifier) else { return nil }
        identifiers = joined
        address = joined.count == 1 ? Self.spdx + joined[0] : nil
    }

    private static func isAddress(_ text: String) -> Bool {
        text.utf8.starts(with: "https://".utf8) || text.utf8.starts(with: "http://".utf8)
    }

    /// Source: SPDX 2.3, annex D: letters, digits, `-` and `.`; `+` for later versions.
    private static func isIdentifier(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "+"):
                    true
                default: false
                }
            }
    }
}
