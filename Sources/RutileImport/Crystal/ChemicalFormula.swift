/// How much of each element a crystal's cell, or a molecule, holds.
package struct Composition: Hashable, Sendable {
    /// Elements in alphabetical order of their symbols, with their number of atoms, which need not be whole.
    package let amounts: [(element: ChemicalElement, count: Double)]

    /// The composition of `crystal`: vacancies and atoms of unknown element count for nothing, attached hydrogen counts.
    package init(of crystal: Crystal) {
        var counts: [ChemicalElement: Double] = [:]
        for site in crystal.sites {
            let species = crystal.species[site.species]
            for part in species.parts {
                if let element = part.element { counts[element, default: 0] += part.concentration }
            }
            if species.attachedHydrogens > 0, let hydrogen = ChemicalElement(symbol: "H") {
                counts[hydrogen, default: 0] += Double(species.attachedHydrogens)
            }
        }
        amounts = counts.filter { $0.value > 0 }.map { (element: $0.key, count: $0.value) }
            .sorted { $0.element.symbol.utf8.lexicographicallyPrecedes($1.element.symbol.utf8) }
    }

    package static func == (left: Composition, right: Composition) -> Bool {
        left.amounts.elementsEqual(right.amounts) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for amount in amounts {
            hasher.combine(amount.element)
            hasher.combine(amount.count)
        }
    }

    /// Share of each element in the number of atoms, in the order of ``amounts``; their sum is 1.
    package var ratios: [Double] {
        let total = amounts.reduce(0) { $0 + $1.count }
        return amounts.map { $0.count / total }
    }

    /// Whether every number of atoms is whole, to 10⁻⁶.
    package var isWhole: Bool { amounts.allSatisfy { abs($0.count - $0.count.rounded()) < 1e-6 } }

    /// Smallest whole numbers in the proportion of ``amounts``, in their order.
    ///
    /// `nil` where no factor up to 1000 makes them whole to 0.002: occupations that were refined freely.
    private var proportions: [Int]? {
        guard !amounts.isEmpty else { return nil }
        for factor in 1...1_000 {
            let scaled = amounts.map { $0.count * Double(factor) }
            guard scaled.allSatisfy({ $0 < 1e12 }) else { return nil }
            let whole = scaled.map { Int($0.rounded()) }
            guard zip(scaled, whole).allSatisfy({ abs($0 - Double($1)) < 0.002 && $1 > 0 }) else { continue }
            let divisor = whole.reduce(0, greatestCommonDivisor)
            return whole.map { $0 / divisor }
        }
        return nil
    }

    /// OPTIMADE's `chemical_formula_reduced`: alphabetical, proportions without a common divisor, 1 left out.
    package var reducedFormula: String? {
        proportions.map { zip(amounts, $0).map { Self.term($0.element.symbol, $1) }.joined() }
    }

    /// OPTIMADE's `chemical_formula_anonymous`: proportions in descending order for A, B, … Z, Aa, Ba, …
    package var anonymousFormula: String? {
        proportions.map { numbers in
            numbers.sorted(by: >).enumerated().map { Self.term(Self.placeholder($0), $1) }.joined()
        }
    }

    /// Symbols and number of atoms in Hill's order: carbon, hydrogen, then alphabetical if there is carbon, else all
    /// alphabetical. `nil` where a number is not whole.
    package var hillFormula: String? {
        guard isWhole, !amounts.isEmpty else { return nil }
        return hillOrder.map { Self.term($0.element.symbol, Int($0.count.rounded())) }.joined()
    }

    /// As ``hillFormula``, but with up to four decimals where a number is not whole.
    package var descriptiveFormula: String {
        hillOrder.map { amount in
            let tenThousandths = Int((amount.count * 10_000).rounded())
            if tenThousandths % 10_000 == 0 { return Self.term(amount.element.symbol, tenThousandths / 10_000) }
            var digits = String(tenThousandths % 10_000)
            digits = String(repeating: "0", count: 4 - digits.utf8.count) + digits
            while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
            return amount.element.symbol + "\(tenThousandths / 10_000).\(digits)"
        }.joined()
    }

    private var hillOrder: [(element: ChemicalElement, count: Double)] {
        guard amounts.contains(where: { $0.element.symbol == "C" }) else { return amounts }
        let first = ["C", "H"].compactMap { symbol in amounts.first { $0.element.symbol == symbol } }
        return first + amounts.filter { $0.element.symbol != "C" && $0.element.symbol != "H" }
    }

    private static func term(_ symbol: String, _ count: Int) -> String { count == 1 ? symbol : "\(symbol)\(count)" }

    /// A, B, … Z, Aa, Ba, … Za, Ab, Bb, …
    private static func placeholder(_ index: Int) -> String {
        let capital = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index % 26)))
        guard index >= 26 else { return capital }
        return capital + String(UnicodeScalar(UInt8(ascii: "a") + UInt8((index / 26 - 1) % 26)))
    }
}

private func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
}
