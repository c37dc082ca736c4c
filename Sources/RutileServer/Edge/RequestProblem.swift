package import HTTPTypes
package import RutileJSON

/// What is wrong with a request.
package enum RequestProblem: Problem, Equatable {
    /// One thing that is wrong with the parameters or the body.
    package struct Fault: Equatable, Sendable {
        /// A step on the way to a value.
        package enum Step: Equatable, Sendable {
            case key(String)
            case index(Int)
        }

        /// `missing`, `value_error` …, as NOMAD's framework names it.
        package let type: String
        /// From `query`, `path` or `body` on.
        package let place: [Step]
        package let message: String
        /// The value that is wrong.
        package let input: Value

        /// `message` says what is wrong with the `input` at `place`.
        package init(at place: [Step], _ message: String, input: Value = .null, type: String = "value_error") {
            self.type = type
            self.place = place
            self.message = message
            self.input = input
        }

        /// Nothing stands at `place`.
        package static func missing(at place: [Step]) -> Fault { Fault(at: place, "Field required", type: "missing") }
    }

    case unknownPath(String)
    case wrongMethod(String, allowed: [String])
    case unauthorized(String)
    /// The token that came with the request is not good. Why is for nobody to know who does not own it.
    case badToken
    case missingScopes([String])
    case forbidden(String)
    case notFound(String)
    /// Understood, but not possible.
    case refused(String)
    case invalid([Fault])
    case missingBody
    case bodyTooLarge(limit: Int)
    /// The request's line and header fields are longer than is read.
    case headTooLong
    /// The body is encoded (`Content-Encoding`) in a way that is not read here.
    case unknownCoding(String)
    case tooManyRequests(retryAfter: Int)
    case tooSlow(limit: Int)
    case stopping
    /// What was asked for is done, or may be, but not all of its files have taken their places.
    case unfinished

    package var status: Int {
        switch self {
        case .unknownPath: 404
        case .wrongMethod: 405
        case .unauthorized, .badToken: 401
        case .missingScopes, .forbidden: 403
        case .notFound: 404
        case .refused: 400
        case .missingBody, .invalid: 422
        case .bodyTooLarge: 413
        case .headTooLong: 431
        case .unknownCoding: 415
        case .tooManyRequests: 429
        case .tooSlow, .stopping, .unfinished: 503
        }
    }

    package var code: String {
        switch self {
        case .unknownPath: "request.unknown_path"
        case .wrongMethod: "request.wrong_method"
        case .unauthorized, .badToken: "request.unauthorized"
        case .missingScopes: "request.missing_scopes"
        case .forbidden: "request.forbidden"
        case .notFound: "request.not_found"
        case .refused: "request.refused"
        case .invalid: "request.invalid"
        case .missingBody: "request.missing_body"
        case .bodyTooLarge: "limits.body_bytes"
        case .headTooLong: "request.head_too_long"
        case .unknownCoding: "request.unknown_coding"
        case .tooManyRequests: "limits.requests_per_second"
        case .tooSlow: "limits.request_seconds"
        case .stopping: "request.stopping"
        case .unfinished: "records.unfinished"
        }
    }

    package var detail: String {
        switch self {
        case .unknownPath(let path):
            "There is nothing at \(path)."
        case .wrongMethod(let method, let allowed):
            "\(method) is not allowed here, only \(allowed.joined(separator: ", "))."
        case .unauthorized(let reason), .forbidden(let reason), .notFound(let reason), .refused(let reason):
            reason
        case .badToken:
            "The token is not valid."
        case .missingScopes(let scopes):
            "Missing scopes: [\(scopes.map { "'\($0)'" }.joined(separator: ", "))]"
        case .invalid(let faults):
            faults.map(\.message).joined(separator: " ")
        case .missingBody:
            "A body is required."
        case .bodyTooLarge(let limit):
            "The body has more bytes than limits.body_bytes (\(limit))."
        case .headTooLong:
            "The request's line and header fields have more than 80 KiB, or there are more than 1,000 fields."
        case .unknownCoding(let coding):
            "The body is encoded as “\(coding)”; send it as it is, without Content-Encoding."
        case .tooManyRequests(let seconds):
            "More requests than limits.requests_per_second allows; try again in \(seconds) s."
        case .tooSlow(let limit):
            "The answer was not ready within limits.request_seconds (\(limit)); ask for less, or try again later."
        case .stopping:
            "The server is stopping."
        case .unfinished:
            "What was asked for is kept, or may be, but its files are not all in their places yet; the server goes on "
                + "by itself. Look what is there before you ask again."
        }
    }

    package var location: String? { self == .missingBody ? "" : nil }

    package var headers: HTTPFields {
        switch self {
        case .wrongMethod(_, let allowed): [.allow: allowed.joined(separator: ", ")]
        case .unauthorized, .badToken: [.wwwAuthenticate: "Bearer"]
        case .tooManyRequests(let seconds): [.retryAfter: String(seconds)]
        case .tooSlow, .stopping, .unfinished: [.retryAfter: "5"]
        // RFC 9110 §15.5.16.
        case .unknownCoding: [.acceptEncoding: "identity"]
        default: [:]
        }
    }

    package var document: Value {
        // The form in which NOMAD's framework answers, measured: a list with the place of each fault.
        let faults: [Fault]
        switch self {
        case .missingBody: faults = [.missing(at: [.key("body")])]
        case .invalid(let found): faults = found
        default: return standardDocument
        }
        return .members(["detail": .list(faults.map(\.document)), "code": .string(code)])
    }
}

extension RequestProblem.Fault {
    fileprivate var document: Value {
        let steps = place.map { step -> Value in
            switch step {
            case .key(let key): .string(key)
            case .index(let index): .integer(Int64(index))
            }
        }
        return .members(["type": .string(type), "loc": .list(steps), "msg": .string(message), "input": input])
    }
}
