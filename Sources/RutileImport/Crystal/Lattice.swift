import Glibc

/// Three vectors that span a cell. Lengths in ångström.
package struct Lattice: Hashable, Sendable {
    /// The vectors a, b and c.
    package let vectors: [SIMD3<Double>]
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
