import Synchronization

/// Remembers where the parts of large containers are, so that a second visit need not walk there again.
///
/// It holds offsets only, never values. What it gives is as little to be trusted as the file: every offset is checked
/// where it is used. Small containers are not remembered, walking them is as fast. When the bound is reached,
/// everything is forgotten.
final class PositionCache: Sendable {
    /// Containers whose walk passed fewer bytes are not worth an entry.
    static let smallestWalk = 2_048
    /// Objects with more members are walked each time.
    static let mostMembers = 4_096
    /// Offsets that are remembered at most, 16 bytes each.
    private static let bound = 32_768

    /// Where one member of an object is.
    struct Member {
        /// Offset of the encoded key.
        let key: Int
        /// Offset of the encoded value, or of the node in the table of contents.
        let value: Int
    }

    private enum Place {
        case members([Member])
        case waypoints(Waypoints)
        case node(ContentsNode)

        var cost: Int {
            switch self {
            case .members(let members): members.count
            case .waypoints(let waypoints): waypoints.count
            case .node: 3
            }
        }
    }

    /// What a place is known for: one offset may be read as several things in a hostile file.
    private struct Key: Hashable {
        enum Kind { case members, waypoints, node }
        let kind: Kind
        let offset: Int
    }

    private struct State {
        var places: [Key: Place] = [:]
        var cost = 0
    }

    private let state = Mutex(State())
    /// A bit for each offset that something is remembered of; several offsets share one. Most containers are small, and
    /// that nothing is known of them shall cost no lock.
    private let marks = Atomic<UInt64>(0)

    /// All members of the object at `offset`, where known.
    func members(at offset: Int) -> [Member]? {
        if case .members(let members)? = place(Key(kind: .members, offset: offset)) { members } else { nil }
    }

    /// Remembers all members of the object at `offset`, in stored order.
    func remember(_ members: [Member], at offset: Int) {
        guard members.count <= Self.mostMembers else { return }
        remember(.members(members), for: Key(kind: .members, offset: offset))
    }

    /// Some items of the list at `offset`, where known.
    func waypoints(at offset: Int) -> Waypoints? {
        if case .waypoints(let waypoints)? = place(Key(kind: .waypoints, offset: offset)) { waypoints } else { nil }
    }

    /// Remembers some items of the list at `offset`, unless as many are known already.
    func remember(_ waypoints: Waypoints, at offset: Int) {
        if let known = self.waypoints(at: offset), known.count >= waypoints.count { return }
        remember(.waypoints(waypoints), for: Key(kind: .waypoints, offset: offset))
    }

    /// The node of a table of contents at `offset`, where known.
    func node(at offset: Int) -> ContentsNode? {
        if case .node(let node)? = place(Key(kind: .node, offset: offset)) { node } else { nil }
    }

    /// Remembers the node of a table of contents at `offset`.
    func remember(_ node: ContentsNode, at offset: Int) {
        remember(.node(node), for: Key(kind: .node, offset: offset))
    }

    private func place(_ key: Key) -> Place? {
        guard marks.load(ordering: .relaxed) & Self.mark(key) != 0 else { return nil }
        return state.withLock { $0.places[key] }
    }

    private static func mark(_ key: Key) -> UInt64 {
        1 << ((UInt64(truncatingIfNeeded: key.offset) &* 0x9E37_79B9_7F4A_7C15) >> 58)  // Fibonacci hashing
    }

    private func remember(_ place: Place, for key: Key) {
        state.withLock { state in
            if let old = state.places.removeValue(forKey: key) { state.cost -= old.cost }
            if state.cost + place.cost > Self.bound {
                state.places.removeAll()
                state.cost = 0
                marks.store(0, ordering: .relaxed)
            }
            state.places[key] = place
            state.cost += place.cost
            marks.bitwiseOr(Self.mark(key), ordering: .relaxed)
        }
    }
}

/// Positions of some items of a long list, in order: walking to an item starts from the nearest before it.
struct Waypoints: Sendable {
    private static let mostPoints = 2_048
    private var points: [(index: Int, offset: Int)]
    /// How many bytes two points should be apart at least, however few there are.
    static let smallestSpacing = 1_024
    /// How many bytes two points should be apart.
    private(set) var spacing = Waypoints.smallestSpacing

    /// Only the place where the items begin is known.
    init(firstItemAt offset: Int) { points = [(0, offset)] }

    /// How many points are known.
    var count: Int { points.count }

    /// The nearest point that is not after `index`.
    func nearest(to index: Int) -> (index: Int, offset: Int) { points[place(of: index)] }

    /// Takes note that item `index` is at `offset`; kept only if it is far enough from the points around it.
    mutating func add(index: Int, offset: Int) {
        let place = place(of: index)
        guard offset - points[place].offset >= spacing else { return }
        if place + 1 < points.count, points[place + 1].offset - offset < spacing { return }
        points.insert((index, offset), at: place + 1)
        if points.count > Self.mostPoints {
            // Thin out instead of growing: every second point, twice as far apart.
            points = points.indices.filter { $0 % 2 == 0 }.map { points[$0] }
            spacing *= 2
        }
    }

    /// Where in `points` the last one is that is not after `index`.
    private func place(of index: Int) -> Int {
        var low = 0
        var high = points.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if points[middle].index <= index { low = middle } else { high = middle }
        }
        return low
    }
}
