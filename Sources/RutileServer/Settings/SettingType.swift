import Logging
import OptimadeAPI
import RutileClient
import RutileGraph
import RutileJSON
import RutileModel

/// How the values of one setting are spelled.
struct SettingType<Value: Sendable>: Sendable {
    /// What a value is, for people: `a number from 0 to 65535`.
    let name: String
    /// The value that a text spells; `nil` when it spells none.
    let read: @Sendable (String) -> Value?
    /// The text that spells a value.
    let text: @Sendable (Value) -> String
    /// Whether commas stand between several values.
    var isList = false
}

extension SettingType where Value == String {
    /// Any text but the empty one.
    static let text = SettingType(name: "a text", read: { $0.isEmpty ? nil : $0 }, text: { $0 })

    /// A licence of data, or nothing.
    static let license = SettingType(
        name: "SPDX identifiers with OR between them, or an address",
        read: { $0.isEmpty || DataLicense($0) != nil ? $0 : nil }, text: { $0 })

    /// An e-mail address, or nothing.
    static let mail = SettingType(
        name: "an e-mail address",
        read: { text in
            let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            let isAddress =
                parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
            return text.isEmpty || isAddress ? text : nil
        }, text: { $0 })

    /// A web address, or nothing.
    static let address = SettingType(
        name: "an address that begins with http:// or https://",
        read: { text in
            let schemes = ["http://", "https://"]
            let isAddress = schemes.contains { text.utf8.starts(with: $0.utf8) && text.utf8.count > $0.utf8.count }
            return text.isEmpty || isAddress ? text : nil
        }, text: { $0 })

    /// What OPTIMADE allows between the underscores.
    static let prefix = SettingType(
        name: "lower-case letters and digits, a letter first",
        read: { text in
            let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            guard let first = text.utf8.first, letters.contains(first) else { return nil }
            return text.utf8.allSatisfy { letters.contains($0) || digits.contains($0) } ? text : nil
        }, text: { $0 })

    /// A prefix of URL paths; a slash at the end is dropped, one at the start is added.
    static let path = SettingType(
        name: "a path such as /prod/v1",
        read: { text in
            let parts = text.split(separator: "/")
            guard parts.allSatisfy({ $0 != "." && $0 != ".." && $0.utf8.allSatisfy(isPathByte) }) else { return nil }
            return parts.map { "/" + $0 }.joined()
        }, text: { $0 })

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch UnicodeScalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": true
        default: false
        }
    }
}

extension SettingType where Value == AddressRanges {
    /// Blocks of addresses with commas between them, or nothing.
    static let networks = SettingType(
        name: "blocks of addresses such as 10.0.0.0/8, with commas between them", read: AddressRanges.init,
        text: \.description, isList: true)
}

extension SettingType where Value == [WebAddress] {
    /// Addresses with commas between them, or nothing.
    static let addresses = SettingType(
        name: "addresses that begin with http:// or https://, with commas between them",
        read: { text in
            let pieces = text.split(separator: ",")
            let addresses = pieces.compactMap { try? WebAddress($0.trimmingPrefix { $0 == " " }.description) }
            return addresses.count == pieces.count ? addresses : nil
        }, text: { $0.map(\.description).joined(separator: ",") }, isList: true)
}

extension SettingType where Value == [InstallationID] {
    /// Addresses of APIs with commas between them, or nothing; slashes at their ends are dropped. They stay as they are
    /// written: references are compared with them.
    static let installations = SettingType(
        name: "addresses such as https://example.org/api/v1, with commas between them",
        read: { text in
            let pieces = text.split(separator: ",")
            let installations = pieces.compactMap { piece in
                let address = piece.drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "/" }.reversed()
                return (try? WebAddress(base: String(address))).map { _ in InstallationID(String(address)) }
            }
            return installations.count == pieces.count ? installations : nil
        }, text: { $0.map(\.text).joined(separator: ",") }, isList: true)
}

extension SettingType where Value == [DatabaseLink] {
    /// Databases of OPTIMADE with semicolons between them, or nothing.
    static let links = SettingType(
        name: "databases with ; between them, each as name, base URL, and child, external or providers",
        read: { text in
            let pieces = text.utf8.split(separator: UInt8(ascii: ";")).filter { !$0.allSatisfy { $0 == 0x20 } }
            let links = pieces.compactMap { DatabaseLink(String(Substring($0))) }
            let isEach = links.count == pieces.count && Set(links.map { UTF8Key($0.id) }).count == links.count
            return isEach ? links : nil
        }, text: { $0.map(\.text).joined(separator: "; ") })
}

extension SettingType where Value == Int {
    /// A whole number in `range`.
    static func integer(_ range: ClosedRange<Int>) -> SettingType {
        SettingType(
            name: range.upperBound == .max
                ? "a whole number, \(range.lowerBound) or more"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)",
            read: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } },
            text: { String($0) })
    }
}

extension SettingType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words that the type lists.
    static var choice: SettingType {
        let words = Value.allCases.map(\.rawValue)
        return SettingType(
            name: "one of " + words.joined(separator: ", "),
            read: { text in Value.allCases.first { $0.rawValue.utf8.elementsEqual(text.utf8) } },
            text: { $0.rawValue })
    }
}
