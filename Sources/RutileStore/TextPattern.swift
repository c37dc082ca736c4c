import CRE2
import RutileJSON

/// A regular expression over texts: unanchored, in RE2's dialect, which has no back references and no look-around.
///
/// Matching takes time in proportion to the text, whatever the expression; its automaton has at most 1 MiB.
@safe package final class TextPattern: Hashable, Sendable {
    /// The expression as written.
    package let text: String
    package let ignoresCase: Bool
    // SAFETY: immutable from init to deinit, and what it points to may be read by many threads.
    private nonisolated(unsafe) let compiled: OpaquePointer

    /// Why a text is no pattern.
    package struct Refusal: Error, Equatable {
        /// For people.
        package let reason: String
    }

    private static let maximumMemory: Int64 = 1 << 20
    private static let longestMessage = 200

    /// Compiles `text`.
    package init(_ text: String, ignoringCase ignoresCase: Bool = false) throws(Refusal) {
        self.text = text
        self.ignoresCase = ignoresCase
        var message = [CChar](repeating: 0, count: Self.longestMessage)
        let bytes = Array(text.utf8)
        // SAFETY: both buffers live during the call, which keeps neither.
        let made = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe message.withUnsafeMutableBufferPointer { message in
                unsafe rutile_pattern_new(
                    bytes.baseAddress, bytes.count, ignoresCase, Self.maximumMemory, message.baseAddress, message.count)
            }
        }
        guard let made = unsafe made else {
            let reason = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw Refusal(reason: String(decoding: reason, as: UTF8.self))
        }
        unsafe compiled = made
    }

    deinit { unsafe rutile_pattern_free(compiled) }

    /// Whether some part of `text` matches.
    package func matches(_ text: String) -> Bool {
        var text = text
        // SAFETY: the bytes live while the closure runs.
        return text.withUTF8 { bytes in
            unsafe rutile_pattern_matches(compiled, bytes.baseAddress, bytes.count)
        }
    }

    package static func == (left: TextPattern, right: TextPattern) -> Bool {
        left.text.hasSameUTF8(as: right.text) && left.ignoresCase == right.ignoresCase
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(UTF8Key(text)) }
}
