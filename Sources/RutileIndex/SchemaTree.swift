/// The properties of a schema and what lies in them, as a tree of numbered nodes.
struct SchemaTree: Sendable {
    /// The node in which the properties lie.
    static let root = 0

    /// The column of each node; that of the root means nothing.
    private(set) var columns = [0]
    /// The nodes that lie in each node, one behind the other.
    private(set) var children = [0..<0]
    /// How many lists should lie in each other around the values of each node.
    private(set) var depths = [0]
    private var parents = [-1]
    private var names = TextList()
    /// Nodes by a hash of parent and name; 0 where a slot is free. At most half full.
    private var slots = [Int](repeating: 0, count: 16)
    private let hash = ByteHash()

    /// A tree of the root alone.
    init() {
        var empty = ""
        empty.withUTF8 { unsafe names.append(UnsafeRawBufferPointer($0)) }
    }

    /// Adds a node to `parent`, all of whose children are added in a row; `nil` when it has one of this name.
    mutating func add(_ name: String, _ column: Int, depth: Int, to parent: Int) -> Int? {
        var name = name
        return name.withUTF8 { bytes in
            let name = UnsafeRawBufferPointer(bytes)
            if unsafe child(name, of: parent) != nil { return nil }
            let node = columns.count
            columns.append(column)
            depths.append(depth)
            children.append(0..<0)
            children[parent] = (children[parent].isEmpty ? node : children[parent].lowerBound)..<node + 1
            parents.append(parent)
            unsafe names.append(name)
            if 2 * columns.count > slots.count { slots = [Int](repeating: 0, count: 2 * slots.count) }
            // All anew where the room grew, else only this one is missing.
            for node in slots.allSatisfy({ $0 == 0 }) ? 1...node : node...node { insert(node) }
            return node
        }
    }

    private mutating func insert(_ node: Int) {
        var slot = unsafe names.withBytes(node) { unsafe home($0, parents[node]) }
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = node
    }

    @inline(__always)
    private func home(_ name: UnsafeRawBufferPointer, _ parent: Int) -> Int {
        unsafe Int(truncatingIfNeeded: hash(name) &+ UInt64(parent) &* 0x9E37_79B9) & (slots.count - 1)
    }

    /// The node `name` in `parent`.
    @inline(__always)
    func child(_ name: UnsafeRawBufferPointer, of parent: Int) -> Int? {
        var slot = unsafe home(name, parent)
        while slots[slot] != 0 {
            let node = slots[slot]
            if unsafe parents[node] == parent && names.isEqual(node, name) { return node }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}
