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

    let kind: Kind
    /// Names of an object's members; empty for lists.
    private(set) var keys: [String] = []
    private(set) var nodes: [AnswerNode] = []
    /// Positions by name; kept only beyond a size at which a linear search is slower.
    private var positions: [UTF8Key: Int] = [:]
    /// Which item of a list each node is; absent while they are the first ones in order.
    private var indices: [Int]?
    /// Positions by item, where there are ``indices``.
    private var positionsByIndex: [Int: Int] = [:]
    private static let linearLimit = 12

    init(_ kind: Kind) { self.kind = kind }

    /// What stands at `step`.
    subscript(_ step: PathStep) -> AnswerNode? {
        switch step {
        case .key(let key): position(of: key).map { nodes[$0] }
        case .index(let index): position(of: index).map { nodes[$0] }
        }
    }

    /// The items of a list that something was written to, in order.
    var items: [(index: Int, node: AnswerNode)] {
        guard let indices else { return nodes.enumerated().map { (index: $0, node: $1) } }
        return zip(indices, nodes).map { (index: $0, node: $1) }.sorted { $0.index < $1.index }
    }

    /// Replaces what stands at `step`.
    func set(_ step: PathStep, to node: AnswerNode) {
        switch step {
        case .key(let key):
            if let position = position(of: key) {
                nodes[position] = node
            } else {
                keys.append(key)
                nodes.append(node)
                notePosition()
            }
        case .index(let index):
            if let position = position(of: index) {
                nodes[position] = node
            } else {
                note(index)
                nodes.append(node)
            }
        }
    }

    private func position(of index: Int) -> Int? {
        indices == nil ? (index < nodes.count ? index : nil) : positionsByIndex[index]
    }

    /// Notes that the next node is item `index`.
    private func note(_ index: Int) {
        if indices == nil {
            if index == nodes.count { return }
            indices = Array(0..<nodes.count)
            for position in 0..<nodes.count { positionsByIndex[position] = position }
        }
        indices?.append(index)
        positionsByIndex[index] = nodes.count
    }

    private func position(of key: String) -> Int? {
        keys.count > Self.linearLimit
            ? positions[UTF8Key(key)] : keys.firstIndex { $0.hasSameUTF8(as: key) }
    }

    /// Notes where the last key stands; all of them when there have just become too many to search.
    private func notePosition() {
        if keys.count > Self.linearLimit + 1 {
            positions[UTF8Key(keys[keys.count - 1])] = keys.count - 1
        } else if keys.count == Self.linearLimit + 1 {
            for (position, key) in keys.enumerated() { positions[UTF8Key(key)] = position }
        }
    }

    /// Writes `node` at `step`. Containers are merged member by member; a scalar replaces what was there.
    func merge(_ step: PathStep, with node: AnswerNode) throws(ArchiveError) {
        guard let existing = self[step], let container = try existing.asContainer(), let added = try node.asContainer(),
            container.kind == added.kind
        else { return set(step, to: node) }
        set(step, to: .container(container))
        switch added.kind {
        case .object: for (key, child) in zip(added.keys, added.nodes) { try container.merge(.key(key), with: child) }
        case .list: for (index, child) in added.items { try container.merge(.index(index), with: child) }
        }
    }

    /// The container at `step`, made when there is none; a stored subtree is opened, a scalar is replaced.
    func container(at step: PathStep, kind: Kind) throws(ArchiveError) -> AnswerContainer {
        if let existing = try self[step]?.asContainer(), existing.kind == kind {
            set(step, to: .container(existing))
            return existing
        }
        let container = AnswerContainer(kind)
        set(step, to: .container(container))
        return container
    }
}

extension AnswerNode {
    /// The node as a container: itself, or a stored or small container opened by one level; `nil` for scalars.
    func asContainer() throws(ArchiveError) -> AnswerContainer? {
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
                let container = AnswerContainer(.object)
                for (key, child) in try node.members() { container.set(.key(key), to: .stored(child)) }
                return container
            case .list:
                let container = AnswerContainer(.list)
                for (index, child) in try node.items(0..<node.count).enumerated() {
                    container.set(.index(index), to: .stored(child))
                }
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
    private var container: AnswerContainer?

    /// The top level of an answer.
    init() {
        parent = nil
        step = .key("")
        container = AnswerContainer(.object)
    }

    private init(parent: Slot, step: PathStep) {
        self.parent = parent
        self.step = step
    }

    /// The place one key below.
    func member(_ key: String) -> Slot { Slot(parent: self, step: .key(key)) }

    /// The place at one list position below.
    func item(_ index: Int) -> Slot { Slot(parent: self, step: .index(index)) }

    /// Writes `node` here, merging it with what is there.
    func write(_ node: AnswerNode) throws(ArchiveError) {
        guard let parent else { preconditionFailure("the top level is a container") }
        container = nil
        try parent.open(step.parentKind).merge(step, with: node)
    }

    /// The container here, made when there is none.
    @discardableResult
    func open(_ kind: AnswerContainer.Kind) throws(ArchiveError) -> AnswerContainer {
        if let container, container.kind == kind { return container }
        guard let parent else { preconditionFailure("the top level is an object") }
        let made = try parent.open(step.parentKind).container(at: step, kind: kind)
        container = made
        return made
    }
}

extension PathStep {
    /// Which kind of container the step leads out of.
    fileprivate var parentKind: AnswerContainer.Kind {
        switch self {
        case .key: .object
        case .index: .list
        }
    }
}
