import Glibc
import Synchronization

/// Shows how far a long command is: a bar that is drawn over itself on a terminal, now and then a line elsewhere.
final class ProgressLine: Sendable {
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

    /// Shows how far `source` is, unless something was shown a moment ago; `text` is given the time since it began.
    func show(_ source: String, done: Int, of total: Int, _ text: (Duration) -> String) {
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

    /// Prints `line`, in the place of the bar where one is drawn.
    func note(_ line: String) {
        guard isShown else { return }
        clear()
        printError(line)
    }

    /// Removes the bar.
    func clear() {
        state.withLock { state in
            if state.isDrawn { writeError("\r\u{1B}[K") }
            state.isDrawn = false
        }
    }
}
