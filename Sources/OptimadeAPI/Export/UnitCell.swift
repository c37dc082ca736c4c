import Glibc

/// A cell by its lengths and angles, and its coordinates.
struct UnitCell {
    /// Lengths of a, b and c in ångström.
    let lengths: SIMD3<Double>
    /// α, β and γ in degrees.
    let angles: SIMD3<Double>
    /// Whether the vectors, in their order, make a left-handed system.
    let isLeftHanded: Bool
    /// Coordinate i is the product with vector i.
    private let reciprocal: [SIMD3<Double>]

    /// The right-handed cell that repeats as the three `vectors` do: where they are left-handed, of their opposites.
    /// Lengths and angles alone could not tell the two apart, and would mirror the structure.
    ///
    /// - Throws: ``ExportError/flatLattice``.
    init(_ vectors: [SIMD3<Double>]) throws(ExportError) {
        let normals = [
            cross(vectors[1], vectors[2]), cross(vectors[2], vectors[0]), cross(vectors[0], vectors[1]),
        ]
        let volume = dot(vectors[0], normals[0])
        guard abs(volume) > 1e-6, volume.isFinite else { throw .flatLattice }
        isLeftHanded = volume < 0
        // The opposite vectors have opposite coordinates, the same lengths and the same angles.
        reciprocal = normals.map { $0 / abs(volume) }
        lengths = SIMD3(length(vectors[0]), length(vectors[1]), length(vectors[2]))
        angles = SIMD3(
            angle(vectors[1], vectors[2]), angle(vectors[0], vectors[2]), angle(vectors[0], vectors[1]))
    }

    /// Fractional coordinates of a `position` in ångström; not moved into the cell.
    func fractional(_ position: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(dot(reciprocal[0], position), dot(reciprocal[1], position), dot(reciprocal[2], position))
    }
}

private func dot(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> Double { (left * right).sum() }

private func cross(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
        left.y * right.z - left.z * right.y, left.z * right.x - left.x * right.z, left.x * right.y - left.y * right.x)
}

private func length(_ vector: SIMD3<Double>) -> Double { dot(vector, vector).squareRoot() }

private func angle(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> Double {
    acos(max(-1, min(1, dot(left, right) / (length(left) * length(right))))) * 180 / .pi
}

extension Double {
    /// Rounded to ten places after the point, without zeros at the end: computed coordinates such as
    /// 0.24999999999999994 become 0.25.
    var tenPlaces: String {
        let scaled = (self * 1e10).rounded()
        guard scaled.magnitude < 0x1p53 else { return description }
        let magnitude = UInt64(scaled.magnitude)
        let sign = scaled < 0 ? "-" : ""
        var digits = String(magnitude % 10_000_000_000)
        guard digits != "0" else { return sign + String(magnitude / 10_000_000_000) }
        digits = String(repeating: "0", count: 10 - digits.utf8.count) + digits
        while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
        return "\(sign)\(magnitude / 10_000_000_000).\(digits)"
    }
}
