/// How much a JSON text may ask of its reader.
package struct JSONLimits: Hashable, Sendable {
    /// Containers that may be open inside each other. An empty list or object adds no level.
    ///
    /// Readers recurse once per level: more than some thousands would exhaust a thread's stack.
    package var maximumDepth: Int
    /// Size of the text in bytes.
    package var maximumBytes: Int

    /// Limits of `maximumDepth` levels and `maximumBytes` bytes.
    package init(maximumDepth: Int = 64, maximumBytes: Int) {
        self.maximumDepth = maximumDepth
        self.maximumBytes = maximumBytes
    }

    /// What strangers may send: 64 levels, 4 MiB.
    package static let request = JSONLimits(maximumBytes: 4 << 20)
    /// What files may hold: 512 levels, 2 GiB.
    package static let file = JSONLimits(maximumDepth: 512, maximumBytes: 2 << 30)
    /// Bundles: files whose archives and documents stand three levels down.
    package static let bundle = JSONLimits(maximumDepth: file.maximumDepth + 3, maximumBytes: file.maximumBytes)
}

/// What to do with numbers that JSON has no spelling for: a bare `NaN`, `Infinity`, `-Infinity`, and numbers such as
/// `1e999` that no double holds.
package enum NonFiniteNumbers: Hashable, Sendable {
    /// The text is refused.
    case refuse
    /// They become `null`, and the document lists where (``JSONDocument/replaced``). Python writes such files.
    case null
}

/// What to do with escapes that are half of a surrogate pair without the other half, such as `\ud800`: no characters.
package enum LoneSurrogates: Hashable, Sendable {
    /// The text is refused.
    case refuse
    /// They become U+FFFD, and the document says how many (``JSONDocument/replacedSurrogates``).
    case replace
}

/// The numbers of a text that became `null`.
package struct ReplacedNumbers: Hashable, Sendable {
    /// How many.
    package private(set) var count = 0
    /// The first of them, in order: byte offset and spelling. At most ``listed``.
    package private(set) var first: [Place] = []

    /// How many places are kept.
    package static let listed = 100

    /// Where a number stood, and how it was spelled.
    package struct Place: Hashable, Sendable {
        /// Byte offset into the text.
        package let offset: Int
        /// The number as the text spells it; cut off after 40 bytes.
        package let spelling: String

        /// A number at its place.
        package init(offset: Int, spelling: String) {
            self.offset = offset
            self.spelling = spelling
        }
    }

    mutating func append(_ spelling: String, at offset: Int) {
        count += 1
        if first.count < Self.listed { first.append(Place(offset: offset, spelling: spelling)) }
    }
}
