import Glibc

/// Three vectors that span a cell. Lengths in ångström.
package struct Lattice: Hashable, Sendable {
    /// The vectors a, b and c. One that nobody gave is a unit vector across the others, to compute with.
    package let vectors: [SIMD3<Double>]
    /// Which vectors were given; not so for directions in which nothing repeats and that have no length.
    package private(set) var isGiven = [true, true, true]
    /// The vectors of the reciprocal lattice, without 2π: fractional coordinate i is their i-th dot product.
    private let reciprocal: [SIMD3<Double>]
    /// Volume of the cell in cubic ångström; positive.
    package let volume: Double

    /// The lattice of the vectors `a`, `b` and `c`; `nil` where one is not finite or they span less than 10⁻³ Å³.
    package init?(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>) {
        let normals = [cross(b, c), cross(c, a), cross(a, b)]
        let signed = dot(a, normals[0])
        guard signed.isFinite, abs(signed) > 1e-3 else { return nil }
        vectors = [a, b, c]
        reciprocal = normals.map { $0 / signed }
        volume = abs(signed)
    }

    /// The lattice of those `vectors` that are not zero; `nil` where all are, or they span no volume (or area, or length).
    package init?(nonzero vectors: [SIMD3<Double>]) {
        let isGiven = vectors.map { $0 != .zero }
        var completed = vectors
        switch isGiven.filter({ $0 }).count {
        case 1:
            guard let axis = isGiven.firstIndex(of: true) else { return nil }
            let vector = vectors[axis]
            // Any vector that is far from parallel.
            let other: SIMD3<Double> =
                abs(vector.x) <= min(abs(vector.y), abs(vector.z))
                ? [1, 0, 0] : abs(vector.y) <= abs(vector.z) ? [0, 1, 0] : [0, 0, 1]
            let second = cross(vector, other)
            completed[(axis + 1) % 3] = second / length(second)
            let third = cross(vector, second)
            completed[(axis + 2) % 3] = third / length(third)
        case 2:
            guard let axis = isGiven.firstIndex(of: false) else { return nil }
            let normal = cross(vectors[(axis + 1) % 3], vectors[(axis + 2) % 3])
            completed[axis] = normal / length(normal)
        default: break
        }
        self.init(completed[0], completed[1], completed[2])
        self.isGiven = isGiven
    }

    /// The vectors, with zeros for those that were not given, as NOMAD's sections have them.
    var vectorsOrZero: [SIMD3<Double>] { zip(vectors, isGiven).map { $1 ? $0 : .zero } }

    /// Whether all three vectors were given: then there is a volume, and positions have fractional coordinates.
    package var isComplete: Bool { isGiven.allSatisfy { $0 } }

    /// The lattice of a cell with `lengths` in ångström and `angles` (α, β, γ) in degrees: a along x, b in the xy plane.
    ///
    /// `nil` where no such cell exists.
    package init?(lengths: SIMD3<Double>, angles: SIMD3<Double>) {
        guard lengths.min() > 0, angles.min() > 0, angles.max() < 180 else { return nil }
        let (alpha, beta, gamma) = (cosine(angles.x), cosine(angles.y), cosine(angles.z))
        let sinGamma = (1 - gamma * gamma).squareRoot()
        let tilt = (alpha - beta * gamma) / sinGamma
        let height = 1 - beta * beta - tilt * tilt
        guard height > 0 else { return nil }
        self.init(
            SIMD3(lengths.x, 0, 0), SIMD3(lengths.y * gamma, lengths.y * sinGamma, 0),
            SIMD3(lengths.z * beta, lengths.z * tilt, lengths.z * height.squareRoot()))
    }

    /// Position in ångström of the `fractional` coordinates.
    package func cartesian(_ fractional: SIMD3<Double>) -> SIMD3<Double> {
        vectors[0] * fractional.x + vectors[1] * fractional.y + vectors[2] * fractional.z
    }

    /// Fractional coordinates of a position in ångström.
    package func fractional(_ position: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(dot(reciprocal[0], position), dot(reciprocal[1], position), dot(reciprocal[2], position))
    }

    /// Lengths of the vectors in ångström.
    package var lengths: SIMD3<Double> {
        SIMD3(length(vectors[0]), length(vectors[1]), length(vectors[2]))
    }

    /// The angles α, β and γ in radians.
    package var angles: SIMD3<Double> {
        SIMD3(
            angle(vectors[1], vectors[2]), angle(vectors[0], vectors[2]), angle(vectors[0], vectors[1]))
    }

    /// Distance in ångström between opposite faces of the cell, for each vector.
    package var heights: SIMD3<Double> {
        SIMD3(1 / length(reciprocal[0]), 1 / length(reciprocal[1]), 1 / length(reciprocal[2]))
    }

    /// Length in ångström of the difference of two fractional positions, to the nearest image along each vector.
    ///
    /// Exact where the result is shorter than half of each height, which is all that is asked of it.
    package func distance(_ first: SIMD3<Double>, _ second: SIMD3<Double>) -> Double {
        var difference = first - second
        difference -= difference.rounded(.toNearestOrEven)
        return length(cartesian(difference))
    }
}

/// Scalar product.
func dot(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> Double { (left * right).sum() }

/// Vector product.
func cross(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
        left.y * right.z - left.z * right.y, left.z * right.x - left.x * right.z, left.x * right.y - left.y * right.x)
}

/// Euclidean length.
func length(_ vector: SIMD3<Double>) -> Double { dot(vector, vector).squareRoot() }

/// The angle between two vectors in radians.
private func angle(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> Double {
    acos(max(-1, min(1, dot(left, right) / (length(left) * length(right)))))
}

/// Cosine of an angle in degrees; exact where the angle is one that crystals have by symmetry.
private func cosine(_ degrees: Double) -> Double {
    switch degrees {
    case 60: 0.5
    case 90: 0
    case 120: -0.5
    default: cos(degrees * .pi / 180)
    }
}

extension SIMD3<Double> {
    /// Whether all three are finite.
    var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }

    /// Fractional coordinates moved into the cell: 0 ≤ x < 1.
    var wrapped: SIMD3<Double> {
        var result = self - rounded(.down)
        // -1e-17 becomes 1 by rounding, which is the 0 of the next cell.
        for index in 0..<3 where result[index] >= 1 { result[index] = 0 }
        return result
    }
}
