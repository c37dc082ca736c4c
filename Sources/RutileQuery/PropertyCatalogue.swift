import RutileJSON
package import RutileModel

/// What the values of a property are.
public indirect enum PropertyType: Hashable, Sendable {
    case string, integer, float, boolean, timestamp
    case list(PropertyType)
    /// Named members; order matters for documents only.
    case dictionary([Member])
    /// A list of dictionaries whose items are tested one by one (``Predicate/someItem(_:_:)``). Paths do not lead into
    /// it, and without items it is absent.
    case table([Member])
    /// Anything: neither tested nor sorted.
    case opaque

    /// A member of a dictionary.
    public struct Member: Hashable, Sendable {
        /// Its key.
        public let name: String
        /// What its values are.
        public let type: PropertyType

        /// The member `name`.
        public init(_ name: String, _ type: PropertyType) {
            self.name = name
            self.type = type
        }
    }

    /// Whether values have an order: all scalars but opaque ones.
    public var isScalar: Bool {
        switch self {
        case .string, .integer, .float, .boolean, .timestamp: true
        case .list, .dictionary, .table, .opaque: false
        }
    }

    /// How many lists lie in each other around what is no list, and that: 2 and floats of lists of lists of floats.
    package var innermost: (depth: Int, item: PropertyType) {
        var (depth, item) = (0, self)
        while case .list(let inner) = item { (depth, item) = (depth + 1, inner) }
        return (depth, item)
    }
}

/// A property of entries.
public struct Property: Hashable, Sendable {
    /// Its name, unique among the properties of its entry type.
    public let name: String
    /// What its values are.
    public let type: PropertyType
    /// Its unit (`angstrom`, `eV`, `dimensionless` …); absent where a unit makes no sense.
    public let unit: String?
    /// For people; absent where nobody wrote one.
    public let description: String?
    /// Whether lists of entries can be ordered by it.
    public let isSortable: Bool

    /// A property; sortable, unless stated, when it is a scalar.
    public init(
        _ name: String, _ type: PropertyType, unit: String? = nil, description: String? = nil, isSortable: Bool? = nil
    ) {
        self.name = name
        self.type = type
        self.unit = unit
        self.description = description
        self.isSortable = isSortable ?? type.isScalar
    }
}

/// The properties of one entry type.
public struct PropertyCatalogue: Hashable, Sendable {
    /// All, in the order in which they were given.
    public private(set) var properties: [Property] = []
    /// How values in documents are read.
    package var reading = ValueReading.stored
    private var positions: [UTF8Key: Int] = [:]

    /// What counts as a value.
    package enum ValueReading: Hashable, Sendable {
        /// Values as they are stored: timestamps to the microsecond, and any number where integers are meant.
        case stored
        /// Values as OPTIMADE shows them: timestamps in any form that is stored, cut to whole seconds, and no number
        /// with a fraction where integers are meant.
        case shown

        /// The instant that `text` is; `nil` where it is none.
        package func time(_ text: String) -> Timestamp? {
            switch self {
            case .stored: Timestamp(text)
            case .shown: Timestamp(stored: text)?.wholeSecond
            }
        }

        /// Whether `number` is a value of an integer property.
        package func isInteger(_ number: Double) -> Bool { self == .stored || number.isWhole }
    }

    /// The catalogue of `properties`; a later one of the same name replaces the earlier one.
    public init(_ properties: [Property] = []) {
        for property in properties { insert(property) }
    }

    /// Adds `property`, or replaces the one of its name.
    public mutating func insert(_ property: Property) {
        if let position = positions[UTF8Key(property.name)] {
            properties[position] = property
        } else {
            positions[UTF8Key(property.name)] = properties.count
            properties.append(property)
        }
    }

    /// The property `name`; `nil` when there is none.
    public subscript(_ name: String) -> Property? { positions[UTF8Key(name)].map { properties[$0] } }

    /// The type of what `path` leads to; through a list of dictionaries it is the flat list of what all items have,
    /// however many lists lie on the way.
    ///
    /// - Throws: ``PathError`` when some component names nothing.
    public func type(of path: PropertyPath) throws(PathError) -> PropertyType {
        guard let property = self[path.head] else { throw PathError(component: 0, reason: .unknownName) }
        var type = property.type
        var isList = false
        for (index, name) in path.components.enumerated().dropFirst() {
            while case .list(let item) = type {
                type = item
                isList = true
            }
            guard case .dictionary(let members) = type else { throw PathError(component: index, reason: .noDictionary) }
            guard let member = members.first(where: { $0.name.hasSameUTF8(as: name) }) else {
                throw PathError(component: index, reason: .unknownName)
            }
            type = member.type
        }
        guard isList else { return type }
        while case .list(let item) = type { type = item }
        return .list(type)
    }

    /// Why a path leads nowhere.
    public struct PathError: Error, Equatable, Sendable {
        /// What was wrong with a component.
        public enum Reason: Equatable, Sendable {
            /// There is no property or member of this name.
            case unknownName
            /// The component before it is no dictionary.
            case noDictionary
        }

        /// Index of the component.
        public let component: Int
        /// What was wrong with it.
        public let reason: Reason
    }
}
