/// Names one request in the log and in its answer.
package struct RequestID: Sendable, CustomStringConvertible {
    package let description: String

    /// The name that the client gave, if it is harmless in a log, else a new one.
    package init(given: String?) {
        if let given, (1...128).contains(given.utf8.count), given.utf8.allSatisfy(Self.isHarmless) {
            description = given
        } else {
            var generator = SystemRandomNumberGenerator()
            let text = String(generator.next() as UInt64, radix: 16)
            description = String(repeating: "0", count: 16 - text.count) + text
        }
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch UnicodeScalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
        default: false
        }
    }
}
