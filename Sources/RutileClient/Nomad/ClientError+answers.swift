import RutileJSON

extension ClientError {
    /// `failure` of a request to `address`.
    init(_ failure: TransportFailure, _ address: String) {
        switch failure {
        case .noConnection(let reason):
            self.init(
                .unreachable, "\(address) cannot be reached: \(reason). Is the server running, and the address right?",
                underlying: failure)
        case .broken, .timedOut: self.init(.unreachable, "\(address): \(failure)", underlying: failure)
        case .refused(let reason): self.init(.badAddress, "\(address): \(reason)", underlying: failure)
        }
    }

    /// An answer of `address` that is no success.
    init(_ head: WebHead, _ body: [UInt8], _ address: String, hasLogin: Bool) {
        let said = Self.detail(body)
        let answer = said.map { ": \($0)" } ?? ""
        switch head.status {
        case 401:
            let hint =
                hasLogin ? "the token is not, or no longer, good" : "this needs a login (a token, or a user name)"
            self.init(.notAllowed, "\(address) says that \(hint)\(answer)", status: 401)
        case 403: self.init(.notAllowed, "\(address) does not allow this\(answer)", status: 403)
        case 404:
            self.init(.notFound, said ?? "there is nothing of NOMAD's API at \(address)", status: 404)
        case 300..<400:
            let place = head.first("Location").map { " to \($0)" } ?? ""
            self.init(.refused, "\(address) redirects\(place): ask that address instead", status: head.status)
        case 429, 500...:
            self.init(.serverTrouble, "\(address) answered with status \(head.status)\(answer)", status: head.status)
        default:
            self.init(.refused, "\(address) refuses the request (\(head.status))\(answer)", status: head.status)
        }
    }

    /// The answer `body` to `request` is complete, and no JSON because of `error`.
    init(_ error: JSONError, in body: [UInt8], _ head: WebHead, to request: WebRequest) {
        switch error {
        case .syntax, .tooLarge, .outOfMemory, .parserDisagrees:
            let type = head.first("Content-Type").map { " (\($0))" } ?? ""
            let text = String(decoding: body.prefix(80), as: UTF8.self).split(whereSeparator: \.isWhitespace)
            self.init(
                .notUnderstood,
                "\(request.url) answered with something that is no JSON\(type), which begins "
                    + "“\(text.joined(separator: " "))” (\(error)). Is the address that of the server?",
                status: head.status, underlying: error)
        case .nonFinite, .invalidUTF8, .loneSurrogate, .tooDeep:
            self.init(
                .malformed, "\(request.url) sent something that JSON does not have (\(error))", status: head.status,
                underlying: error)
        }
    }

    /// What an answer says of itself: `detail` is a text, a list of objects with `msg` and `loc`, or an object.
    private static func detail(_ body: [UInt8]) -> String? {
        guard let document = try? Value(json: body, limits: JSONLimits(maximumBytes: 1 << 20)) else { return nil }
        guard let detail = document["detail"] ?? document["reason"], !detail.isNull else { return nil }
        if let text = detail.text { return text }
        let problems = (detail.items ?? [detail]).map { problem -> String in
            guard let message = problem["msg"]?.text ?? problem["reason"]?.text else {
                return String(decoding: problem.json(), as: UTF8.self)
            }
            let place = names(problem["loc"]).joined(separator: ".")
            return place.isEmpty ? message : "\(message) (\(place))"
        }
        return problems.isEmpty ? nil : problems.joined(separator: "; ")
    }

    /// The steps of a place, which may be a list in a list.
    private static func names(_ place: Value?) -> [String] {
        if let text = place?.text { return [text] }
        if let number = place?.integer { return [String(number)] }
        return place?.items?.flatMap { names($0) } ?? []
    }
}
