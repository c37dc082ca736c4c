/// One line of the table that `make bench` prints.
struct Measurement {
    /// What was measured.
    let name: String
    /// The figure, with its unit.
    let figure: String
    /// What it is to reach; empty where nothing is asked for.
    let target: String

    /// The line.
    var text: String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        return padded(name, 52) + padded(figure, 18) + target
    }
}

/// The time that `body` takes, in microseconds: the median of `runs`.
func medianMicroseconds(runs: Int, _ body: () async throws -> Void) async rethrows -> Double {
    let clock = ContinuousClock()
    var times: [Double] = []
    for _ in 0..<runs {
        let start = clock.now
        try await body()
        times.append(microseconds(clock.now - start))
    }
    return times.sorted()[times.count / 2]
}

/// A duration in microseconds.
func microseconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    return Double(seconds) * 1e6 + Double(attoseconds) / 1e12
}

/// `value` with `digits` digits after the point.
func rounded(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let text = String((value * scale).rounded() / scale)
    return digits == 0 ? String(text.prefix { $0 != "." }) : text
}
