import RutileJSON

/// The elements of a synthetic structure, and what follows from them.
struct SyntheticComposition {
    /// In alphabetical order.
    let elements: [String]
    /// Atoms of each element in the cell.
    let counts: [Int]

    /// Roughly as frequent as in databases of inorganic crystals: those in front come more often.
    private static let symbols = [
        "O", "Si", "H", "C", "Al", "N", "Fe", "S", "F", "Li", "Na", "Mg", "P", "Ti", "Ca", "K", "Cl", "Cu", "Mn", "Ni",
        "Co", "Zn", "Ga", "Ge", "As", "Se", "Br", "Sr", "Zr", "Nb", "Mo", "Ag", "In", "Sn", "Sb", "Te", "I", "Cs", "Ba",
        "La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Yb", "Lu", "Hf", "Ta", "W", "Re", "Pt", "Au",
        "Hg", "Tl", "Pb", "Bi", "B", "V", "Cr", "Rb", "Y", "Pd", "Ru", "Rh", "Cd", "Ir", "Os", "Th", "U",
    ]

    /// A random composition.
    init(_ random: inout RandomSource) {
        let number = random.pick([1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6])
        var chosen: Set<String> = []
        while chosen.count < number {
            // Squared, so that small places come more often.
            let fraction = random.fraction()
            chosen.insert(Self.symbols[Int(fraction * fraction * Double(Self.symbols.count))])
        }
        elements = chosen.sorted()
        let units = random.pick([1, 1, 1, 2, 2, 4, 4, 8])
        counts = elements.map { _ in random.pick([1, 1, 1, 2, 2, 3, 4, 6, 8, 12]) * units }
    }

    /// Atoms in the cell.
    var siteCount: Int { counts.reduce(0, +) }

    private var reduced: [Int] {
        func divisor(_ left: Int, _ right: Int) -> Int { right == 0 ? left : divisor(right, left % right) }
        let common = counts.reduce(0, divisor)
        return counts.map { $0 / common }
    }

    private func formula(_ counts: [Int], _ labels: [String]) -> String {
        zip(labels, counts).map { $1 == 1 ? $0 : "\($0)\($1)" }.joined()
    }

    private var hill: String {
        guard let carbon = elements.firstIndex(of: "C") else { return formula(counts, elements) }
        var order = [carbon]
        if let hydrogen = elements.firstIndex(of: "H") { order.append(hydrogen) }
        order += elements.indices.filter { !order.contains($0) }
        return formula(order.map { counts[$0] }, order.map { elements[$0] })
    }

    /// Writes what follows from the composition, as members of an object.
    func write(_ random: inout RandomSource, to writer: inout JSONWriter) {
        func text(_ key: String, _ text: String) {
            writer.key(key)
            writer.string(text)
        }
        func list<Item>(_ key: String, _ items: [Item], _ write: (Item) -> Void) {
            writer.key(key)
            writer.beginList()
            items.forEach(write)
            writer.endList()
        }
        list("elements", elements) { writer.string($0) }
        writer.key("nelements")
        writer.integer(Int64(elements.count))
        list("elements_ratios", counts) { writer.real(Double($0) / Double(siteCount)) }
        text("chemical_formula_descriptive", formula(counts, elements) + random.pick(["", "", "", " x H2O"]))
        text("chemical_formula_reduced", formula(reduced, elements))
        text("chemical_formula_hill", hill)
        text("chemical_formula_anonymous", formula(reduced.sorted(by: >), ["A", "B", "C", "D", "E", "F"]))
        writer.key("nsites")
        writer.integer(Int64(siteCount))
        list("species_at_sites", zip(elements, counts).flatMap { Array(repeating: $0, count: $1) }) {
            writer.string($0)
        }
        let isDisordered = random.once(in: 20)
        list("structure_features", isDisordered ? ["disorder"] : []) { writer.string($0) }
        list("species", elements) { element in
            let isMixed = isDisordered && element.utf8.elementsEqual(elements[0].utf8)
            writer.beginObject()
            text("name", element)
            list("chemical_symbols", isMixed ? [element, "vacancy"] : [element]) { writer.string($0) }
            list("concentration", isMixed ? [0.75, 0.25] : [1]) { writer.real($0) }
            writer.endObject()
        }
    }
}
