import OptimadeAPI
import RutileJSON

/// What a symbol or label in a file says that an atom is: the one table of all readers.
///
/// `D` and `T` are isotopes of hydrogen; `X` is an atom of which nobody says what it is.
struct AtomKind: Hashable {
    /// Absent where it is not known.
    let element: ChemicalElement?
    /// Which isotope it is, where the file says so and OPTIMADE has no symbol for it.
    let isotope: HydrogenIsotope?
    /// What a species of such atoms is called.
    let name: String

    /// An atom of unknown element that the file calls `name`.
    init(unknown name: String = "X") {
        element = nil
        isotope = nil
        self.name = name
    }

    private init(_ element: ChemicalElement, isotope: HydrogenIsotope? = nil) {
        self.element = element
        self.isotope = isotope
        name = isotope?.symbol ?? element.symbol
    }

    /// The kind with `symbol`, in exactly this spelling; `nil` where there is none.
    init?(symbol: some StringProtocol) {
        let symbol = String(symbol)
        if let element = ChemicalElement(symbol: symbol) {
            self.init(element)
        } else if let isotope = HydrogenIsotope(rawValue: symbol), let hydrogen = ChemicalElement(symbol: "H") {
            self.init(hydrogen, isotope: isotope)
        } else if symbol.hasSameUTF8(as: "X") {
            self.init()
        } else {
            return nil
        }
    }

    /// Atoms with so many protons; of unknown element with none. `nil` outside 0 to 118.
    init?(atomicNumber: Int) {
        if atomicNumber == 0 {
            self.init()
        } else if let element = ChemicalElement(atomicNumber: atomicNumber) {
            self.init(element)
        } else {
            return nil
        }
    }

    /// The kind that a type symbol such as `Fe3+`, `O2-` or `CA2+` is; `nil` where it is none.
    init?(type: String) {
        if let element = Self.element(ofType: type) {
            self.init(element)
        } else {
            self.init(label: type)
        }
    }

    /// The element of a type symbol that is two letters, whatever their case, perhaps with a charge.
    private static func element(ofType type: String) -> ChemicalElement? {
        let letters = letters(of: type)
        let rest = type.dropFirst(2)
        guard letters.utf8.count == 2, rest.isEmpty || rest.contains(where: { $0 == "+" || $0 == "-" }) else {
            return nil
        }
        return ChemicalElement(symbol: letters.capitalizedASCII)
    }

    /// The kind that an atom's label speaks of, as ``ChemicalElement/init(label:)`` reads it; `nil` where it is none.
    init?(label: String) {
        let letters = Self.letters(of: label)
        if let element = ChemicalElement(label: label) {
            let initial = label.prefix(1).uppercased()
            self.init(element, isotope: element.symbol == "H" ? HydrogenIsotope(rawValue: initial) : nil)
        } else if letters.hasSameUTF8(as: "X") {
            self.init()
        } else {
            return nil
        }
    }

    /// Whether `label`, read as this kind, may well have been meant as another one: `CA1`, which is taken as carbon, `NA`,
    /// `Cg2`. Not `Ca1`, `O2`, `OH1`, `SiT`.
    func isGuess(from label: String) -> Bool {
        guard let symbol = element?.symbol else { return false }
        let letters = Self.letters(of: label)
        // An atomic number has no letters.
        if letters.isEmpty || letters.hasSameUTF8(as: name) { return false }
        let pair = String(letters.prefix(2))
        if pair.hasSameUTF8(as: symbol) { return false }
        guard let second = pair.utf8.dropFirst().first else { return !letters.hasSameUTF8(as: symbol) }
        let isCapital = second < UInt8(ascii: "a")
        return !isCapital || ChemicalElement(symbol: pair.capitalizedASCII) != nil
    }

    /// The same for a type symbol, in which the case of letters does not count.
    func isGuess(fromType type: String) -> Bool { Self.element(ofType: type) == nil && isGuess(from: type) }

    /// The letters that `text` begins with.
    static func letters(of text: String) -> String { String(text.prefix { $0.isASCII && $0.isLetter }) }

}

/// Collects what a reader should know of atoms that are not as they should be: a warning for each kind of fault.
struct AtomRemarks {
    /// What sites are called whose element is not known.
    var unknown = CappedList<String>()
    /// What sites are called that are left out since nobody says where they are.
    var placeless = CappedList<String>()
    /// What sites are called that are left out since they stand for no atom.
    var dummies = CappedList<String>()
    /// Labels that were read as they may not have been meant, with the symbol that they were read as.
    var guesses = CappedList<String>()

    /// A label was read as `kind`.
    mutating func guessed(_ kind: AtomKind, from label: String) { guesses.append("\(kind.name) for '\(label)'") }

    /// The warnings.
    var warnings: [String] {
        var warnings: [String] = []
        func add(_ words: CappedList<String>, _ text: (String) -> String) {
            guard !words.items.isEmpty else { return }
            let count = words.items.count + words.omitted
            let shown = words.items.prefix(10)
            warnings.append(
                text(shown.joined(separator: ", ") + (count > shown.count ? " and \(count - shown.count) more" : "")))
        }
        add(placeless) { "Left out, since they have no coordinates: \($0)." }
        add(dummies) { "Left out as dummies: \($0)." }
        add(unknown) { "Of unknown element (X), and in no formula: \($0)." }
        add(guesses) { "Elements were guessed from labels: \($0)." }
        return warnings
    }
}

extension Crystal.Species {
    /// Atoms of one kind.
    init(_ kind: AtomKind) { self.init(name: kind.name, parts: [Part(kind)]) }
}

extension Crystal.Species.Part {
    /// `concentration` of atoms of `kind`.
    init(_ kind: AtomKind, concentration: Double = 1) {
        self.init(kind.element, concentration: concentration, mass: kind.isotope?.mass)
        isUnknown = kind.element == nil
    }
}

extension String {
    /// The first letter as a capital, the others small.
    fileprivate var capitalizedASCII: String { prefix(1).uppercased() + dropFirst().lowercased() }
}
