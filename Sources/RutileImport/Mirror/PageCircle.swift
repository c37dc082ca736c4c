import RutileJSON

/// Tells whether pages that follow one another go round in a circle, however long: one address is remembered, which takes
/// no more room after a million pages.
///
/// A circle is found after at most three times as many pages as lie on it and in front of it.
/// Source: R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 20 (1980), section 2.
struct PageCircle: Hashable, Sendable {
    /// The page that the following ones are compared with.
    private var mark: String?
    /// Pages since then.
    private var steps = 0
    /// After so many of them another page is remembered.
    private var reach = 1

    /// No page was met yet.
    init() {}

    /// Takes the address of the next page.
    ///
    /// - Returns: whether the page was met before.
    mutating func meets(_ address: String) -> Bool {
        if let mark, mark.hasSameUTF8(as: address) { return true }
        steps += 1
        if steps == reach {
            mark = address
            steps = 0
            reach *= 2
        }
        return false
    }

    /// Reads what ``json`` made; anything else stands for no page.
    init(_ json: Value?) {
        guard let json, let mark = json["mark"]?.text, let steps = json["steps"]?.integer.flatMap(Int.init(exactly:)),
            let reach = json["reach"]?.integer.flatMap(Int.init(exactly:)), (0..<1 << 40).contains(steps),
            (1...1 << 40).contains(reach), steps < reach
        else { return }
        self.mark = mark
        self.steps = steps
        self.reach = reach
    }

    /// What was met, as JSON.
    var json: Value {
        guard let mark else { return .null }
        return .members([
            "mark": .string(mark), "steps": .integer(Int64(steps)), "reach": .integer(Int64(reach)),
        ])
    }
}
