/// Why a request was refused. What it says is for the client.
///
/// Source: OPTIMADE 1.2, "HTTP Response Status Codes"; JSON:API 1.1, "Error Objects".
public struct OptimadeProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of refusal it is. ``status`` is OPTIMADE's own table of what HTTP calls it.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// The client's input makes no sense.
        case badRequest
        /// More was asked for than is given at once.
        case forbidden
        /// There is no such thing.
        case notFound
        /// The thing can be read only.
        case methodNotAllowed
        /// The client takes no form that is offered.
        case notAcceptable
        /// An optional feature that is not offered, or types that do not go together.
        case notImplemented
        /// Another version of the protocol was asked for.
        case versionNotSupported

        /// The status of HTTP; 553 is OPTIMADE's.
        public var status: Int {
            switch self {
            case .badRequest: 400
            case .forbidden: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .notAcceptable: 406
            case .notImplemented: 501
            case .versionNotSupported: 553
            }
        }

        /// The kind in words.
        public var title: String {
            switch self {
            case .badRequest: "Bad Request"
            case .forbidden: "Forbidden"
            case .notFound: "Not Found"
            case .methodNotAllowed: "Method Not Allowed"
            case .notAcceptable: "Not Acceptable"
            case .notImplemented: "Not Implemented"
            case .versionNotSupported: "Version Not Supported"
            }
        }
    }

    /// What kind of refusal it is.
    public let kind: Kind
    /// Stable, for machines: `parameter.unknown`, `filter.syntax` …
    public let code: String
    /// For people: what is wrong and how to mend it.
    public let detail: String
    /// The query parameter that is to blame, where one is.
    public let parameter: String?

    /// A refusal of `kind`.
    public init(_ kind: Kind, code: String, parameter: String? = nil, _ detail: String) {
        self.kind = kind
        self.code = code
        self.parameter = parameter
        self.detail = detail
    }

    /// The code and the detail.
    public var description: String { "\(code): \(detail)" }
}

/// Something about a request that the client should know, although it was answered.
///
/// Source: OPTIMADE 1.2, "JSON Response Schema: Common Fields", `warnings`.
public struct OptimadeWarning: Hashable, Sendable {
    /// Stable, for machines; shown behind the provider's prefix.
    public let code: String
    /// For people.
    public let detail: String
    /// The query parameter that it is about, where there is one.
    public let parameter: String?

    /// A warning.
    public init(code: String, parameter: String? = nil, _ detail: String) {
        self.code = code
        self.parameter = parameter
        self.detail = detail
    }
}
