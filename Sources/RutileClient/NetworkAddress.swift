/// An IP address.
package enum NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    case v4(UInt32)
    /// The first and the last eight bytes, big-endian.
    case v6(UInt64, UInt64)

    /// Reads `192.0.2.1` (four decimal numbers without zeros in front) or `2001:db8::1`; `nil` for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        if bytes.contains(UInt8(ascii: ":")) {
            guard let groups = Self.groups(bytes) else { return nil }
            let words = groups.map(UInt64.init)
            self = .v6(
                words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
                words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7])
        } else {
            guard let number = Self.dotted(bytes[...]) else { return nil }
            self = .v4(number)
        }
    }

    package var description: String {
        switch self {
        case .v4(let number): (0..<4).map { String(number >> (24 - 8 * $0) & 255) }.joined(separator: ".")
        case .v6(let high, let low):
            (0..<8).map { index in
                String((index < 4 ? high : low) >> UInt64(48 - 16 * (index % 4)) & 0xFFFF, radix: 16)
            }.joined(separator: ":")
        }
    }

    private static func dotted(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (48...57).contains($0) }),
                part.count == 1 || part.first != UInt8(ascii: "0")
            else { return nil }
            let value = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 48) }
            guard value < 256 else { return nil }
            number = number << 8 | value
        }
        return number
    }

    /// The eight groups of an IPv6 address (RFC 4291 §2.2); its last two may be written as an IPv4 address.
    private static func groups(_ text: [UInt8]) -> [UInt16]? {
        let colon = UInt8(ascii: ":")
        let gap = text.firstRange(of: [colon, colon])
        guard let gap else {
            let all = list(text[...])
            return all?.count == 8 ? all : nil
        }
        guard let before = list(text[..<gap.lowerBound], isEnd: false), let after = list(text[gap.upperBound...]),
            before.count + after.count < 8
        else { return nil }
        return before + Array(repeating: 0, count: 8 - before.count - after.count) + after
    }

    /// The groups of a part of an address; where it is the address's end, the last two may be an IPv4 address.
    private static func list(_ text: ArraySlice<UInt8>, isEnd: Bool = true) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.contains(UInt8(ascii: ".")) {
                guard isEnd, index == parts.count - 1, let number = dotted(part) else { return nil }
                groups += [UInt16(number >> 16), UInt16(number & 0xFFFF)]
            } else {
                guard (1...4).contains(part.count),
                    let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                    part.first != UInt8(ascii: "+"), part.first != UInt8(ascii: "-")
                else { return nil }
                groups.append(group)
            }
        }
        return groups.count <= 8 ? groups : nil
    }
}

/// A block of addresses, written as an address or as `10.0.0.0/8` (CIDR).
package struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    package let description: String
    private let first: NetworkAddress
    private let bits: Int

    /// Reads `text`; `nil` when it is no block.
    package init?(_ text: String) {
        description = text
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = NetworkAddress(String(Substring(parts[0]))) else { return nil }
        let most = if case .v4 = address { 32 } else { 128 }
        guard parts.count == 2 else {
            (first, bits) = (address, most)
            return
        }
        guard let count = Int(Substring(parts[1])), (0...most).contains(count) else { return nil }
        (first, bits) = (address, count)
    }

    /// Whether `address` lies in the block.
    package func contains(_ address: NetworkAddress) -> Bool {
        switch (first, address) {
        case (.v4(let left), .v4(let right)): bits == 0 || (left ^ right) >> UInt32(32 - bits) == 0
        case (.v6(let leftHigh, let leftLow), .v6(let rightHigh, let rightLow)):
            if bits <= 64 {
                bits == 0 || (leftHigh ^ rightHigh) >> UInt64(64 - bits) == 0
            } else {
                leftHigh == rightHigh && (leftLow ^ rightLow) >> UInt64(128 - bits) == 0
            }
        default: false
        }
    }
}

/// Several blocks, written with commas between them.
package struct AddressRanges: Hashable, Sendable, CustomStringConvertible {
    /// In the order in which they were written.
    package let ranges: [AddressRange]

    /// None.
    package init() { ranges = [] }

    /// Reads `text`, which may be empty; `nil` when one of them is no block.
    package init?(_ text: String) {
        var ranges: [AddressRange] = []
        for piece in text.utf8.split(separator: UInt8(ascii: ",")) {
            let bare = piece.filter { $0 != 0x20 }
            guard let range = AddressRange(String(decoding: bare, as: UTF8.self)) else { return nil }
            ranges.append(range)
        }
        self.ranges = ranges
    }

    package var description: String { ranges.map(\.description).joined(separator: ",") }
}

/// Which addresses strangers may make this program connect to: those of the public internet, and those that an
/// installation lists.
///
/// Source: the IANA registries of special-purpose addresses (RFC 6890). Forms of IPv6 that carry an IPv4 address (mapped,
/// NAT64, 6to4, Teredo) are refused whatever they carry.
package struct AddressPolicy: Sendable {
    private let allowed: [AddressRange]

    /// The policy of an installation that allows `allowed` as well.
    package init(allowed: [AddressRange] = []) { self.allowed = allowed }

    /// Whether a connection to `address` may be made.
    package func allows(_ address: NetworkAddress) -> Bool {
        if allowed.contains(where: { $0.contains(address) }) { return true }
        return switch address {
        case .v4: !Self.special.contains { $0.contains(address) }
        case .v6: Self.global.contains(address) && !Self.special.contains { $0.contains(address) }
        }
    }

    private static let global = range("2000::/3")
    private static let special = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16",
    ].map(range)

    private static func range(_ text: String) -> AddressRange {
        guard let range = AddressRange(text) else { preconditionFailure("\(text) is a block") }
        return range
    }
}
