import NomadAPI
import RutileJSON

/// Chemical formulas as quantities keep them.
///
/// Source: NOMAD 2.0.0, measured: the values of Hill and IUPAC formulas are brought into order before they are compared,
/// those of other formulas are not.
enum Formula {
    /// `text` as values of `quantity` are written.
    ///
    /// - Throws: ``NomadAPI/EntriesProblem`` when it is no formula although it should be one.
    static func normalised(_ text: String, for quantity: SearchQuantity) throws(EntriesProblem) -> String {
        let isHill = quantity.name.utf8.hasSuffix(".chemical_formula_hill".utf8)
        let isIUPAC = quantity.name.utf8.hasSuffix(".chemical_formula_iupac".utf8)
        guard isHill || isIUPAC, quantity.name.utf8.starts(with: "results.material.".utf8) else { return text }
        guard let counts = counts(text) else {
            throw .search("'\(text)' is no chemical formula", at: [quantity.name])
        }
        return isHill ? hill(counts) : iupac(counts)
    }

    /// How many atoms of each element; `nil` where `text` is no formula. Elements may come more than once.
    private static func counts(_ text: String) -> [String: Int]? {
        var counts: [String: Int] = [:]
        var bytes = Array(text.utf8)[...]
        while let first = bytes.first {
            guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return nil }
            let rest = bytes.dropFirst().prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            let symbol = String(decoding: [first] + rest, as: UTF8.self)
            guard ElementOrder.symbols.contains(symbol) else { return nil }
            bytes = bytes.dropFirst(1 + rest.count)
            let digits = bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let count = digits.isEmpty ? 1 : Int(String(decoding: digits, as: UTF8.self)), count > 0,
                count < 1 << 40
            else { return nil }
            counts[symbol, default: 0] += count
            bytes = bytes.dropFirst(digits.count)
        }
        return counts.isEmpty ? nil : counts
    }

    /// Carbon, hydrogen, then the alphabet; without carbon the alphabet alone.
    private static func hill(_ counts: [String: Int]) -> String {
        let order = counts.keys.sorted { left, right in
            func rank(_ symbol: String) -> Int { counts["C"] == nil ? 2 : symbol == "C" ? 0 : symbol == "H" ? 1 : 2 }
            return (rank(left), left) < (rank(right), right)
        }
        return written(order, counts)
    }

    /// The order of electronegativity, in the smallest whole numbers.
    private static func iupac(_ counts: [String: Int]) -> String {
        let divisor = counts.values.reduce(0, greatestCommonDivisor)
        let reduced = counts.mapValues { $0 / max(1, divisor) }
        let order = counts.keys.sorted { (ElementOrder.rank[$0] ?? 0) < (ElementOrder.rank[$1] ?? 0) }
        return written(order, reduced)
    }

    private static func written(_ order: [String], _ counts: [String: Int]) -> String {
        order.map { symbol in
            let count = counts[symbol] ?? 1
            return count == 1 ? symbol : "\(symbol)\(count)"
        }.joined()
    }

    private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        right == 0 ? left : greatestCommonDivisor(right, left % right)
    }
}

/// The chemical elements in the order of formulas by IUPAC.
///
/// Source: IUPAC, Nomenclature of Inorganic Chemistry (2005), table VI: the arrow through the periodic table from
/// fluorine back to radon, here from its end.
enum ElementOrder {
    /// The symbols, least electronegative first.
    static let order = [
        "Rn", "Xe", "Kr", "Ar", "Ne", "He", "Fr", "Cs", "Rb", "K", "Na", "Li", "Ra", "Ba", "Sr", "Ca", "Mg", "Be",
        "Lr", "No", "Md", "Fm", "Es", "Cf", "Bk", "Cm", "Am", "Pu", "Np", "U", "Pa", "Th", "Ac", "Lu", "Yb", "Tm",
        "Er", "Ho", "Dy", "Tb", "Gd", "Eu", "Sm", "Pm", "Nd", "Pr", "Ce", "La", "Y", "Sc", "Rf", "Hf", "Zr", "Ti",
        "Db", "Ta", "Nb", "V", "Sg", "W", "Mo", "Cr", "Bh", "Re", "Tc", "Mn", "Hs", "Os", "Ru", "Fe", "Mt", "Ir",
        "Rh", "Co", "Ds", "Pt", "Pd", "Ni", "Rg", "Au", "Ag", "Cu", "Cn", "Hg", "Cd", "Zn", "Nh", "Tl", "In", "Ga",
        "Al", "B", "Fl", "Pb", "Sn", "Ge", "Si", "C", "Mc", "Bi", "Sb", "As", "P", "N", "H", "Lv", "Po", "Te", "Se",
        "S", "O", "Ts", "At", "I", "Br", "Cl", "F", "Og",
    ]
    /// All symbols.
    static let symbols = Set(order)
    /// The place of each symbol in ``order``.
    static let rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
}
