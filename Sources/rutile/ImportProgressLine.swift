import Glibc
import RutileImport
import Synchronization

/// Shows how far an import is: a bar that is drawn over itself on a terminal, now and then a line elsewhere.
final class ImportProgressLine: Sendable {
    private let isShown: Bool
    private let isTerminal = isatty(STDERR_FILENO) != 0
    private let state = Mutex(State())

    private struct State {
        var source: String?
        var start = ContinuousClock.now
        var lastShown: ContinuousClock.Instant?
        var isDrawn = false
    }

    private static let width = 30
    private static let drawingInterval = Duration.milliseconds(100)
    private static let lineInterval = Duration.seconds(5)

    /// A line that shows nothing unless `isShown`.
    init(isShown: Bool) { self.isShown = isShown }

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

    private func show(_ source: String, done: Int, of total: Int, _ text: (Duration) -> String) {
        guard isShown else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            if state.source != source {
                state.source = source
                state.start = now
                state.lastShown = isTerminal ? nil : now
            }
            let interval = isTerminal ? Self.drawingInterval : Self.lineInterval
            if let last = state.lastShown, last.duration(to: now) < interval { return }
            state.lastShown = now
            let text = text(state.start.duration(to: now))
            if isTerminal {
                let filled = Self.width * done / max(1, total)
                let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
                writeError("\r\u{1B}[K[\(bar)] \(text)")
                state.isDrawn = true
            } else {
                printError("\(source): \(text)")
            }
        }
    }

    /// Removes the bar.
    func clear() {
        state.withLock { state in
            if state.isDrawn { writeError("\r\u{1B}[K") }
            state.isDrawn = false
        }
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
