import RutileArchive
import RutileJSON
import RutileMetainfo

/// One node of an answer: a container that can still grow, or a leaf.
enum AnswerNode {
    case container(AnswerContainer)
    /// A small value.
    case value(Value)
    /// A subtree as stored; its bytes are transcoded when the answer is written.
    case stored(ArchiveNode)
}

/// An object or list of an answer.
///
/// Members keep the order in which they were first written; list positions that were skipped stay absent, and take no
/// room.
final class AnswerContainer {
    /// Which of both it is.
    enum Kind { case object, list }

    /// A member of an object, or an item of a list.
    struct Member {
        /// Its name; empty in lists.
        let key: String
        var node: AnswerNode
    }

    let kind: Kind
    /// Whether items of a list follow each other, whatever was skipped, rather than stand at their positions.
    var isCompact = false
    private(set) var members: [Member] = []
    /// Positions by name, of the first ``members``; of none before somebody asks, and below a size at which a linear
    /// search is quicker.
    private var positions: [UTF8Key: Int] = [:]
    /// Which item of a list each member is; absent while they are the first ones in order.
    private var indices: [Int]?
    /// Positions by item, where there are ``indices`` and too many to search.
    private var positionsByIndex: [Int: Int] = [:]
    private static let linearLimit = 12

    init(_ kind: Kind) { self.kind = kind }

    /// The items of a list that something was written to, in order.
    var items: [(index: Int, node: AnswerNode)] {
        guard let indices else { return members.enumerated().map { (index: $0, node: $1.node) } }
        if indices.count == 1 { return [(index: indices[0], node: members[0].node)] }
        return zip(indices, members).map { (index: $0, node: $1.node) }.sorted { $0.index < $1.index }
    }

    /// Replaces what stands at `step`.
    func set(_ step: PathStep, to node: AnswerNode) {
        if let position = position(of: step) {
            members[position].node = node
        } else {
            append(step, node)
        }
    }

    private func position(of step: PathStep) -> Int? {
        switch step {
        case .key(let key): position(of: key)
        case .index(let index): position(of: index)
        }
    }

    /// Adds a node at `step`, where there is none.
    private func append(_ step: PathStep, _ node: AnswerNode) {
        switch step {
        case .key(let key):
            members.append(Member(key: key, node: node))
        case .index(let index):
            note(index)
            members.append(Member(key: "", node: node))
        }
    }

    private func position(of index: Int) -> Int? {
        guard let indices else { return index < members.count ? index : nil }
        return indices.count > Self.linearLimit ? positionsByIndex[index] : indices.firstIndex(of: index)
    }

    /// Notes that the next member is item `index`.
    private func note(_ index: Int) {
        if indices == nil, index == members.count { return }
        var indices = self.indices ?? Array(0..<members.count)
        self.indices = nil
        indices.append(index)
        if !positionsByIndex.isEmpty {
            positionsByIndex[index] = members.count
        } else if indices.count > Self.linearLimit {
            for (position, index) in indices.enumerated() { positionsByIndex[index] = position }
        }
        self.indices = indices
    }

    private func position(of key: String) -> Int? {
        guard members.count > Self.linearLimit else { return members.firstIndex { $0.key.hasSameUTF8(as: key) } }
        if positions.isEmpty {
            // Who has so many may well have a hundred.
            positions.reserveCapacity(max(100, members.count))
        }
        for position in positions.count..<members.count { positions[UTF8Key(members[position].key)] = position }
        return positions[UTF8Key(key)]
    }

    /// Adds an empty object under a key that no member has, with room for `count` members.
    func addObject(_ key: String, room count: Int) -> AnswerContainer {
        let container = AnswerContainer(.object)
        container.members.reserveCapacity(count)
        add(key, .container(container))
        return container
    }

    /// Adds `node` under a key that no member has.
    func add(_ key: String, _ node: AnswerNode) { members.append(Member(key: key, node: node)) }

    /// Writes `node` at `step`. Containers are merged member by member; a scalar replaces what was there, unless it is to
    /// be kept. In lists of stored containers, and below, what was there is kept. Source: NOMAD 2.0.0, measured.
    func merge(_ step: PathStep, with node: AnswerNode, keeping: Bool = false, _ visits: Visits) throws {
        guard let position = position(of: step) else { return append(step, node) }
        guard let container = try members[position].node.asContainer(visits),
            let added = try node.asContainer(visits), container.kind == added.kind
        else {
            if !keeping { members[position].node = node }
            return
        }
        members[position].node = .container(container)
        container.isCompact = container.isCompact && added.isCompact
        switch added.kind {
        case .object:
            for member in added.members {
                try container.merge(.key(member.key), with: member.node, keeping: keeping, visits)
            }
        case .list:
            for (index, child) in added.items {
                try container.merge(.index(index), with: child, keeping: keeping || node.isStored, visits)
            }
        }
    }

