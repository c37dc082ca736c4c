/// The same sequence of random numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Random JSON texts with all that is awkward in them.
struct RandomText {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// A valid text on one line. With `extended`, Python's NaN and infinities and numbers beyond all doubles, too.
    mutating func document(extended: Bool) -> String {
        value(depth: Int.random(in: 0...5, using: &generator), extended)
    }

    private mutating func value(depth: Int, _ extended: Bool) -> String {
        let count = Int.random(in: 0...20, using: &generator) / 4
        switch Int.random(in: 0...(depth > 0 ? 9 : 5), using: &generator) {
        case 0: return pick(["null", "true", "false"])
        case 1: return integer()
        case 2, 3: return real()
        case 4: return string()
        case 5:
            return extended
                ? pick(["NaN", "Infinity", "-Infinity", "1e999", "-1e400", "1" + String(repeating: "0", count: 330)])
                : string()
        case 6, 7:
            let items = (0..<count).map { _ in value(depth: depth - 1, extended) }
            return "[" + space() + items.joined(separator: space() + "," + space()) + space() + "]"
        default:
            let members = (0..<count).map { _ in
                (Bool.random(using: &generator) ? "\"k\(Int.random(in: 0...3, using: &generator))\"" : string())
                    + space() + ":" + space() + value(depth: depth - 1, extended)
            }
            return "{" + space() + members.joined(separator: space() + "," + space()) + space() + "}"
        }
    }

    private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &generator) ?? "" }

    private mutating func space() -> String { pick(["", "", "", " ", "\t", "  "]) }

    private mutating func integer() -> String {
        let digits = Int.random(in: 1...24, using: &generator)
        let number = (0..<digits).map { _ in pick((0...9).map(String.init)) }.joined()
        let trimmed = number.drop { $0 == "0" }
        let edges = [
            "0", "-0", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
            "18446744073709551615", "18446744073709551616", "9007199254740993",
        ]
        let choices = [
            pick(["", "-"]) + (trimmed.isEmpty ? "0" : trimmed), "\(Int.random(in: -999...999, using: &generator))",
        ]
        return pick(choices + [pick(edges)])
    }

    private mutating func real() -> String {
        switch Int.random(in: 0...4, using: &generator) {
        case 0:
            // Any bit pattern: all exponents, subnormal numbers.
            let number = Double(bitPattern: generator.next())
            return number.isFinite ? "\(number)" : "-0.0"
        case 1: return "\(Double(Int.random(in: -100_000...100_000, using: &generator)) / 1000)"
        case 2: return integer() + pick([".0", ".5", "e3", "E-7", "e+12", ".25e1"])
        case 3:
            // More digits than a double holds.
            let digits = (0..<Int.random(in: 18...60, using: &generator)).map { _ in pick((0...9).map(String.init)) }
            return "0." + digits.joined() + pick(["", "e-300", "e-310", "e30"])
        default:
            return pick(["0.0", "-0.0", "1e0", "5e-324", "2e-324", "1e-400", "1.7976931348623157e308", "1e16", "1e-5"])
        }
    }

    private mutating func string() -> String {
        let pieces = [
            "a", "band_gap", " ", "é", "e\\u0301", "Å", "\u{212B}", "日本", "😀", "\\ud83d\\ude00", "\\uD834\\uDD1E",
            "\\n", "\\\"",
            "\\\\", "\\/", "\\u0000", "\\u001f", "\\b\\f\\r\\t", "\u{7F}", "\u{2028}", "\\\\u", "<&>'", "\u{10FFFF}",
            "\u{FEFF}",
        ]
        return "\"" + (0..<Int.random(in: 0...9, using: &generator)).map { _ in pick(pieces) }.joined() + "\""
    }

    /// `text` with one to three random changes, mostly no valid JSON any more.
    mutating func mutated(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        let splinters = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "0", "-", ".", "e", "\n", "\u{1}", "\\ud800", "\\udc00",
            "\\ud83d\\ude0", "nul",
            "tru", "//", "'", "+", "00", "é", "/", "a",
        ]
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0...3, using: &generator) {
            case 0: bytes.insert(contentsOf: pick(splinters).utf8, at: place)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            default: bytes = Array(bytes[..<place]) + pick(splinters).utf8
            }
        }
        return bytes
    }
}
