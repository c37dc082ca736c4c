import RutileImport

extension ProgressLine {
    /// Shows `progress`, unless something was shown a moment ago.
    func show(_ progress: ImportProgress) {
        show(progress.source, done: progress.done, of: progress.total) { Self.text(progress, elapsed: $0) }
    }

    /// Shows how far the mirror of the database at `address` is, unless something was shown a moment ago.
    func show(_ progress: Mirror.Progress, of address: String) {
        show(address, done: min(progress.entries, progress.total ?? 0), of: progress.total ?? 0) { _ in
            let total = progress.total.map { " of \($0)" } ?? ""
            return "\(progress.entries)\(total) \(progress.type)"
        }
    }

    /// Says that the mirror of the database at `address` waits, and why.
    func show(_ pause: Mirror.Pause, of address: String) {
        let seconds = (Double(pause.time.components.seconds) + Double(pause.time.components.attoseconds) * 1e-18)
        note("\(address): \(pause.trouble), again in \(Int(seconds.rounded(.up))) s".visible)
    }

    private static func text(_ progress: ImportProgress, elapsed: Duration) -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        let rate = Double(progress.done) / max(seconds, 0.001)
        var text = "\(progress.done) of \(progress.total) files"
        guard progress.entries == 0 else {
            let rate = Double(progress.entries) / max(seconds, 0.001)
            return text + ", \(progress.entries) entries, \(Int(rate.rounded())) per second"
        }
        if seconds > 0.5, rate > 0 {
            let left = Double(progress.total - progress.done) / rate
            text += ", \(Int(rate.rounded())) per second, \(Int(left.rounded(.up))) s left"
        }
        return text
    }
}
