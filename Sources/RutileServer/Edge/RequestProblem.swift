package import HTTPTypes
package import RutileJSON

/// What is wrong with a request before any service has seen it.
package enum RequestProblem: Problem, Equatable {
    case unknownPath(String)
    case wrongMethod(String, allowed: [String])
    case unauthorized(String)
    case missingBody
    case bodyTooLarge(limit: Int)
    case tooManyRequests(retryAfter: Int)
    case tooSlow(limit: Int)
    case stopping

    package var status: Int {
        switch self {
        case .unknownPath: 404
        case .wrongMethod: 405
        case .unauthorized: 401
        case .missingBody: 422
        case .bodyTooLarge: 413
        case .tooManyRequests: 429
        case .tooSlow, .stopping: 503
        }
    }

    package var code: String {
        switch self {
        case .unknownPath: "request.unknown_path"
        case .wrongMethod: "request.wrong_method"
        case .unauthorized: "request.unauthorized"
        case .missingBody: "request.missing_body"
        case .bodyTooLarge: "limits.body_bytes"
        case .tooManyRequests: "limits.requests_per_second"
        case .tooSlow: "limits.request_seconds"
        case .stopping: "request.stopping"
        }
    }

    package var detail: String {
        switch self {
        case .unknownPath(let path):
            "There is nothing at \(path)."
        case .wrongMethod(let method, let allowed):
            "\(method) is not allowed here, only \(allowed.joined(separator: ", "))."
        case .unauthorized(let reason):
            reason
        case .missingBody:
            "A body is required."
        case .bodyTooLarge(let limit):
            "The body has more bytes than limits.body_bytes (\(limit))."
        case .tooManyRequests(let seconds):
            "More requests than limits.requests_per_second allows; try again in \(seconds) s."
        case .tooSlow(let limit):
            "The answer was not ready within limits.request_seconds (\(limit)); ask for less, or try again later."
        case .stopping:
            "The server is stopping."
        }
    }

    package var location: String? { self == .missingBody ? "" : nil }

    package var headers: HTTPFields {
        switch self {
        case .wrongMethod(_, let allowed): [.allow: allowed.joined(separator: ", ")]
        case .unauthorized: [.wwwAuthenticate: "Bearer"]
        case .tooManyRequests(let seconds): [.retryAfter: String(seconds)]
        case .tooSlow, .stopping: [.retryAfter: "5"]
        default: [:]
        }
    }

    package var document: Value {
        guard self == .missingBody else { return standardDocument }
        // The form in which NOMAD's framework answers, measured: a list with the place of each fault.
        let fault = Value.members([
            "type": .string("missing"), "loc": .list([.string("body")]), "msg": .string("Field required"),
            "input": .null,
        ])
        return .members(["detail": .list([fault]), "code": .string(code)])
    }
}
