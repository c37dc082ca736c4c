import RutileJSON

/// How words of an operand must be words of a string.
///
/// Words are runs of letters, digits and underscores, in lower case. A point or an apostrophe between two letters, and a
/// point or a comma between two digits, belongs to the word. Ideographs are words by themselves. An operand without
/// words matches nothing.
///
/// Source: Unicode Standard Annex 29, "Word Boundaries", of which this keeps what texts in archives need.
public enum WordMatch: Hashable, Sendable {
    /// Some word of the operand is there.
    case anyWord
    /// Some word of the operand is there, or a word that begins with its last one.
    case anyWordOrPrefix
    /// The words of the operand stand there in a row; the last one may go on.
    case phrasePrefix
    /// Some part of the operand is there. Parts are what stands between slashes, letter for letter.
    case anyPathPart
}

/// A search for words, ready to be done on many strings.
public struct WordSearch: Sendable {
    private let match: WordMatch
    private let wanted: Words

    /// The search for `operand`.
    public init(_ match: WordMatch, _ operand: String) {
        self.match = match
        wanted = Words(of: operand, for: match)
    }

    /// Whether `text` has the words.
    public func matches(_ text: String) -> Bool {
        guard let last = wanted.ranges.indices.last else { return false }
        let words = Words(of: text, for: match)
        switch match {
        case .anyWord, .anyPathPart:
            return words.ranges.contains { word in wanted.ranges.contains { isSame(words, word, $0) } }
        case .anyWordOrPrefix:
            return words.ranges.contains { word in
                wanted.ranges.contains { isSame(words, word, $0) } || begins(words, word, wanted.ranges[last])
            }
        case .phrasePrefix:
            guard words.ranges.count > last else { return false }
            return (0..<words.ranges.count - last).contains { start in
                (0..<last).allSatisfy { isSame(words, words.ranges[start + $0], wanted.ranges[$0]) }
                    && begins(words, words.ranges[start + last], wanted.ranges[last])
            }
        }
    }

    private func isSame(_ words: Words, _ word: Range<Int>, _ other: Range<Int>) -> Bool {
        word.count == other.count && begins(words, word, other)
    }

    private func begins(_ words: Words, _ word: Range<Int>, _ other: Range<Int>) -> Bool {
        word.count >= other.count
            && words.bytes[word].prefix(other.count).elementsEqual(wanted.bytes[other])
    }
}

/// The words of a text.
private struct Words: Sendable {
    /// The text in the form in which words are compared.
    let bytes: [UInt8]
    /// Where in it the words are.
    private(set) var ranges: [Range<Int>] = []

    init(of text: String, for match: WordMatch) {
        if match == .anyPathPart {
            bytes = Array(text.utf8)
            addParts()
        } else if text.utf8.allSatisfy({ $0 < 0x80 }) {
            bytes = text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
            add(bytes.indices.map { (Class(ascii: bytes[$0]), $0) })
        } else {
            let lowered = text.lowercased()
            bytes = Array(lowered.utf8)
            var classes: [(Class, Int)] = []
            var offset = 0
            for scalar in lowered.unicodeScalars {
                classes.append((Class(scalar), offset))
                offset += scalar.utf8.count
            }
            add(classes)
        }
    }

    private enum Class {
        case letter, digit, ideograph, joinsAll, joinsLetters, joinsDigits, other

        init(ascii byte: UInt8) {
            self =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"): .letter
                case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
                case UInt8(ascii: "_"): .letter
                case UInt8(ascii: "."), UInt8(ascii: "'"): .joinsAll
                case UInt8(ascii: ":"): .joinsLetters
                case UInt8(ascii: ","), UInt8(ascii: ";"): .joinsDigits
                default: .other
                }
        }

        init(_ scalar: Unicode.Scalar) {
            if scalar.isASCII {
                self.init(ascii: UInt8(scalar.value))
            } else if (0x3400...0x9FFF).contains(scalar.value) || (0x3040...0x309F).contains(scalar.value) {
                self = .ideograph
            } else {
                switch scalar.properties.generalCategory {
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
                    .nonspacingMark, .spacingMark, .enclosingMark, .letterNumber:
                    self = .letter
                case .decimalNumber: self = .digit
                default: self = .other
                }
            }
        }
    }

    private mutating func addParts() {
        var start = 0
        for (position, byte) in bytes.enumerated() where byte == UInt8(ascii: "/") {
            if position > start { ranges.append(start..<position) }
            start = position + 1
        }
        if bytes.count > start { ranges.append(start..<bytes.count) }
    }

    private mutating func add(_ classes: [(Class, Int)]) {
        var start: Int?
        func end(_ index: Int) -> Int { index < classes.count ? classes[index].1 : bytes.count }
        for index in classes.indices {
            let belongs: Bool
            switch classes[index].0 {
            case .letter, .digit: belongs = true
            case .ideograph, .other: belongs = false
            case .joinsAll:
                belongs = isBetween(.letter, classes, index) || isBetween(.digit, classes, index)
            case .joinsLetters: belongs = isBetween(.letter, classes, index)
            case .joinsDigits: belongs = isBetween(.digit, classes, index)
            }
            if belongs {
                if start == nil { start = classes[index].1 }
            } else if let first = start {
                ranges.append(first..<classes[index].1)
                start = nil
            }
            if classes[index].0 == .ideograph { ranges.append(classes[index].1..<end(index + 1)) }
        }
        if let first = start { ranges.append(first..<bytes.count) }
    }

    private func isBetween(_ wanted: Class, _ classes: [(Class, Int)], _ index: Int) -> Bool {
        index > 0 && index + 1 < classes.count && classes[index - 1].0 == wanted && classes[index + 1].0 == wanted
    }
}
