import RutileJSON

/// The spellings of a Hermann-Mauguin symbol under which tables may know it.
struct HermannMauguinSpellings {
    /// The symbol as it is, then what else it may mean; each once.
    private(set) var spellings: [String] = []

    /// Besides the symbol itself:
    ///
    /// * without underscores: `P2_1/c` for `P21/c`;
    /// * with a setting as the Inorganic Crystal Structure Database writes it: `F d -3 m S` and `Z` are the first and the
    ///   second origin, `H` and `R` hexagonal and rhombohedral axes;
    /// * shortened: `P 21/n 21/m 21/a` for `P n m a`, `F 4/m -3 2/m` for `F m -3 m`;
    /// * with the bar that older tables leave out of cubic symbols: `F m 3 m` for `F m -3 m`.
    init(_ name: String) {
        add(name)
        add(String(name.unicodeScalars.filter { $0 != "_" }.map(Character.init)))
        for spelling in spellings { add(Self.withColon(spelling)) }
        for spelling in spellings { add(Self.shortened(spelling)) }
        for spelling in spellings { add(Self.barred(spelling)) }
    }

    private mutating func add(_ spelling: String?) {
        if let spelling, !spellings.contains(where: { $0.hasSameUTF8(as: spelling) }) { spellings.append(spelling) }
    }

    private static func parts(_ name: String) -> [Substring] { name.split(separator: " ") }

    private static func withColon(_ name: String) -> String? {
        let parts = parts(name)
        guard parts.count > 2, let last = parts.last,
            let setting = ["S": "1", "Z": "2", "H": "H", "R": "R"][String(last)]
        else { return nil }
        return parts.dropLast().joined(separator: " ") + ":" + setting
    }

    /// Full symbols name the axes beside the planes that are enough: all twofold ones, and those of cubic groups. A
    /// monoclinic symbol needs them.
    private static func shortened(_ name: String) -> String? {
        let parts = parts(name)
        guard parts.count > 2, parts.dropFirst().count(where: { !$0.utf8.elementsEqual("1".utf8) }) > 1 else {
            return nil
        }
        let isCubic = parts[2].utf8.starts(with: "-3".utf8)
        var short = [String(parts[0])]
        for part in parts.dropFirst() {
            let halves = part.split(separator: "/")
            let isAxisClear = halves.count == 2 && (halves[0].utf8.first == UInt8(ascii: "2") || isCubic)
            short.append(String(isAxisClear ? halves[1] : part))
        }
        return short.joined(separator: " ")
    }

    /// With `-3` for a `3` behind a plane, which is the second letter.
    private static func barred(_ name: String) -> String? {
        let letters = Array(name.utf8)
        let axes = letters.indices.filter { letters[$0] != UInt8(ascii: " ") }
        guard axes.count > 2, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letters[axes[1]]),
            letters[axes[2]] == UInt8(ascii: "3")
        else { return nil }
        return String(decoding: letters[..<axes[2]] + [UInt8(ascii: "-")] + letters[axes[2]...], as: UTF8.self)
    }
}
