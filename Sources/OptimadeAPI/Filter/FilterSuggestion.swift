/// Finds the known name that an unknown one is probably meant to be.
enum FilterSuggestion {
    /// The name of `candidates` that differs from `name` by the fewest insertions, deletions, replacements and swaps of
    /// neighbours; `nil` when even that one differs by more than a third of the shorter one's length. Of several the first.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(name.utf8)
        guard typed.count <= 64 else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let known = Array(candidate.utf8)
            let limit = min(max(1, min(known.count, typed.count) / 3), (best?.distance ?? .max) - 1)
            guard abs(known.count - typed.count) <= limit else { continue }
            let distance = distance(typed, known)
            if distance <= limit { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The distance of optimal string alignment.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var cost = min(last[j] + (left[i] == right[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
