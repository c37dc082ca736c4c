/// Sites of a crystal that are closer to each other than atoms can be.
enum SitePairs {
    /// Distance in ångström below which two sites are one place.
    static let coincidence = 0.05

    /// The pairs of sites that coincide, the lower index first, in ascending order; at most `limit` of them.
    ///
    /// Periodic directions are respected. Cost: one sort, then a sweep along the first axis.
    static func coinciding(_ crystal: Crystal, limit: Int = .max) -> [(Int, Int)] {
        let positions: [SIMD3<Double>]
        let reach: Double
        if let lattice = crystal.lattice {
            positions = crystal.fractionalPositions.map { fractional in
                var result = fractional
                for axis in 0..<3 where crystal.isPeriodic[axis] { result[axis] = fractional.wrapped[axis] }
                return result
            }
            reach = coincidence / lattice.heights.x
        } else {
            positions = crystal.sites.map(\.position)
            reach = coincidence
        }
        let order = positions.indices.sorted { positions[$0].x < positions[$1].x }
        let wraps = crystal.lattice != nil && crystal.isPeriodic[0]
        var pairs: [(Int, Int)] = []
        for (rank, first) in order.enumerated() {
            var next = rank + 1
            var shift = 0.0
            while true {
                if next == order.count {
                    guard wraps, shift == 0, reach < 0.5 else { break }
                    next = 0
                    shift = 1
                }
                let second = order[next]
                guard next != rank, positions[second].x + shift - positions[first].x < reach else { break }
                if distance(crystal, positions[first], positions[second]) < coincidence {
                    pairs.append((min(first, second), max(first, second)))
                    if pairs.count == limit { return pairs }
                }
                next += 1
            }
        }
        return pairs.sorted { $0 < $1 }
    }

    private static func distance(_ crystal: Crystal, _ first: SIMD3<Double>, _ second: SIMD3<Double>) -> Double {
        guard let lattice = crystal.lattice else { return length(first - second) }
        var difference = first - second
        for axis in 0..<3 where crystal.isPeriodic[axis] {
            difference[axis] -= difference[axis].rounded(.toNearestOrEven)
        }
        return length(lattice.cartesian(difference))
    }
}
