/// Which segments become one.
///
/// Each change makes a segment of its own. As in a log-structured merge tree, small ones are merged when there are
/// several of about one size, so that a document is copied a few times, and searches meet few segments.
enum MergePolicy {
    /// So many segments of one tier become one of the next.
    private static let width = 8

    /// The size of a segment: live rows, rows in all and bytes.
    struct Size {
        let live: Int
        let rows: Int
        let bytes: Int
    }

    /// The indices of segments to merge next; empty when all may stay. A single one is to be written anew, without
    /// its deleted rows.
    static func next(_ sizes: [Size]) -> [Int] {
        if let empty = sizes.firstIndex(where: { $0.live == 0 }) { return [empty] }
        if let sparse = sizes.firstIndex(where: { $0.live * 2 < $0.rows }) { return [sparse] }
        let small = sizes.indices.filter { sizes[$0].live <= Segment.maximumRows / 2 }
        let tiers = Dictionary(grouping: small) { tier(of: sizes[$0].live) }
        guard let full = tiers.keys.filter({ tiers[$0, default: []].count >= width }).max() else { return [] }
        var chosen: [Int] = []
        var rows = 0
        var bytes = 0
        for index in small.filter({ tier(of: sizes[$0].live) <= full }).sorted(by: { sizes[$0].live < sizes[$1].live })
        {
            rows += sizes[index].live
            bytes += sizes[index].bytes
            if rows > Segment.maximumRows || bytes > Segment.maximumBytes { break }
            chosen.append(index)
        }
        return chosen.count > 1 ? chosen : []
    }

    private static func tier(of rows: Int) -> Int {
        var tier = 0
        var rows = rows
        while rows >= width {
            rows /= width
            tier += 1
        }
        return tier
    }
}
