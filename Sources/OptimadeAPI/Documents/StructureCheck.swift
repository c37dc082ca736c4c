package import RutileJSON
import RutileModel

/// Tells whether the properties of a structure agree with each other.
///
/// Pure. Absent and null properties are not missed, but for `structure_features`, which must be known; what has not the
/// type that it should have is reported once and then left alone.
/// Source: OPTIMADE 1.2, "Structures entries", with the site properties of 1.3.
package struct StructureCheck {
    /// What does not agree, in words; empty for a sound structure.
    package private(set) var problems: [String] = []
    /// The features that the species and assemblies come to, in alphabetical order.
    package private(set) var features: [String] = []
    private let attributes: ObjectValue

    /// By how much a sum of shares may miss 1.
    private static let sumTolerance = 1e-3

    /// Checks the `attributes` of a structure.
    package init(_ attributes: ObjectValue) {
        self.attributes = attributes
        checkElements()
        checkFormulas()
        checkCell()
        checkSites()
        features = checkSpecies()
        checkFeatures(features)
        checkSymmetry()
        if let time = value("last_modified"), time.text.flatMap({ Timestamp(stored: $0) }) == nil {
            problems.append("last_modified is no timestamp")
        }
    }

    // MARK: Reading

    private func value(_ name: String) -> Value? {
        guard let value = attributes[name], !value.isNull else { return nil }
        return value
    }

    private mutating func items(_ name: String) -> [Value]? {
        guard let value = value(name) else { return nil }
        if value.items == nil { problems.append("\(name) is no list") }
        return value.items
    }

    private mutating func texts(_ name: String) -> [String]? {
        guard let items = items(name) else { return nil }
        let texts = items.compactMap(\.text)
        if texts.count == items.count { return texts }
        problems.append("\(name) has items that are no text")
        return nil
    }

    private mutating func integer(_ name: String) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.integer.flatMap(Int.init(exactly:)) else {
            problems.append("\(name) is no integer")
            return nil
        }
        return number
    }

    private mutating func expect(_ holds: Bool, _ problem: @autoclosure () -> String) {
        if !holds { problems.append(problem()) }
    }

    // MARK: Composition

    private mutating func checkElements() {
        guard let elements = texts("elements") else { return }
        expect(
            zip(elements, elements.dropFirst()).allSatisfy { UTF8Key($0) < UTF8Key($1) },
            "elements are not in alphabetical order, or one stands twice")
        if let unknown = elements.first(where: { !ElementSymbols.all.contains(UTF8Key($0)) }) {
            problems.append("elements has '\(unknown)', which is no element")
        }
        if let count = integer("nelements") {
            expect(count == elements.count, "nelements is \(count), but elements has \(elements.count)")
        }
        if let ratios = items("elements_ratios") {
            expect(
                ratios.count == elements.count, "elements_ratios has \(ratios.count) items, elements \(elements.count)")
            let sum = ratios.reduce(0) { $0 + ($1.real ?? .nan) }
            expect(abs(sum - 1) <= Self.sumTolerance, "the sum of elements_ratios is \(sum), not 1")
        }
    }

    private mutating func checkFormulas() {
        let elements = value("elements")?.items?.compactMap(\.text)
        let reduced = formula("chemical_formula_reduced")
        if let reduced {
            expect(reduced.isAlphabetical, "chemical_formula_reduced is not in alphabetical order")
            expect(reduced.isReduced, "chemical_formula_reduced has numbers with a common divisor")
            if let elements {
                expect(
                    reduced.symbols.map(UTF8Key.init) == elements.map(UTF8Key.init),
                    "chemical_formula_reduced has other elements than elements")
            }
        }
        if let anonymous = formula("chemical_formula_anonymous") {
            expect(anonymous.isAnonymous, "chemical_formula_anonymous has not the labels A, B, … in this order")
            expect(
                zip(anonymous.counts, anonymous.counts.dropFirst()).allSatisfy { $0 >= $1 },
                "chemical_formula_anonymous has numbers that ascend")
            expect(anonymous.isReduced, "chemical_formula_anonymous has numbers with a common divisor")
            if let reduced {
                expect(
                    anonymous.counts.sorted() == reduced.counts.sorted(),
                    "chemical_formula_anonymous has other proportions than chemical_formula_reduced")
            }
        }
        if let hill = formula("chemical_formula_hill") {
            expect(hill.isInHillOrder, "chemical_formula_hill is not in Hill's order")
        }
        if let descriptive = value("chemical_formula_descriptive")?.text {
            expect(
                FormulaText.hasBalancedBrackets(descriptive),
                "chemical_formula_descriptive has brackets that are not balanced")
        }
    }

    private mutating func formula(_ name: String) -> FormulaText? {
        guard let value = value(name) else { return nil }
        let formula = value.text.flatMap(FormulaText.init)
        if formula == nil { problems.append("\(name) is no formula of symbols and numbers from 2 on") }
        return formula
    }

    // MARK: Cell and sites

    /// The lists with one item for each site, and whether an item is three coordinates.
    private static let siteLists = [
        (name: "cartesian_site_positions", areCoordinates: true),
        (name: "fractional_site_positions", areCoordinates: true),
        (name: "species_at_sites", areCoordinates: false), (name: "wyckoff_positions", areCoordinates: false),
    ]

    /// The properties of one word, with the words that they may have.
    private static let words = ["site_coordinate_span", "optimization_type"].map { name in
        let words = EntryTypeDefinition.structures[name]?.json["enum"]?.items?.compactMap(\.text) ?? []
        return (name: name, words: Set(words.map(UTF8Key.init)))
    }

    private mutating func checkCell() {
        let types = items("dimension_types").map { $0.compactMap(\.integer) }
        if let types {
            expect(
                types.count == 3 && types.allSatisfy { $0 == 0 || $0 == 1 }, "dimension_types is not three of 0 and 1")
        }
        if let count = integer("nperiodic_dimensions"), let types {
            let sum = types.reduce(0, &+)
            expect(Int64(count) == sum, "nperiodic_dimensions is \(count), but dimension_types has \(sum)")
        }
        guard let vectors = items("lattice_vectors") else {
            expect(types.map { !$0.contains(1) } ?? true, "lattice_vectors is missing in a periodic structure")
            return
        }
        for (index, vector) in vectors.enumerated() {
            let isUnset = vector.items.map { $0.count == 3 && $0.allSatisfy(\.isNull) } ?? false
            expect(isUnset || vector.isPosition, "lattice vector \(index + 1) is not three numbers")
            if isUnset, let types, types.indices.contains(index), types[index] == 1 {
                problems.append("lattice vector \(index + 1) is null, but the structure is periodic along it")
            }
        }
        expect(vectors.count == 3, "lattice_vectors has \(vectors.count) vectors, not 3")
    }

    private mutating func checkSites() {
        let count = integer("nsites")
        for (name, areCoordinates) in Self.siteLists {
            guard let items = items(name) else { continue }
            if let count { expect(items.count == count, "\(name) has \(items.count) items, but nsites is \(count)") }
            if areCoordinates {
                expect(items.allSatisfy(\.isPosition), "\(name) has items that are not three numbers")
            }
        }
        for (name, words) in Self.words {
            if let word = value(name)?.text, !words.contains(UTF8Key(word)) {
                problems.append("\(name) is '\(word.shortened)', which the standard does not have")
            }
        }
        if value("fractional_site_positions") != nil {
            expect(value("site_coordinate_span") != nil, "site_coordinate_span is missing beside fractional positions")
        }
    }

    // MARK: Species and features

    /// What the features must say, in alphabetical order.
    private mutating func checkSpecies() -> [String] {
        var features: [String] = []
        if let assemblies = items("assemblies"), !assemblies.isEmpty {
            features.append("assemblies")
            for assembly in assemblies { check(assembly: assembly) }
        }
        guard let species = items("species") else { return features }
        var names: Set<UTF8Key> = []
        var isDisordered = false
        var hasAttachments = false
        for one in species {
            guard let name = one["name"]?.text else {
                problems.append("a species has no name")
                continue
            }
            expect(names.insert(UTF8Key(name)).inserted, "two species have the name '\(name)'")
            check(species: one, name)
            if (one["chemical_symbols"]?.items?.count ?? 0) > 1 { isDisordered = true }
            if one["attached"]?.items != nil { hasAttachments = true }
        }
        if isDisordered { features.append("disorder") }
        if let used = texts("species_at_sites") {
            var distinct: Set<UTF8Key> = []
            var last: UTF8Key?
            // Sites of one species most often stand together.
            for name in used where last?.string.hasSameUTF8(as: name) != true {
                let key = UTF8Key(name)
                distinct.insert(key)
                last = key
            }
            if let unknown = distinct.subtracting(names).min() {
                problems.append("species_at_sites has '\(unknown.string)', which is no species")
            }
            if !names.isSubset(of: distinct) { features.append("implicit_atoms") }
        }
        if hasAttachments { features.append("site_attachments") }
        return features
    }

    private mutating func check(species: Value, _ name: String) {
        guard let symbols = species["chemical_symbols"]?.items, !symbols.isEmpty else {
            problems.append("the species '\(name)' has no chemical_symbols")
            return
        }
        for symbol in symbols {
            let isKnown = symbol.text.map { ElementSymbols.inSpecies.contains(UTF8Key($0)) } ?? false
            expect(isKnown, "the species '\(name)' has a chemical symbol that is no element, X or vacancy")
        }
        if let shares = species["concentration"]?.items {
            expect(shares.count == symbols.count, "the species '\(name)' has not one concentration for each symbol")
            let sum = shares.reduce(0) { $0 + ($1.real ?? .nan) }
            expect(abs(sum - 1) <= Self.sumTolerance, "the concentrations of the species '\(name)' come to \(sum)")
        } else {
            problems.append("the species '\(name)' has no concentration")
        }
        if let masses = species["mass"], !masses.isNull {
            expect(masses.items?.count == symbols.count, "the species '\(name)' has not one mass for each symbol")
        }
        let attached = species["attached"]?.items?.count
        let counts = species["nattached"]?.items?.count
        expect(attached == counts, "attached and nattached of the species '\(name)' do not agree")
    }

    private mutating func check(assembly: Value) {
        guard let groups = assembly["sites_in_groups"]?.items, let shares = assembly["group_probabilities"]?.items
        else {
            problems.append("an assembly has no sites_in_groups or no group_probabilities")
            return
        }
        expect(groups.count == shares.count, "an assembly has not one probability for each group")
        let sites = groups.flatMap { $0.items ?? [] }.compactMap(\.integer)
        expect(Set(sites).count == sites.count, "a site is in two groups of an assembly")
        if let count = value("nsites")?.integer {
            expect(sites.allSatisfy { (0..<count).contains($0) }, "an assembly has a site that does not exist")
        }
    }

    private mutating func checkFeatures(_ needed: [String]) {
        guard let features = texts("structure_features") else {
            expect(attributes["structure_features"].map { !$0.isNull } ?? false, "structure_features is missing")
            return
        }
        expect(
            zip(features, features.dropFirst()).allSatisfy { UTF8Key($0) < UTF8Key($1) },
            "structure_features are not in alphabetical order")
        let stated = Set(features.map(UTF8Key.init))
        let known = ["assemblies", "disorder", "implicit_atoms", "site_attachments"]
        if let unknown = stated.subtracting(known.map(UTF8Key.init)).min() {
            problems.append("structure_features has '\(unknown.string.shortened)', which is no feature")
        }
        for feature in known {
            switch (stated.contains(UTF8Key(feature)), needed.contains(feature)) {
            // Implicit atoms need not even have a species.
            case (true, false) where feature != "implicit_atoms":
                problems.append("structure_features has \(feature), but the structure has none")
            case (false, true): problems.append("structure_features lacks \(feature)")
            default: break
            }
        }
    }

    private mutating func checkSymmetry() {
        let isBulk = value("nperiodic_dimensions")?.integer.map { $0 == 3 } ?? true
        if let number = integer("space_group_it_number") {
            expect((1...230).contains(number), "space_group_it_number is \(number), not 1 to 230")
        }
        for name in ["space_group_it_number", "space_group_symbol_hall"] where value(name) != nil {
            expect(isBulk, "\(name) is known though the structure is not periodic in three directions")
        }
        if let operations = texts("space_group_symmetry_operations_xyz") {
            if let odd = operations.first(where: { !SymmetryOperationText.isValid($0) }) {
                problems.append(
                    "space_group_symmetry_operations_xyz has '\(odd)', which is none as OPTIMADE writes them")
            }
            expect(
                operations.contains { $0.hasSameUTF8(as: "x,y,z") }, "space_group_symmetry_operations_xyz lacks x,y,z")
        }
    }
}

extension Value {
    /// Whether this is a list of three numbers.
    fileprivate var isPosition: Bool { items.map { $0.count == 3 && $0.allSatisfy { $0.real != nil } } ?? false }
}