    /// The container at `step`, made when there is none; a stored subtree is opened, a scalar is replaced.
    func container(at step: PathStep, kind: Kind, _ visits: Visits) throws -> AnswerContainer {
        guard let position = position(of: step) else {
            let container = AnswerContainer(kind)
            append(step, .container(container))
            return container
        }
        if let existing = try members[position].node.asContainer(visits), existing.kind == kind {
            members[position].node = .container(existing)
            return existing
        }
        let container = AnswerContainer(kind)
        members[position].node = .container(container)
        return container
    }
}

extension AnswerNode {
    /// Whether it is a subtree as stored.
    var isStored: Bool { if case .stored = self { true } else { false } }

    /// The node as a container: itself, or a stored or small container opened by one level; `nil` for scalars.
    ///
    /// The parts of a stored container are counted as visits before they are read.
    func asContainer(_ visits: Visits) throws -> AnswerContainer? {
        switch self {
        case .container(let container): return container
        case .value(.object(let members)):
            let container = AnswerContainer(.object)
            for (key, value) in members.members { container.set(.key(key), to: .value(value)) }
            return container
        case .value(.list(let items)):
            let container = AnswerContainer(.list)
            for (index, item) in items.enumerated() { container.set(.index(index), to: .value(item)) }
            return container
        case .value: return nil
        case .stored(let node):
            switch try node.kind {
            case .object:
                try visits.add(try node.count)
                let container = AnswerContainer(.object)
                for (key, child) in try node.members() { container.set(.key(key), to: .stored(child)) }
                return container
            case .list:
                let count = try node.count
                try visits.add(count)
                let container = AnswerContainer(.list)
                try node.forEachItem(0..<count) { index, child in container.set(.index(index), to: .stored(child)) }
                return container
            default: return nil
            }
        }
    }
}

/// A place in the answer. Containers on the way to it are made when something is written, not before.
final class Slot {
    private let parent: Slot?
    private let step: PathStep
    private let visits: Visits
    private var container: AnswerContainer?
    /// Room for the members of an object that is to be made where nothing is yet.
    private var room: Int?

    /// The top level of an answer.
    init(_ visits: Visits) {
        self.visits = visits
        parent = nil
        step = .key("")
        container = AnswerContainer(.object)
    }

    private init(parent: Slot, step: PathStep) {
        self.parent = parent
        self.step = step
        visits = parent.visits
    }

    /// The place one key below.
    func member(_ key: String) -> Slot { Slot(parent: self, step: .key(key)) }

    /// The place one key below, for an object where there is nothing yet, with room for `count` members.
    func newObject(_ key: String, room count: Int) -> Slot {
        let slot = member(key)
        slot.room = count
        return slot
    }

    /// The place at one list position below.
    func item(_ index: Int) -> Slot { Slot(parent: self, step: .index(index)) }

    /// Writes `node` one key below, as `member(key).write(node)` does.
    func write(_ node: AnswerNode, to key: String) throws {
        try open(.object).merge(.key(key), with: node, visits)
    }

    /// Writes `node` here, merging it with what is there.
    func write(_ node: AnswerNode) throws {
        guard let parent else { preconditionFailure("the top level is a container") }
        container = nil
        try parent.open(step.parentKind).merge(step, with: node, visits)
    }

    /// The container here, made when there is none.
    @discardableResult
    func open(_ kind: AnswerContainer.Kind) throws -> AnswerContainer {
        if let container, container.kind == kind { return container }
        guard let parent else { preconditionFailure("the top level is an object") }
        let outer = try parent.open(step.parentKind)
        let made: AnswerContainer
        if let room, kind == .object, case .key(let key) = step {
            made = outer.addObject(key, room: room)
        } else {
            made = try outer.container(at: step, kind: kind, visits)
        }
        (container, room) = (made, nil)
        return made
    }
}

extension PathStep {
    /// Which kind of container the step leads out of.
    var parentKind: AnswerContainer.Kind {
        switch self {
        case .key: .object
        case .index: .list
        }
    }
}
