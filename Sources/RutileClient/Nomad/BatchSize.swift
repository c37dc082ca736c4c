/// How many archives are asked for in one request: as many as fit into some megabytes, judging by those before. Pure.
struct BatchSize: Sendable {
    /// Bytes of an answer to aim at. A window of such answers is what a client holds.
    private static let answerBytes = 4 << 20
    /// Archives of a request while nothing is known of their size.
    private static let first = 10
    private let most: Int
    /// Bytes of an archive, lately.
    private var archiveBytes: Double?

    /// At most `most` archives.
    init(most: Int) { self.most = most }

    /// Archives of the next request.
    var next: Int {
        guard let archiveBytes else { return min(most, Self.first) }
        return max(1, min(most, Int(Double(Self.answerBytes) / max(archiveBytes, 1))))
    }

    /// An answer had so many archives and bytes.
    mutating func learn(archives: Int, bytes: Int) {
        guard archives > 0 else { return }
        let size = Double(bytes) / Double(archives)
        // Large ones count at once, small ones by and by: what is too much for the memory is worse than what is slow.
        archiveBytes = archiveBytes.map { size > $0 ? size : ($0 + size) / 2 } ?? size
    }
}
