import RutileJSON

/// A definition that the walk has reached.
enum DefinitionNode: Hashable {
    case package(Int)
    case section(SectionID)
    case quantity(SectionID, Int)
}

/// Reads definitions as a request asks and collects them with their places.
struct DefinitionWalk {
    /// The definitions that are read.
    let scope: DefinitionScope
    /// What was collected, in order.
    private(set) var fragments: [DefinitionFragment] = []
    /// What could not be found, as messages for clients.
    var missing: [String] = []
    /// What was shown, and how.
    var shown: Set<Shown> = []
    /// What was read, and as which part of the request: many ways may lead to the same definition.
    var readings: Set<Reading> = []
    /// Whether there is more than an answer may hold.
    private(set) var isTooLarge = false
    private static let fragmentLimit = 100_000
    /// Places of documents.
    private var documents: Set<[PathStep]> = []
    /// Places of all fragments, and the containers around them.
    private var occupied: Set<[PathStep]> = []
    /// Places that keep the path of a section which is shown elsewhere, by the place of the definition they are in.
    private var references: [[PathStep]: [DefinitionFragment]] = [:]

    /// A definition and how it was shown.
    struct Shown: Hashable {
        let node: DefinitionNode
        let config: DefinitionConfig
    }

    /// A definition and the part of the request that was read of it.
    struct Reading: Hashable {
        let node: DefinitionNode
        /// Positions of the children that lead to the part.
        let part: [Int]
    }

    /// How the walk came to a definition.
    struct Way {
        /// Levels below the definition that was asked for.
        var depth = 0
        /// Definitions on the way that were followed to.
        var visited: Set<DefinitionNode> = []

        /// The way to `node` from here.
        func following(_ node: DefinitionNode) -> Way {
            Way(depth: depth + 1, visited: visited.union([node]))
        }
    }

    /// A walk that has collected nothing.
    init(scope: DefinitionScope) { self.scope = scope }

    /// Adds a fragment that is no document.
    mutating func place(_ value: Value, at path: [PathStep]) {
        guard fragments.count < Self.fragmentLimit else { return isTooLarge = true }
        occupy(path)
        fragments.append(DefinitionFragment(path: path, value: value))
    }

    /// Leaves the path of `section` where the definition at `owner` has it.
    mutating func placeReference(_ section: DefinitionNode, at path: [PathStep], in owner: [PathStep]) {
        place(reference(section), at: path)
        references[owner, default: []].append(DefinitionFragment(path: path, value: reference(section)))
    }

    /// Adds the document of `node`, which leaves the references inside of it as they are.
    mutating func placeDocument(of node: DefinitionNode) throws(DefinitionNeed) {
        let path = path(of: node)
        documents.insert(path)
        place(.object(try document(of: node)), at: path)
        var waiting = [node]
        while let node = waiting.popLast() {
            fragments += references[self.path(of: node)] ?? []
            switch node {
            case .package(let number):
                waiting += scope.package(number).outermost.map { .section(SectionID(package: number, section: $0)) }
            case .section(let id):
                let inner = scope.package(id.package).sections[id.section].inner
                waiting += inner.map { .section(SectionID(package: id.package, section: $0)) }
            case .quantity: continue
            }
        }
    }

    private mutating func occupy(_ path: [PathStep]) {
        for length in (1...path.count).reversed() where !occupied.insert(Array(path[..<length])).inserted { return }
    }

    /// Whether something stands at `path` already.
    func isOccupied(_ path: [PathStep]) -> Bool {
        occupied.contains(path) || path.indices.contains { documents.contains(Array(path[..<$0])) }
    }

    /// What is shown of a definition.
    func document(of node: DefinitionNode) throws(DefinitionNeed) -> ObjectValue {
        switch node {
        case .package(let number): try scope.packageDocument(number)
        case .section(let id): try scope.sectionDocument(id)
        case .quantity(let owner, let position): try scope.quantityDocument(owner, position)
        }
    }

    /// What a quantity refers to.
    func target(_ owner: SectionID, _ position: Int) throws(DefinitionNeed) -> DefinitionNode? {
        let type = QuantityType(scope.definition(.quantity(owner, position))["type"])
        guard let text = type.target else { return nil }
        switch scope.target(text, in: owner.package, from: owner.section) {
        case .found(.section(let section)): return .section(section)
        case .found(.quantity(let section, let position)): return .quantity(section, position)
        case .needs(let place): throw DefinitionNeed(place: place)
        case .failed: return nil
        }
    }

    /// The number of the package that a definition is in.
    func package(of node: DefinitionNode) -> Int {
        switch node {
        case .package(let number): number
        case .section(let id), .quantity(let id, _): id.package
        }
    }

    /// Where a definition is placed.
    func path(of node: DefinitionNode) -> [PathStep] {
        switch node {
        case .package(let number): scope.package(number).key.path
        case .section(let id): scope.path(of: .section(id))
        case .quantity(let id, let position): scope.path(of: .quantity(id, position: position))
        }
    }

    /// The path of a definition as a value; null for one that was not found.
    func reference(_ node: DefinitionNode?) -> Value { node.map { .string(path(of: $0).text) } ?? .null }
}
