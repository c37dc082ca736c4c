import CGemmi
import RutileJSON

/// The operations that make a whole cell of an asymmetric unit.
struct SymmetryOperations {
    /// The identity is one of them.
    private let operations: [rutile_symmetry_operation]

    /// The identity alone.
    static let identity = SymmetryOperations([])

    /// These operations and, where it is not among them, the identity.
    private init(_ operations: [rutile_symmetry_operation]) {
        let identity = rutile_symmetry_operation(rotation: (1, 0, 0, 0, 1, 0, 0, 0, 1), translation: (0, 0, 0))
        self.operations = operations.contains(where: Self.isIdentity) ? operations : [identity] + operations
    }

    private static func isIdentity(_ operation: rutile_symmetry_operation) -> Bool {
        let (r, t) = (operation.rotation, operation.translation)
        return [r.0, r.1, r.2, r.3, r.4, r.5, r.6, r.7, r.8].elementsEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
            && [t.0, t.1, t.2].allSatisfy { $0 % 24 == 0 }
    }

    /// Number of operations.
    var count: Int { operations.count }
    /// Whether the identity is the only operation.
    var isIdentity: Bool { operations.count == 1 }

    /// The operations that coordinate triplets such as `-y,x-y,z+1/3` spell; `x+0.5` and `z+.3333` are such, too.
    ///
    /// - Throws: ``SourceFailure`` naming the first that is none.
    init(triplets: [String], line: Int?) throws(SourceFailure) {
        var operations: [rutile_symmetry_operation] = []
        for triplet in triplets {
            var operation = rutile_symmetry_operation()
            guard unsafe rutile_operation_read(Self.withFractions(triplet), &operation) else {
                throw SourceFailure(line: line, "'\(triplet)' is no symmetry operation")
            }
            operations.append(operation)
        }
        self.init(operations)
    }

    /// A triplet with its decimal numbers as 24ths, where they are near to some.
    private static func withFractions(_ triplet: String) -> String {
        guard triplet.utf8.contains(UInt8(ascii: ".")) else { return triplet }
        return triplet.replacing(/[0-9]*\.[0-9]*/) { number in
            guard let parts = Double("0" + number.output).map({ $0 * 24 }), parts < 1_000,
                abs(parts - parts.rounded()) < 0.1
            else { return String(number.output) }
            return "\(Int(parts.rounded()))/24"
        }
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
        guard let (group, isOriginOpen) = group(named: name, angles: angles),
            let operations = SymmetryOperations(hall: fixedText(group.hall))
        else { return nil }
        return (operations, isOriginOpen)
    }

    /// The number of the group with this Hermann-Mauguin symbol; `nil` where it is no symbol.
    static func number(ofGroup name: String) -> Int? {
        group(named: name, angles: SIMD3(repeating: 90)).map { Int($0.group.number) }
    }

    private static func group(
        named name: String, angles: SIMD3<Double>
    ) -> (group: rutile_space_group, isOriginOpen: Bool)? {
        for spelling in HermannMauguinSpellings(name).spellings {
            var group = rutile_space_group()
            guard unsafe rutile_group_named(spelling, angles.x, angles.z, &group) else { continue }
            return (group, !spelling.utf8.contains(UInt8(ascii: ":")) && hasFirstOrigin(group))
        }
        return nil
    }

    /// All operations of the group with this number, in the first of its settings that suits the cell, and what is to be
    /// said of that setting; `nil` where there is no such group.
    static func numbered(_ number: Int, in lattice: Lattice) -> (operations: SymmetryOperations, warning: String?)? {
        let metric = lattice.vectors.flatMap { one in lattice.vectors.map { dot(one, $0) } }
        var (group, first) = (rutile_space_group(), rutile_space_group())
        let number = Int32(clamping: number)
        guard unsafe rutile_group_numbered(number, metric, &group), unsafe rutile_group_numbered(number, nil, &first),
            let operations = SymmetryOperations(hall: fixedText(group.hall))
        else { return nil }
        let setting = fixedText(group.extended)
        if !setting.hasSameUTF8(as: fixedText(first.extended)) {
            return (operations, "Space group \(number) alone does not say which axes: '\(setting)' suits the cell.")
        }
        let warning = "Space group \(number) alone does not say which origin: choice 1."
        return (operations, hasFirstOrigin(group) ? warning : nil)
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
