import CGemmi

/// The operations that make a whole cell of an asymmetric unit.
struct SymmetryOperations {
    /// The identity is one of them.
    private let operations: [rutile_symmetry_operation]

    /// The identity alone.
    static let identity = SymmetryOperations([
        rutile_symmetry_operation(rotation: (1, 0, 0, 0, 1, 0, 0, 0, 1), translation: (0, 0, 0))
    ])

    private init(_ operations: [rutile_symmetry_operation]) { self.operations = operations }

    /// Number of operations.
    var count: Int { operations.count }
    /// Whether the identity is the only operation.
    var isIdentity: Bool {
        guard operations.count == 1 else { return false }
        let (r, t) = (operations[0].rotation, operations[0].translation)
        return [r.0, r.1, r.2, r.3, r.4, r.5, r.6, r.7, r.8].elementsEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
            && [t.0, t.1, t.2].allSatisfy { $0 % 24 == 0 }
    }

    /// The operations that coordinate triplets such as `-y,x-y,z+1/3` spell.
    ///
    /// - Throws: ``SourceFailure`` naming the first that is none.
    init(triplets: [String], line: Int?) throws(SourceFailure) {
        var operations: [rutile_symmetry_operation] = []
        for triplet in triplets {
            var operation = rutile_symmetry_operation()
            guard unsafe rutile_operation_read(triplet, &operation) else {
                throw SourceFailure(line: line, "'\(triplet)' is no symmetry operation")
            }
            operations.append(operation)
        }
        self.init(operations)
    }

    /// All operations of the group with this Hall symbol; `nil` where it is none.
    init?(hall: String) {
        var operations = [rutile_symmetry_operation](
            repeating: rutile_symmetry_operation(), count: Int(RUTILE_MOST_OPERATIONS))
        // SAFETY: the array holds the most operations that the callee writes.
        let count = unsafe rutile_operations_of_hall(hall, &operations)
        guard count > 0 else { return nil }
        self.init(Array(operations.prefix(count)))
    }

    /// All operations of the group with this Hermann-Mauguin symbol, in the setting that suits the angles (degrees), and
    /// whether the symbol leaves the origin open, so that the first of two was taken. `nil` where it is no symbol.
    static func named(_ name: String, angles: SIMD3<Double>) -> (operations: SymmetryOperations, isOriginOpen: Bool)? {
        for spelling in HermannMauguinSpellings(name).spellings {
            var group = rutile_space_group()
            guard unsafe rutile_group_named(spelling, angles.x, angles.z, &group),
                let operations = SymmetryOperations(hall: fixedText(group.hall))
            else { continue }
            return (operations, !spelling.utf8.contains(UInt8(ascii: ":")) && hasFirstOrigin(group))
        }
        return nil
    }

    /// All operations of the group with this number, in its first setting, and whether that has another origin, too.
    static func numbered(_ number: Int) -> (operations: SymmetryOperations, isOriginOpen: Bool)? {
        var group = rutile_space_group()
        guard unsafe rutile_group_numbered(Int32(clamping: number), &group),
            let operations = SymmetryOperations(hall: fixedText(group.hall))
        else { return nil }
        return (operations, hasFirstOrigin(group))
    }

    /// Whether the tables have the group with two origins, of which this is the first.
    private static func hasFirstOrigin(_ group: rutile_space_group) -> Bool {
        fixedText(group.extended).utf8.suffix(2).elementsEqual(":1".utf8)
    }

    /// The distinct images of `position` (fractional) in the cell, the position itself first.
    ///
    /// Images nearer than `tolerance` (ångström) to each other are one: their mean, which is the special position
    /// that the file's rounded coordinates stand for.
    func images(of position: SIMD3<Double>, lattice: Lattice, tolerance: Double) -> [SIMD3<Double>] {
        var first: [SIMD3<Double>] = []
        var sums: [SIMD3<Double>] = []
        var counts: [Double] = []
        for operation in operations {
            let image = Self.apply(operation, to: position)
            if let index = first.firstIndex(where: { lattice.distance($0, image) < tolerance }) {
                let difference = image - first[index]
                sums[index] += difference - difference.rounded(.toNearestOrEven)
                counts[index] += 1
            } else {
                first.append(image)
                sums.append(.zero)
                counts.append(1)
            }
        }
        return first.indices.map { (first[$0] + sums[$0] / counts[$0]).wrapped }
    }

    private static func apply(_ operation: rutile_symmetry_operation, to x: SIMD3<Double>) -> SIMD3<Double> {
        let r = operation.rotation
        let t = operation.translation
        return SIMD3(
            Double(r.0) * x.x + Double(r.1) * x.y + Double(r.2) * x.z + Double(t.0) / 24,
            Double(r.3) * x.x + Double(r.4) * x.y + Double(r.5) * x.z + Double(t.1) / 24,
            Double(r.6) * x.x + Double(r.7) * x.y + Double(r.8) * x.z + Double(t.2) / 24)
    }
}
