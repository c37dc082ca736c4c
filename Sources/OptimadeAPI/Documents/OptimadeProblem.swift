/// Why a request was refused. What it says is for the client.
///
/// Source: OPTIMADE 1.2, "HTTP Response Status Codes"; JSON:API 1.1, "Error Objects".
public struct OptimadeProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let code: Code
    /// For people: what is wrong and how to mend it.
    public let detail: String
    /// The query parameter that is to blame, where one is.
    public let parameter: String?

    /// A refusal.
    public init(_ code: Code, parameter: String? = nil, _ detail: String) {
        self.code = code
        self.parameter = parameter
        self.detail = detail
    }

    /// What kind of refusal it is.
    public var kind: Kind { code.kind }

    /// The code and the detail.
    public var description: String { "\(code.rawValue): \(detail)" }
}

extension OptimadeProblem {
    /// What is wrong, for machines. Stable.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// A percent escape is broken, or bytes are no UTF-8.
        case parameterEncoding = "parameter.encoding"
        /// There is no such parameter.
        case parameterUnknown = "parameter.unknown"
        /// A parameter is there twice.
        case parameterRepeated = "parameter.repeated"
        /// The value of a parameter is none that it can have.
        case parameterValue = "parameter.value"
        /// A parameter names a property or entry type that does not exist.
        case parameterName = "parameter.name"
        /// More entries are asked for than are given at once.
        case parameterLimit = "parameter.limit"
        /// What a parameter asks for is optional and not offered.
        case parameterUnsupported = "parameter.unsupported"
        /// The text is no filter.
        case filterSyntax = "filter.syntax"
        /// The filter names a property that does not exist.
        case filterName = "filter.name"
        /// A string compared with a timestamp is none.
        case filterTimestamp = "filter.timestamp"
        /// Operator, property and value do not fit each other.
        case filterType = "filter.type"
        /// The filter compares two strings with each other.
        case filterStrings = "filter.strings"
        /// The filter has a number that cannot be represented.
        case filterNumber = "filter.number"
        /// The filter uses what is optional and not offered.
        case filterUnsupported = "filter.unsupported"
        /// There is no such endpoint.
        case endpointUnknown = "endpoint.unknown"
        /// This version of the protocol is not served.
        case versionUnknown = "version.unknown"
        /// Everything is read only.
        case method = "method"
        /// The `Accept` header rules out the form of the answer.
        case accept = "accept"

        /// What kind of refusal it is.
        public var kind: Kind {
            switch self {
            case .parameterEncoding, .parameterUnknown, .parameterRepeated, .parameterValue, .parameterName,
                .filterSyntax, .filterName, .filterTimestamp:
                .badRequest
            case .parameterLimit: .forbidden
            case .endpointUnknown: .notFound
            case .method: .methodNotAllowed
            case .accept: .notAcceptable
            case .parameterUnsupported, .filterType, .filterStrings, .filterNumber, .filterUnsupported: .notImplemented
            case .versionUnknown: .versionNotSupported
            }
        }
    }

    /// Kinds of refusal, as OPTIMADE tells them apart.
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

        /// The status of HTTP, which error documents repeat; 553 is OPTIMADE's own.
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
}
