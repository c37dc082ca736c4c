import RutileJSON

/// Reads the parameters of one request and gathers what is odd about them.
///
/// One reader serves all endpoints, so that a parameter means the same everywhere. Values are read one by one, in
/// the order of the URL; the first wrong one ends the reading.
struct ParameterReader {
    private let endpoint: Parameter.Endpoint
    private let rules: ParameterRules
    private(set) var warnings: [OptimadeWarning] = []
    /// Values of known parameters, each once.
    private var values: [Parameter: String] = [:]

    /// Sorts the parameters of `query` into those that `endpoint` knows and those it must refuse or ignore.
    init(_ query: QueryString, for endpoint: Parameter.Endpoint, _ rules: ParameterRules) throws(OptimadeProblem) {
        self.endpoint = endpoint
        self.rules = rules
        for item in query.items {
            guard let parameter = Parameter(rawValue: item.name), parameter.isUsed(by: endpoint) else {
                try passOver(item)
                continue
            }
            guard let value = item.value else {
                throw OptimadeProblem(
                    .parameterValue, parameter: item.name,
                    "The parameter \(item.name) has no value. Write \(item.name)=… or leave it out.")
            }
            if values[parameter] != nil {
                // Where the hint has no effect a second one has none, either.
                guard parameter == .apiHint else {
                    throw OptimadeProblem(
                        .parameterRepeated, parameter: item.name,
                        "The parameter \(item.name) is there twice. Give it once.")
                }
                warn(.apiHint, "api_hint is there twice; the first one counts.")
            } else {
                values[parameter] = value
            }
        }
        if let format = values[.responseFormat], !format.isEmpty, !format.hasSameUTF8(as: "json") {
            throw OptimadeProblem(
                .parameterValue, parameter: Parameter.responseFormat.rawValue,
                "The response format “\(format)” is not offered. Leave response_format out, or write json.")
        }
        if let address = values[.emailAddress], !address.isEmpty, !Self.isAddress(address) {
            warn(.emailAddress, "“\(address)” is no e-mail address and was ignored.")
        }
    }

    /// The value of `parameter`; `nil` where it is absent.
    subscript(_ parameter: Parameter) -> String? { values[parameter] }

    /// What to do with a parameter that the endpoint does not use.
    private mutating func passOver(_ item: QueryString.Item) throws(OptimadeProblem) {
        switch rules.owner(of: item.name) {
        case .foreign(isRegistered: true): break
        case .foreign(isRegistered: false):
            warnings.append(
                OptimadeWarning(
                    .parameterForeign, parameter: item.name,
                    "The parameter \(item.name) belongs to a provider that is not known here, and was ignored."))
        case .own, .standard:
            // Source: "Single Entry URL Query Parameters": unrecognised ones must be ignored there.
            guard endpoint == .list else { return }
            throw OptimadeProblem(
                .parameterUnknown, parameter: item.name,
                "There is no parameter “\(item.name)” here. \(Self.hint(for: item.name))")
        }
    }

    private static func hint(for name: String) -> String {
        let known = Parameter.allCases.filter { $0.isUsed(by: .list) }.map(\.rawValue)
        return "Known are: \(known.joined(separator: ", "))."
    }

    /// Notes that `parameter`, or its value, has no effect.
    mutating func warn(_ parameter: Parameter, _ detail: String) {
        warnings.append(OptimadeWarning(.parameterIgnored, parameter: parameter.rawValue, detail))
    }

    /// The names in a list with commas; `nil` where the parameter is absent, empty where its value is.
    func names(_ parameter: Parameter) throws(OptimadeProblem) -> [String]? {
        guard let value = values[parameter] else { return nil }
        guard value.utf8.contains(where: { $0 != UInt8(ascii: " ") }) else { return [] }
        var names: [String] = []
        for piece in value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let name = Self.trimmed(piece)
            guard !name.isEmpty else {
                throw OptimadeProblem(
                    .parameterValue, parameter: parameter.rawValue,
                    "A name is missing between the commas of \(parameter.rawValue).")
            }
            names.append(name)
        }
        return names
    }

    /// The whole number that `parameter` is, the largest one where it is larger and `clamped`; `nil` where it is absent or
    /// empty.
    func integer(_ parameter: Parameter, clamped: Bool = false) throws(OptimadeProblem) -> Int? {
        guard let value = values[parameter], !value.isEmpty else { return nil }
        let isLarge = clamped && value.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let number = Int(value) ?? (isLarge ? Int.max : nil) else {
            throw OptimadeProblem(
                .parameterValue, parameter: parameter.rawValue,
                "\(parameter.rawValue) must be a whole number, and “\(value)” is none that fits.")
        }
        return number
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        let blank = UInt8(ascii: " ")
        let start = text.drop { $0 == blank }
        let end = start.lastIndex { $0 != blank }.map { start.index(after: $0) } ?? start.startIndex
        return String(Substring(start[..<end]))
    }

    /// Something before an `@`, and a name with a dot in it, or a host's, behind; nothing more is promised.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}
