import RutileJSON

extension FormFields {
    /// The truth value that `name` is; `nil` where it is absent or empty.
    ///
    /// - Throws: ``RequestProblem/invalid(_:)`` where it is neither `true` nor `false`, nor another word for it.
    package func boolean(_ name: String) throws(RequestProblem) -> Bool? {
        guard let value = self[name], !value.isEmpty else { return nil }
        switch value.lowercased() {
        case "true", "1", "yes", "on", "t", "y": return true
        case "false", "0", "no", "off", "f", "n": return false
        default:
            throw .invalid([.init(at: [.key(place), .key(name)], "it must be true or false", input: .string(value))])
        }
    }

    /// The word that `name` is, one of those that `Choice` lists; `nil` where it is absent.
    ///
    /// - Throws: ``RequestProblem/invalid(_:)``.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type = Choice.self, ignoringCase: Bool = false
    ) throws(RequestProblem) -> Choice? where Choice.RawValue == String {
        try self[name].map { value throws(RequestProblem) in
            try choice(value, of: name, ignoringCase: ignoringCase)
        }
    }

    /// The words that `name` is, where it is repeated.
    ///
    /// - Throws: ``RequestProblem/invalid(_:)``.
    package func choices<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type = Choice.self
    ) throws(RequestProblem) -> [Choice] where Choice.RawValue == String {
        try all(name).map { value throws(RequestProblem) in try choice(value, of: name) }
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ value: String, of name: String, ignoringCase: Bool = false
    ) throws(RequestProblem) -> Choice where Choice.RawValue == String {
        let found = Choice.allCases.first {
            $0.rawValue.hasSameUTF8(as: value)
                || ignoringCase && $0.rawValue.lowercased().hasSameUTF8(as: value.lowercased())
        }
        if let found { return found }
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalid([.init(at: [.key(place), .key(name)], "it must be one of \(words)", input: .string(value))])
    }
}
