package import RutileJSON

/// What is wanted of an archive: the `required` of the archive API.
///
/// A directive (`*`, `include`, `include-resolved`), or an object whose keys name sections and quantities and whose values
/// say what is wanted of these. Source: NOMAD 2.0.0, measured.
package struct RequiredData: Sendable {
    /// What is wanted of a value.
    package enum Part: Sendable {
        /// All of it as stored, with references as they are.
        case stored
        /// All of it, and what its references lead to, and so on.
        case resolved
        /// Parts of it.
        case keys(Keys)
        /// A word that is no directive where it stands. It is refused only where there is a value for it.
        case unknown(String)
    }

    /// What is wanted of the parts of a section.
    package final class Keys: Sendable {
        /// Keys in the order of the request.
        package let named: [Key]
        /// What is wanted of all children that no key names (`*` as a key); absent where there are not wanted.
        package let others: Part?
        private let positions: [UTF8Key: Int]

        init(named: [Key], others: Part?) {
            self.named = named
            self.others = others
            // Of several keys for one list the last one counts.
            positions = Dictionary(
                named.enumerated().map { (UTF8Key($1.name), $0) }, uniquingKeysWith: { _, last in last })
        }

        /// The key that counts for the child `name`.
        package subscript(_ name: String) -> Key? { positions[UTF8Key(name)].map { named[$0] } }
    }

    /// One key of an object: `run`, `calculation[-1]`, `system[0:2]`.
    package struct Key: Sendable {
        package let name: String
        /// Which items of a list; absent for all of them, and for values that are no lists.
        package let items: Items?
        /// What is wanted; absent for what is left out (`exclude`).
        package let part: Part?
    }

    /// Which items of a list are wanted.
    package enum Items: Hashable, Sendable {
        /// `[i]`; negative numbers count from the end.
        case one(Int)
        /// `[a:b]`, from the first up to, not including, the last.
        case range(from: Int?, to: Int?)

        /// The positions in a list of `count` items; `nil` where there is none, so that the key is absent.
        ///
        /// Numbers are clamped: `[-10]` of three items is the first one. Two equal bounds are one item; bounds in reverse,
        /// and such as meet though they are written differently (`[1:-2]` of three items), are an empty list.
        package func positions(count: Int) -> Range<Int>? {
            func clamped(_ number: Int) -> Int { max(-count, min(number, count)) }
            func place(_ number: Int) -> Int { number < 0 ? count + number : number }
            func item(_ number: Int) -> Range<Int>? {
                let position = place(number)
                return position < count ? position..<position + 1 : nil
            }
            switch self {
            case .one(let number): return item(clamped(number))
            case .range(let from, let to):
                let first = clamped(from ?? 0)
                let last = to.map(clamped)
                if first == last { return item(first) }
                let start = place(first)
                return start..<max(start, last.map(place) ?? count)
            }
        }
    }

    /// What is wanted of the whole archive.
    package let root: Part
    /// Whether what a reference leads to takes its place, rather than standing at its own.
    package let resolvesInPlace: Bool
    /// As the client wrote it.
    package let given: Value

    /// All of an archive, as stored.
    package static let everything = RequiredData(root: .stored, resolvesInPlace: false, given: .string("*"))

    init(root: Part, resolvesInPlace: Bool, given: Value) {
        self.root = root
        self.resolvesInPlace = resolvesInPlace
        self.given = given
    }

    /// Whether archives are wanted whole, as they are stored.
    package var isEverything: Bool { if case .stored = root { true } else { false } }
}
