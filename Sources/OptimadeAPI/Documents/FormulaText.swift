import RutileJSON

/// A chemical formula as text: symbols, each with a number from 2 on or none.
struct FormulaText {
    /// In the order of the text.
    private(set) var symbols: [String] = []
    /// The number of each symbol, 1 where the text has none.
    private(set) var counts: [Int] = []

    /// Reads `([A-Z][a-z]?([2-9]|[1-9]\d+)?)*`; `nil` for any other text, and for a symbol that stands twice.
    init?(_ text: String) {
        var rest = text.utf8[...]
        while let first = rest.popFirst() {
            guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return nil }
            var symbol = [first]
            if let next = rest.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next) {
                symbol.append(next)
                rest.removeFirst()
            }
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            var count = 1
            if let digit = digits.first {
                guard digit != UInt8(ascii: "0"), let number = Int(Substring(digits)), number > 1 else { return nil }
                count = number
            }
            let name = String(decoding: symbol, as: UTF8.self)
            guard !symbols.contains(name) else { return nil }
            symbols.append(name)
            counts.append(count)
        }
    }

    /// Whether each bracket of any formula `text` is closed by its like.
    static func hasBalancedBrackets(_ text: String) -> Bool {
        var open: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "("): open.append(UInt8(ascii: ")"))
            case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
            case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard open.popLast() == byte else { return false }
            default: break
            }
        }
        return open.isEmpty
    }

    /// Whether the symbols ascend.
    var isAlphabetical: Bool { zip(symbols, symbols.dropFirst()).allSatisfy { UTF8Key($0) < UTF8Key($1) } }

    /// Whether the numbers have no common divisor.
    var isReduced: Bool { counts.isEmpty || counts.reduce(0, Self.greatestCommonDivisor) == 1 }

    /// Whether the symbols are A, B, … Z, Aa, Ba, … Za, Ab, … in this order.
    var isAnonymous: Bool {
        symbols.enumerated().allSatisfy { index, symbol in
            var label = [UInt8(ascii: "A") + UInt8(index % 26)]
            if index >= 26 { label.append(UInt8(ascii: "a") + UInt8((index / 26 - 1) % 26)) }
            return symbol.utf8.elementsEqual(label)
        }
    }

    /// Whether carbon and hydrogen come first where there is carbon, and the others in alphabetical order.
    var isInHillOrder: Bool {
        guard symbols.contains("C") else { return isAlphabetical }
        let first = symbols.contains("H") ? ["C", "H"] : ["C"]
        return symbols.starts(with: first)
            && zip(symbols.dropFirst(first.count), symbols.dropFirst(first.count + 1))
                .allSatisfy { UTF8Key($0) < UTF8Key($1) }
    }

    private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }
}

/// The symbols that OPTIMADE knows.
enum ElementSymbols {
    /// The 118 elements.
    static let all: Set<UTF8Key> = Set(
        """
        H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr \
        Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir \
        Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl \
        Mc Lv Ts Og
        """.split(separator: " ").map { UTF8Key(String($0)) })

    /// Those that a species may have.
    static let inSpecies = all.union([UTF8Key("X"), UTF8Key("vacancy")])
}
