/// Sites of a crystal that are closer to each other than atoms can be.
enum SitePairs {
    /// Distance in ångström below which two sites are one place.
    static let coincidence = 0.05

    /// The pairs of sites that coincide, the lower index first, in ascending order; at most `limit` of them.
    ///
    /// Periodic directions are respected. Cost: one question to a ``SiteGrid`` for each site.
    static func coinciding(_ crystal: Crystal, limit: Int = .max) -> [(Int, Int)] {
        let positions = crystal.lattice == nil ? crystal.sites.map(\.position) : crystal.fractionalPositions
        var grid = SiteGrid(lattice: crystal.lattice, isPeriodic: crystal.isPeriodic)
        var pairs: [(Int, Int)] = []
        for (second, position) in positions.enumerated() {
            for first in grid.sites(near: position)
            where distance(crystal, positions[first], position) < coincidence {
                pairs.append((first, second))
                if pairs.count == limit { return pairs }
            }
            grid.add(second, at: position)
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
