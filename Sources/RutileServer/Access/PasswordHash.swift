import CArgon2

/// A password as it may be stored: argon2id with its salt and costs, in PHC string form
/// (`$argon2id$v=19$m=19456,t=2,p=1$…$…`).
package struct PasswordHash: Hashable, Sendable, CustomStringConvertible {
    /// Why there is no hash.
    package enum Failure: Error, Equatable {
        /// The text is no argon2id hash in PHC form.
        case notPHC
        /// The library failed; the number is its error code. Memory is the usual reason.
        case library(Int32)
    }

    /// The PHC string.
    package let phc: String
    package var description: String { "PasswordHash" }

    // OWASP's password storage cheat sheet (2024): 19 MiB, two passes, one lane.
    private static let memoryKiB: UInt32 = 19_456
    private static let passes: UInt32 = 2
    private static let lanes: UInt32 = 1
    private static let saltLength = 16
    private static let hashLength = 32

    /// A stored hash.
    ///
    /// - Throws: ``Failure/notPHC``.
    package init(phc: String) throws(Failure) {
        let isHash = phc.utf8.starts(with: "$argon2id$".utf8) && !phc.utf8.contains(0) && phc.utf8.count < 1_024
        guard isHash else { throw .notPHC }
        self.phc = phc
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
