/// The primitive cell of a crystal in its standardised conventional cell.
///
/// The vectors are (a, b, c)·P, where P depends on the centring only. Source: spglib's documentation, "Transformation
/// to the primitive cell"; the same as in the International Tables for Crystallography A, table 1.5.1.1.
struct PrimitiveCell {
    /// The crystal in its primitive cell; absent where the centring is none of A, C, F, I, P and R.
    let crystal: Crystal?

    /// - `images`: for each site of `conventional`, which site of the primitive cell it is.
    init(of conventional: Crystal, centring: Character, images: [Int]) {
        guard let matrix = Self.matrix(centring), let lattice = conventional.lattice,
            images.count == conventional.sites.count
        else {
            crystal = nil
            return
        }
        let vectors = matrix.map { lattice.cartesian($0) }
        guard let primitive = Lattice(vectors[0], vectors[1], vectors[2]) else {
            crystal = nil
            return
        }
        var seen: Set<Int> = []
        let sites = conventional.sites.indices.filter { seen.insert(images[$0]).inserted }.map { index in
            var site = conventional.sites[index]
            site.position = primitive.cartesian(primitive.fractional(site.position).cleaned.wrapped)
            return site
        }
        crystal = Crystal(lattice: primitive, sites: sites, species: conventional.species)
    }

    /// The columns of P: each primitive vector in conventional ones.
    private static func matrix(_ centring: Character) -> [SIMD3<Double>]? {
        switch centring {
        case "P": [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
        case "A": [SIMD3(1, 0, 0), SIMD3(0, 0.5, 0.5), SIMD3(0, -0.5, 0.5)]
        case "C": [SIMD3(0.5, -0.5, 0), SIMD3(0.5, 0.5, 0), SIMD3(0, 0, 1)]
        case "F": [SIMD3(0, 0.5, 0.5), SIMD3(0.5, 0, 0.5), SIMD3(0.5, 0.5, 0)]
        case "I": [SIMD3(-0.5, 0.5, 0.5), SIMD3(0.5, -0.5, 0.5), SIMD3(0.5, 0.5, -0.5)]
        case "R":
            [
                SIMD3(2.0 / 3, 1.0 / 3, 1.0 / 3), SIMD3(-1.0 / 3, 1.0 / 3, 1.0 / 3),
                SIMD3(-1.0 / 3, -2.0 / 3, 1.0 / 3),
            ]
        default: nil
        }
    }
}

extension SIMD3<Double> {
    /// Without the noise beyond the twelfth decimal, which would wrap a site at 0 to the far side of the cell.
    var cleaned: SIMD3<Double> { (self * 1e12).rounded(.toNearestOrEven) / 1e12 }
}
