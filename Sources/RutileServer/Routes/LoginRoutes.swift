package import HTTPTypes
import OptimadeAPI
import RutileJSON

/// Where clients log in: NOMAD's own path, and the two of an OpenID provider that NOMAD's Python client asks.
package enum LoginRoutes {
    /// The routes of `login`.
    package static func routes(_ login: Login) -> [Route] {
        [
            Route(
                .open, .post, "/api/v1/auth/token", token,
                answer: { try await answer(grant($0, login)) }),
            Route(
                .open, .get, "/realms/{realm}/.well-known/openid-configuration", configuration,
                answer: { call in Route.Answer(provider(call).json()) }),
            Route(
                .open, .post, "/realms/{realm}/protocol/openid-connect/token", realmToken,
                answer: { call in
                    do {
                        return try await answer(grant(call, login))
                    } catch let refusal as Login.Refusal {
                        throw OAuthProblem(refusal)
                    } catch let problem as RequestProblem {
                        throw OAuthProblem(problem)
                    }
                }),
        ]
    }

    private static func grant(_ call: Route.Call, _ login: Login) async throws -> Login.Grant {
        if call.target.contentType?.lowercased().hasPrefix("multipart/") == true {
            throw RequestProblem.invalid([
                .init(at: [.key("body")], "the form must be sent as application/x-www-form-urlencoded")
            ])
        }
        let form = try call.form()
        let type = try form.required("grant_type")
        if type.hasSameUTF8(as: "password") {
            let (username, password) = (try form.required("username"), try form.required("password"))
            return try await login.grant(username: username, password: password, from: call.client)
        }
        if type.hasSameUTF8(as: "refresh_token") {
            return try await login.grant(refresh: try form.required("refresh_token"))
        }
        throw RequestProblem.invalid([.wrongGrantType(type)])
    }

    private static func answer(_ grant: Login.Grant) -> Route.Answer {
        var answer = Route.Answer(grant.document.json())
        // Source: RFC 6749 §5.1.
        answer.headers = [.cacheControl: "no-store", .pragma: "no-cache"]
        return answer
    }

    /// What clients ask an OpenID provider first. Source: OpenID Connect Discovery 1.0 §3, as far as there is something to
    /// say. Any realm is the same.
    private static func provider(_ call: Route.Call) -> Value {
        let realm = call.target.root + "/realms/" + PercentCoding.encoded(call.target["realm"])
        return .members([
            "issuer": .string(realm),
            "token_endpoint": .string(realm + "/protocol/openid-connect/token"),
            "grant_types_supported": .list([.string("password"), .string("refresh_token")]),
            "token_endpoint_auth_methods_supported": .list([.string("none")]),
            "response_types_supported": .list([]),
            "subject_types_supported": .list([.string("public")]),
            "id_token_signing_alg_values_supported": .list([.string("HS256")]),
        ])
    }

    private static let form = RouteDocumentation.Body.form(
        [
            "grant_type": "`password` or `refresh_token`.", "username": "With `password`.",
            "password": "With `password`.", "refresh_token": "With `refresh_token`. Each is good once.",
        ], required: ["grant_type"],
        example: [
            "grant_type": .string("password"), "username": .string("ada"), "password": .string("correct horse"),
        ])

    private static let token = RouteDocumentation(
        "Log in",
        """
        Gives a token for the header `Authorization: Bearer …`, and one with which the login can be renewed. Failed \
        attempts make the next ones wait.
        """,
        body: form,
        example: """
            curl -s "$RUTILE_URL/api/v1/auth/token" --data-urlencode "username=$RUTILE_USER" \
            --data-urlencode "password=$RUTILE_PASSWORD" -d grant_type=password
            """,
        answers: [
            (200, "`access_token`, `expires_in`, `refresh_token` and more.", "application/json"),
            (401, "Username or password are wrong, or the refresh token is.", "application/json"),
            (422, "A field is missing.", "application/json"),
            (429, "Too many attempts have failed; `Retry-After` says how many seconds to wait.", "application/json"),
        ], model: .login)

    private static let configuration = RouteDocumentation(
        "OpenID configuration",
        """
        For clients that log in at an OpenID provider, such as NOMAD's Python package with \
        `NOMAD_KEYCLOAK_SERVER_URL` set to this server. The realm may have any name.
        """,
        parameters: [.path("realm", "Any name.")],
        example: #"curl -s "$RUTILE_URL/realms/fairdi_nomad_prod/.well-known/openid-configuration""#,
        answers: [(200, "Where tokens are given.", "application/json")], model: .openIDConfiguration)

    private static let realmToken = RouteDocumentation(
        "Log in (OpenID)", "As `/api/v1/auth/token`, with errors as RFC 6749 has them.",
        parameters: [.path("realm", "Any name.")], body: form,
        example: """
            curl -s "$RUTILE_URL/realms/fairdi_nomad_prod/protocol/openid-connect/token" \
            --data-urlencode "username=$RUTILE_USER" --data-urlencode "password=$RUTILE_PASSWORD" \
            -d grant_type=password -d client_id=nomad_public
            """,
        answers: [
            (200, "`access_token`, `expires_in`, `refresh_token` and more.", "application/json"),
            (
                400, "`invalid_request`, `unsupported_grant_type`, or `invalid_grant` for a refresh token.",
                "application/json"
            ),
            (401, "`invalid_grant`: username or password are wrong.", "application/json"),
            (429, "`temporarily_unavailable`: too many attempts have failed.", "application/json"),
        ], model: .login, problem: .oauthError)
}

