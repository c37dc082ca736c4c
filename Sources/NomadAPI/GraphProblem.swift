/// Why a graph request was refused as a whole, and where.
package struct GraphProblem: Error, Hashable {
    /// The kinds of refusal; raw values are the stable codes that `docs/api.md` lists.
    package enum Kind: String, Sendable, CaseIterable {
        /// A value that can be no request (a number, a string that is no directive …).
        case invalidRequest = "graph.invalid_request"
        /// A `m_request` that is no object and no directive.
        case invalidConfigForm = "graph.invalid_config_form"
        /// A field of a `m_request` that does not exist or has the wrong type.
        case invalidConfig = "graph.invalid_config"
        /// A field of a `m_request` that its node does not support.
        case unsupportedConfig = "graph.unsupported_config"
        /// A top-level key that is no token.
        case unknownToken = "graph.unknown_token"
        /// The request asks for nothing.
        case emptyRequest = "graph.empty_request"
        /// A cap was reached while the answer was made.
        case limitExceeded = "graph.limit_exceeded"
        /// A query that is not as the model of its documents.
        case invalidQuery = "graph.invalid_query"
        /// A pagination that is not as the model of its documents.
        case invalidPagination = "graph.invalid_pagination"
        /// A pattern in a query that is none, or too large.
        case invalidPattern = "graph.invalid_pattern"
        /// A question that the search index cannot answer.
        case invalidSearch = "graph.invalid_search"
        /// A `page_after_value` that names nothing in the list.
        case unknownPosition = "graph.unknown_position"
        /// Something that only a user can ask for.
        case loginRequired = "graph.login_required"
        /// A layout that does not exist or does not fit.
        case invalidLayout = "graph.invalid_layout"
    }

    /// What kind of refusal it is.
    package let kind: Kind
    /// For people; names the client's own input.
    package let detail: String
    /// JSON pointer (RFC 6901) into the request body; absent where the whole request is meant.
    package let location: String?

    /// A refusal of `kind` at `location`.
    package init(_ kind: Kind, _ detail: String, at location: String? = nil) {
        self.kind = kind
        self.detail = detail
        self.location = location
    }

    /// The HTTP status that NOMAD gives the same refusal.
    package var status: Int {
        switch kind {
        case .invalidRequest, .invalidConfigForm, .unsupportedConfig, .invalidLayout, .invalidQuery, .invalidPagination:
            400
        case .invalidConfig, .unknownToken, .emptyRequest, .limitExceeded, .invalidPattern,
            .unknownPosition, .loginRequired, .invalidSearch:
            422
        }
    }

    /// Stable and machine-readable.
    package var code: String { kind.rawValue }
}
