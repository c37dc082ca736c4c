import CArgon2

/// A password as it may be stored: argon2id with its salt and costs, in PHC string form
/// (`$argon2id$v=19$m=19456,t=2,p=1$…$…`).
package struct PasswordHash: Hashable, Sendable, CustomStringConvertible {
    /// Why there is no hash.
    package enum Failure: Error, Equatable {
        /// The text is no argon2id hash in PHC form, or comparing with it would cost too much.
        case notPHC
        /// The library failed; the number is its error code. Memory is the usual reason.
        case library(Int32)
    }

    /// Bytes of a password that somebody chooses. NIST SP 800-63B §5.1.1: eight characters at least.
    package static let newPasswordLength = 8...Login.longestText

    /// Why `password` cannot be a new one, a phrase; `nil` where it can.
    package static func fault(ofNew password: String) -> String? {
        guard !newPasswordLength.contains(password.utf8.count) else { return nil }
        return "a password must have \(newPasswordLength.lowerBound) to \(newPasswordLength.upperBound) bytes, not "
            + "\(password.utf8.count)"
    }

    /// The PHC string.
    package let phc: String
    package var description: String { "PasswordHash" }

    // OWASP's password storage cheat sheet (2024): 19 MiB, two passes, one lane.
    private static let memoryKiB: UInt32 = 19_456
    private static let passes: UInt32 = 2
    private static let lanes: UInt32 = 1
    /// What a hash of others may cost at most: 256 MiB, 64 passes, 64 lanes.
    private static let mostCosts: [UInt32] = [262_144, 64, 64]
    private static let saltLength = 16
    private static let hashLength = 32

    /// The hash of no password that anybody knows: it costs what any other costs, and is for users who have none.
    package static let ofNobody = PasswordHash(
        unchecked: "$argon2id$v=19$m=\(memoryKiB),t=\(passes),p=\(lanes)$" + String(repeating: "A", count: 22) + "$"
            + String(repeating: "A", count: 43))

    private init(unchecked phc: String) { self.phc = phc }

    /// A stored hash.
    ///
    /// - Throws: ``Failure/notPHC``.
    package init(phc: String) throws(Failure) {
        guard phc.utf8.count < 1_024, Self.isHash(phc) else { throw .notPHC }
        self.phc = phc
    }

    /// Whether `phc` is `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, salt and hash in base64 without padding.
    ///
    /// Source: the PHC string format, as argon2's reference library writes it.
    private static func isHash(_ phc: String) -> Bool {
        let parts = phc.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1].elementsEqual("argon2id".utf8),
            parts[2].elementsEqual("v=19".utf8)
        else { return false }
        let costs = parts[3].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard costs.count == 3 else { return false }
        for ((cost, name), most) in zip(zip(costs, ["m=", "t=", "p="]), mostCosts) {
            let digits = cost.dropFirst(2)
            guard cost.starts(with: name.utf8), let number = UInt32(String(decoding: digits, as: UTF8.self)),
                (1...most).contains(number)
            else { return false }
        }
        return parts[4...].allSatisfy { part in
            part.count >= 8 && part.count % 4 != 1
                && part.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                        true
                    default: false
                    }
                }
        }
    }

    /// The hash of `password` with a new random salt. Takes tens of milliseconds, on purpose.
    ///
    /// - Throws: ``Failure/library(_:)``.
    package init(of password: String) throws(Failure) {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<Self.saltLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let secret = Array(password.utf8)
        let length = argon2_encodedlen(
            Self.passes, Self.memoryKiB, Self.lanes, UInt32(Self.saltLength), UInt32(Self.hashLength), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        // SAFETY: every pointer goes with the length of its own array, and the library keeps none of them.
        let status = unsafe argon2id_hash_encoded(
            Self.passes, Self.memoryKiB, Self.lanes, secret, secret.count, salt, salt.count, Self.hashLength, &encoded,
            encoded.count)
        guard status == ARGON2_OK.rawValue else { throw .library(status) }
        phc = String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether this is the hash of `password`. Takes as long as making it.
    package func matches(_ password: String) -> Bool {
        let secret = Array(password.utf8)
        // SAFETY: the PHC string ends with a zero byte, as Swift passes strings; the password goes with its length.
        return unsafe argon2id_verify(phc, secret, secret.count) == ARGON2_OK.rawValue
    }
}
