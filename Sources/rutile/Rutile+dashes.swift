import ArgumentParser

extension Rutile {
    /// What to say of an argument that begins with a dash and was meant as a value, such as an id, where `error` comes of
    /// reading it as options in one letter; `nil` where it does not.
    static func hint(onDashesOf arguments: [String], after error: any Error) -> String? {
        let given = arguments.prefix { $0 != "--" }
        let isHelp = exitCode(for: error) == .success
        let asksForHelp = given.contains { $0 == "-h" || $0 == "-help" || $0.hasPrefix("--") && $0.contains("help") }
        let text = message(for: error)
        guard isHelp ? !asksForHelp : complaints.contains(where: { text.contains($0) }) else { return nil }
        // No command has several options in one letter, so nobody writes them as one word.
        guard let value = given.first(where: { $0.utf8.count > 2 && $0.hasPrefix("-") && !$0.hasPrefix("--") }) else {
            return nil
        }
        return
            "“\(value)” is read as options: write -- before it, with nothing but arguments behind, or --option=\(value)"
    }

    /// How the parser begins to complain of such a word, or of what is missing in its place.
    private static let complaints = ["Unknown option", "Missing expected argument", "Missing value for"]
}
