import NomadAPI

/// How far an attempt at an answer may go.
///
/// Most requests are small. They are answered at once, on the thread that has them; what turns out to be more is begun
/// again as ``LongWork``.
struct Attempt {
    /// Most nodes that are visited in one pass.
    let nodes: Int
    /// Most bytes that are written.
    let bytes: Int
    private let limits: GraphLimits
    /// Whether it is the first one, on the thread at hand.
    let isShort: Bool

    /// What the first attempt meets when there is more to do.
    struct IsLong: Error {}

    /// Some milliseconds of work; then ``IsLong``.
    static func short(_ limits: GraphLimits) -> Attempt {
        Attempt(
            nodes: min(limits.answerNodes, 4_096), bytes: min(limits.answerBytes, 1 << 20), limits: limits,
            isShort: true)
    }

    /// All that the caps allow; then ``GraphProblem``.
    static func whole(_ limits: GraphLimits) -> Attempt {
        Attempt(nodes: limits.answerNodes, bytes: limits.answerBytes, limits: limits, isShort: false)
    }

    /// As ``whole(_:)``, for what is written as it is stored: its size is the archive's own.
    static func transcribing(_ limits: GraphLimits) -> Attempt {
        Attempt(nodes: limits.answerNodes, bytes: .max, limits: limits, isShort: false)
    }

    /// What to throw when there are more than ``nodes``.
    var tooManyNodes: any Error {
        if isShort, nodes < limits.answerNodes { return IsLong() }
        return GraphProblem(
            .limitExceeded,
            "The request visits more nodes than limits.answer_nodes (\(limits.answerNodes)); ask for less, or page by page."
        )
    }

    /// What to throw when there are more than ``bytes``.
    var tooManyBytes: any Error {
        if isShort, bytes < limits.answerBytes { return IsLong() }
        return GraphProblem(
            .limitExceeded,
            "The answer is larger than limits.answer_bytes (\(limits.answerBytes)); ask for less, or page by page.")
    }
}
