import RutileImport
import Testing

struct CompositionTests {
    /// A molecule of these atoms, by symbol and count.
    private func composition(_ atoms: KeyValuePairs<String, Int>) throws -> Composition {
        var crystal = Crystal(sites: [], species: [])
        for (symbol, count) in atoms {
            crystal.species.append(Crystal.Species(try #require(ChemicalElement(symbol: symbol))))
            let species = crystal.species.count - 1
            for _ in 0..<count { crystal.sites.append(Crystal.Site(position: .zero, species: species)) }
        }
        return Composition(of: crystal)
    }

    @Test func aReducedFormulaIsAlphabeticalAndHasNoCommonDivisor() throws {
        #expect(try composition(["Na": 4, "Cl": 4]).reducedFormula == "ClNa")
        #expect(try composition(["Ti": 2, "O": 4]).reducedFormula == "O2Ti")
        #expect(try composition(["Si": 8]).reducedFormula == "Si")
    }

    @Test func anAnonymousFormulaHasItsProportionsInDescendingOrder() throws {
        #expect(try composition(["Al": 4, "O": 6]).anonymousFormula == "A3B2")
        #expect(try composition(["Ca": 1, "C": 1, "O": 3]).anonymousFormula == "A3BC")
    }

    @Test func theTwentySeventhElementOfAnAnonymousFormulaIsAa() throws {
        let symbols = (1...28).compactMap { ChemicalElement(atomicNumber: $0)?.symbol }
        var crystal = Crystal(sites: [], species: [])
        for (index, symbol) in symbols.enumerated() {
            crystal.species.append(Crystal.Species(try #require(ChemicalElement(symbol: symbol))))
            crystal.sites.append(Crystal.Site(position: .zero, species: index))
        }
        #expect(Composition(of: crystal).anonymousFormula == "ABCDEFGHIJKLMNOPQRSTUVWXYZAaBa")
    }

    @Test func hillsOrderPutsCarbonAndHydrogenFirstOnlyWithCarbon() throws {
        #expect(try composition(["O": 1, "H": 6, "C": 2]).hillFormula == "C2H6O")
        #expect(try composition(["O": 1, "H": 2]).hillFormula == "H2O")
        #expect(try composition(["Cl": 1, "Br": 1, "C": 1]).hillFormula == "CBrCl")
    }

    @Test func sharedSitesCountByTheirOccupancies() throws {
        let (iron, nickel) = try (
            #require(ChemicalElement(symbol: "Fe")), #require(ChemicalElement(symbol: "Ni"))
        )
        let shared = Crystal.Species(
            name: "FeNi",
            parts: [
                .init(iron, concentration: 0.25), .init(nickel, concentration: 0.5),
                .init(nil, concentration: 0.25),
            ])
        let composition = Composition(
            of: Crystal(sites: [Crystal.Site(position: .zero, species: 0)], species: [shared]))
        #expect(composition.reducedFormula == "FeNi2")
        #expect(composition.hillFormula == nil)
        #expect(composition.descriptiveFormula == "Fe0.25Ni0.5")
        #expect(composition.ratios == [1.0 / 3, 2.0 / 3])
    }
}

struct ChemicalElementTests {
    @Test(
        arguments: [
            ("Si", "Si"), ("SI", "Si"), ("NA", "Na"), ("Fe3+", "Fe"), ("O2-", "O"), ("Ca1", "Ca"), ("CA1", "C"),
            ("OW", "O"), ("Cl-", "Cl"), ("D", "H"), ("D1", "H"), ("Si4+", "Si"), ("SiT", "Si"), ("AlM2", "Al"),
            ("H12A", "H"), ("Dy1", "Dy"),
        ])
    func aLabelNamesItsElement(_ label: String, _ symbol: String) {
        #expect(ChemicalElement(label: label)?.symbol == symbol)
    }

    @Test(arguments: ["", "1", "?", "X", "Q1", "+", "é"])
    func otherLabelsNameNone(_ label: String) {
        #expect(ChemicalElement(label: label) == nil)
    }

    @Test func everyElementHasItsNumber() {
        for number in 1...118 {
            let element = ChemicalElement(atomicNumber: number)
            #expect(element?.atomicNumber == number)
            #expect(element.flatMap { ChemicalElement(symbol: $0.symbol) } == element)
        }
        #expect(ChemicalElement(atomicNumber: 0) == nil)
        #expect(ChemicalElement(atomicNumber: 119) == nil)
        #expect(ChemicalElement(symbol: "Og")?.atomicNumber == 118)
        #expect(ChemicalElement(symbol: "Pb")?.mass == 207.2)
    }
}
