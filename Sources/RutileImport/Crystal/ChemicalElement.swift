/// A chemical element.
///
/// Source: standard atomic weights, IUPAC 2021 (abridged values); for elements without stable isotopes the mass number
/// of the longest-lived one.
package struct ChemicalElement: Hashable, Sendable {
    /// Its symbol, for example `Si`.
    package let symbol: String
    /// Number of protons, 1 to 118.
    package let atomicNumber: Int
    /// Mass of an atom in unified atomic mass units, natural isotopes averaged.
    package let mass: Double

    /// The element with `symbol`, in exactly this spelling; `nil` where there is none.
    package init?(symbol: String) {
        guard let element = Self.bySymbol[symbol] else { return nil }
        self = element
    }

    /// The element that an atom's label or type speaks of: `Si`, `SI`, `Fe3+`, `O2-`, `Ca1`, `OW`.
    ///
    /// Two letters are an element only if the second is a small one, or if the first by itself is none, or if the
    /// text is nothing but these two letters: `Ca1` is calcium, `CA1` carbon, `NA` sodium. `D` and `T` are hydrogen.
    package init?(label: String) {
        let letters = label.utf8.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
        guard let first = letters.first else { return nil }
        let single = String(UnicodeScalar(first & 0xDF))
        let second = letters.dropFirst().first
        let pair = second.map { single + String(UnicodeScalar($0 | 0x20)) }
        if let pair, let second, second >= UInt8(ascii: "a") || letters.count == 2 && letters.count == label.utf8.count,
            let element = Self.bySymbol[pair]
        {
            self = element
        } else if let element = Self.bySymbol[single == "D" || single == "T" ? "H" : single] {
            self = element
        } else if let pair, let element = Self.bySymbol[pair] {
            self = element
        } else {
            return nil
        }
    }

    /// The element with `atomicNumber` protons; `nil` outside 1 to 118.
    package init?(atomicNumber: Int) {
        guard Self.table.indices.contains(atomicNumber - 1) else { return nil }
        let (symbol, mass) = Self.table[atomicNumber - 1]
        self.init(symbol: symbol, atomicNumber: atomicNumber, mass: mass)
    }

    private init(symbol: String, atomicNumber: Int, mass: Double) {
        self.symbol = symbol
        self.atomicNumber = atomicNumber
        self.mass = mass
    }

    private static let bySymbol: [String: ChemicalElement] = {
        var elements: [String: ChemicalElement] = [:]
        for (index, (symbol, mass)) in table.enumerated() {
            elements[symbol] = ChemicalElement(symbol: symbol, atomicNumber: index + 1, mass: mass)
        }
        return elements
    }()

    private static let table: [(String, Double)] = [
        ("H", 1.008), ("He", 4.0026), ("Li", 6.94), ("Be", 9.0122), ("B", 10.81), ("C", 12.011), ("N", 14.007),
        ("O", 15.999), ("F", 18.998), ("Ne", 20.180), ("Na", 22.990), ("Mg", 24.305), ("Al", 26.982), ("Si", 28.085),
        ("P", 30.974), ("S", 32.06), ("Cl", 35.45), ("Ar", 39.95), ("K", 39.098), ("Ca", 40.078), ("Sc", 44.956),
        ("Ti", 47.867), ("V", 50.942), ("Cr", 51.996), ("Mn", 54.938), ("Fe", 55.845), ("Co", 58.933), ("Ni", 58.693),
        ("Cu", 63.546), ("Zn", 65.38), ("Ga", 69.723), ("Ge", 72.630), ("As", 74.922), ("Se", 78.971), ("Br", 79.904),
        ("Kr", 83.798), ("Rb", 85.468), ("Sr", 87.62), ("Y", 88.906), ("Zr", 91.224), ("Nb", 92.906), ("Mo", 95.95),
        ("Tc", 97), ("Ru", 101.07), ("Rh", 102.91), ("Pd", 106.42), ("Ag", 107.87), ("Cd", 112.41), ("In", 114.82),
        ("Sn", 118.71), ("Sb", 121.76), ("Te", 127.60), ("I", 126.90), ("Xe", 131.29), ("Cs", 132.91), ("Ba", 137.33),
        ("La", 138.91), ("Ce", 140.12), ("Pr", 140.91), ("Nd", 144.24), ("Pm", 145), ("Sm", 150.36), ("Eu", 151.96),
        ("Gd", 157.25), ("Tb", 158.93), ("Dy", 162.50), ("Ho", 164.93), ("Er", 167.26), ("Tm", 168.93), ("Yb", 173.05),
        ("Lu", 174.97), ("Hf", 178.49), ("Ta", 180.95), ("W", 183.84), ("Re", 186.21), ("Os", 190.23), ("Ir", 192.22),
        ("Pt", 195.08), ("Au", 196.97), ("Hg", 200.59), ("Tl", 204.38), ("Pb", 207.2), ("Bi", 208.98), ("Po", 209),
        ("At", 210), ("Rn", 222), ("Fr", 223), ("Ra", 226), ("Ac", 227), ("Th", 232.04), ("Pa", 231.04), ("U", 238.03),
        ("Np", 237), ("Pu", 244), ("Am", 243), ("Cm", 247), ("Bk", 247), ("Cf", 251), ("Es", 252), ("Fm", 257),
        ("Md", 258), ("No", 259), ("Lr", 262), ("Rf", 267), ("Db", 270), ("Sg", 269), ("Bh", 270), ("Hs", 270),
        ("Mt", 278), ("Ds", 281), ("Rg", 281), ("Cn", 285), ("Nh", 286), ("Fl", 289), ("Mc", 289), ("Lv", 293),
        ("Ts", 293), ("Og", 294),
    ]
}
