package import OptimadeAPI

/// An answer to be sent by HTTP.
package struct OptimadeAnswer: Sendable {
    /// What became of the request.
    package enum Outcome: Hashable, Sendable {
        /// It was answered.
        case served
        /// It asked what can be done; there is no body.
        case options
        /// It was refused; the body says why.
        case refused(OptimadeProblem.Kind)

        /// The status of HTTP.
        package var status: Int {
            switch self {
            case .served: 200
            case .options: 204
            case .refused(let kind): kind.status
            }
        }
    }

    package let outcome: Outcome
    package let contentType: String
    package let body: [UInt8]

    /// The body without the time at which it was made: two answers with the same parts say the same, so that weak
    /// entity tags can be made of them.
    package var partsWithoutTime: [ArraySlice<UInt8>] {
        // Quotes inside strings are escaped, so this can only be the member of `meta`, which comes before all data.
        let key = Array("\"time_stamp\":\"".utf8)
        // It is near the beginning, where looking is quicker than what `firstRange(of:)` prepares first.
        guard contentType == Self.jsonAPI,
            let start = body.indices.first(where: { body[$0...].starts(with: key) })?.advanced(by: key.count),
            let end = body[start...].firstIndex(of: UInt8(ascii: "\""))
        else { return [body[...]] }
        return [body[..<start], body[end...]]
    }

    /// What the `Allow` header says.
    package static let allowedMethods = "GET, HEAD, OPTIONS"

    init(_ outcome: Outcome = .served, contentType: String = Self.jsonAPI, body: [UInt8]) {
        self.outcome = outcome
        self.contentType = contentType
        self.body = body
    }

    static let jsonAPI = "application/vnd.api+json"
    static let html = "text/html; charset=utf-8"
}
