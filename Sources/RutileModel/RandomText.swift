/// Texts that nobody can guess.
package enum RandomText {
    /// `count` random bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// An id of 22 characters of base64url: 128 random bits. It begins with no dash, which commands take for an option.
    package static func id() -> String {
        while true {
            let id = base64URL(bytes(16))
            if id.utf8.first != UInt8(ascii: "-") { return id }
        }
    }

    /// A password that can be read out: `count` letters and digits without those that look alike. 5 bits each.
    package static func password(_ count: Int = 24) -> String {
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789-".utf8)
        return String(decoding: bytes(count).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }
}

/// `bytes` in base64url without padding (RFC 4648 §5).
package func base64URL(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var characters: [UInt8] = []
    characters.reserveCapacity((bytes.count * 4 + 2) / 3)
    var (bits, count): (UInt32, UInt32) = (0, 0)
    for byte in bytes {
        bits = bits << 8 | UInt32(byte)
        count += 8
        while count >= 6 {
            count -= 6
            characters.append(alphabet[Int(bits >> count) & 63])
        }
    }
    if count > 0 { characters.append(alphabet[Int(bits << (6 - count)) & 63]) }
    return String(decoding: characters, as: UTF8.self)
}

/// The bytes that `text` is in base64url without padding; `nil` where it is nothing of the kind.
package func bytes(base64URL text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (bits, count): (UInt32, UInt32) = (0, 0)
    for character in text {
        let value: UInt8
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): value = 62
        case UInt8(ascii: "_"): value = 63
        default: return nil
        }
        bits = bits << 6 | UInt32(value)
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            bits &= 1 << count - 1
        }
    }
    return bits == 0 && count < 6 ? bytes : nil
}