extension HTTPField.Name {
    /// `Pragma`, which RFC 6749 wants for caches of old.
    fileprivate static let pragma = HTTPField.Name("Pragma")!  // a valid field name
}

extension RequestProblem.Fault {
    fileprivate static func wrongGrantType(_ given: String) -> Self {
        Self(
            at: [.key("body"), .key("grant_type")], "it must be password or refresh_token", input: .string(given),
            type: wrongChoice)
    }

    /// The framework's name for a value that is none of those that are possible.
    fileprivate static let wrongChoice = "literal_error"
}

extension Login.Refusal: Problem {
    package var status: Int {
        switch self {
        case .wrong, .expired: 401
        case .wait: 429
        case .busy: 503
        }
    }

    package var code: String {
        switch self {
        case .wrong: "login.wrong"
        case .expired: "login.expired"
        case .wait: "login.wait"
        case .busy: "login.busy"
        }
    }

    package var detail: String {
        switch self {
        case .wrong: "Incorrect username or password"
        case .expired: "The refresh token is not valid."
        case .wait(let seconds): "Too many attempts have failed; try again in \(seconds) s."
        case .busy: "Too many people are logging in; try again in a few seconds."
        }
    }

    package var headers: HTTPFields {
        switch self {
        case .wrong, .expired: [.wwwAuthenticate: "Bearer"]
        case .wait(let seconds): [.retryAfter: String(seconds)]
        case .busy: [.retryAfter: "2"]
        }
    }
}

/// A refusal in the form of RFC 6749 §5.2.
private struct OAuthProblem: Problem {
    let status: Int
    let code: String
    let detail: String
    let headers: HTTPFields

    init(_ refusal: Login.Refusal) {
        status = refusal == .expired ? 400 : refusal.status
        switch refusal {
        case .wrong, .expired: code = "invalid_grant"
        case .wait, .busy: code = "temporarily_unavailable"
        }
        detail = refusal.detail
        headers = refusal.headers
    }

    init(_ problem: RequestProblem) {
        status = 400
        headers = [:]
        if case .invalid(let faults) = problem, let fault = faults.first {
            code = fault.type == RequestProblem.Fault.wrongChoice ? "unsupported_grant_type" : "invalid_request"
            let steps = fault.place.compactMap { step -> String? in
                if case .key(let key) = step { key } else { nil }
            }
            detail = steps.joined(separator: ".") + ": " + fault.message
        } else {
            code = "invalid_request"
            detail = problem.detail
        }
    }

    var document: Value { .members(["error": .string(code), "error_description": .string(detail)]) }
}
