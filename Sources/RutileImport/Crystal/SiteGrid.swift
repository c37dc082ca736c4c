/// Finds the sites near a place, by cells with edges of ``SitePairs/coincidence`` or a little more.
///
/// Cost: 27 cells for each question, whatever the number of sites.
struct SiteGrid {
    /// Cells along each vector that repeats, after which they begin again; 0 along others.
    private let counts: SIMD3<Int>
    /// Width of a cell along each axis, in units of the positions.
    private let widths: SIMD3<Double>
    private var cells: [SIMD3<Int>: [Int]] = [:]

    /// A grid of fractional positions in `lattice`, or of positions in ångström where there is none.
    init(lattice: Lattice?, isPeriodic: [Bool] = [true, true, true]) {
        var counts = SIMD3<Int>.zero
        var widths = SIMD3<Double>(repeating: SitePairs.coincidence)
        if let heights = lattice?.heights {
            for axis in 0..<3 {
                widths[axis] = SitePairs.coincidence / heights[axis]
                guard isPeriodic[axis] else { continue }
                // Whole cells make up the vector, so none is narrower than the distance that is asked for.
                counts[axis] = max(1, Int(min(1 / widths[axis], Self.furthest)))
                widths[axis] = 1 / Double(counts[axis])
            }
        }
        (self.counts, self.widths) = (counts, widths)
    }

    /// Adds the site with this number.
    mutating func add(_ site: Int, at position: SIMD3<Double>) { cells[cell(of: position), default: []].append(site) }

    /// All sites that may be nearer than ``SitePairs/coincidence`` to `position`, and some that are not; each once.
    func sites(near position: SIMD3<Double>) -> [Int] {
        let middle = cell(of: position)
        let (x, y, z) = (around(middle, axis: 0), around(middle, axis: 1), around(middle, axis: 2))
        var sites: [Int] = []
        for i in x { for j in y { for k in z { if let found = cells[SIMD3(i, j, k)] { sites += found } } } }
        return sites
    }

    /// Cells from the origin beyond which there is no telling them apart.
    private static let furthest = 1e9

    private func cell(of position: SIMD3<Double>) -> SIMD3<Int> {
        var cell = SIMD3<Int>.zero
        for axis in 0..<3 {
            let place = (position[axis] / widths[axis]).rounded(.down)
            // Also where it is no number.
            let index = place >= -Self.furthest ? Int(min(place, Self.furthest)) : Int(-Self.furthest)
            cell[axis] = counts[axis] == 0 ? index : wrapped(index, axis)
        }
        return cell
    }

    /// The cells from one before to one after that of `cell` along an axis, each once.
    private func around(_ cell: SIMD3<Int>, axis: Int) -> [Int] {
        switch counts[axis] {
        case 0: [cell[axis] - 1, cell[axis], cell[axis] + 1]
        case 1: [0]
        case 2: [0, 1]
        default: [wrapped(cell[axis] - 1, axis), cell[axis], wrapped(cell[axis] + 1, axis)]
        }
    }

    private func wrapped(_ index: Int, _ axis: Int) -> Int {
        let rest = index % counts[axis]
        return rest < 0 ? rest + counts[axis] : rest
    }
}
