import OptimadeAPI
import RutileJSON
import Synchronization

/// A server with NOMAD's API: Rutile, or an installation of NOMAD.
///
/// It is asked politely: so many requests at once and in a second, again after a pause when it is in trouble, and no
/// sooner than it says. All that is made from one value shares these bounds, and its login.
public final class NomadServer: Sendable {
    /// As whom the server is asked.
    public enum Login: Sendable {
        /// As nobody.
        case anonymous
        /// With a token: one of a login, or one that was issued for programs.
        case token(String)
        /// With a token that the server gives for these, and another one when that is over.
        case password(username: String, password: String)
    }

    /// How it is asked.
    public struct Settings: Sendable {
        /// What happens when the server is in trouble.
        public var retry = RetryPolicy()
        /// Requests that are sent in a second, in the long run; 0 for no limit. NOMAD's public installation takes 30.
        public var requestsPerSecond = 20.0
        /// Requests that run at once. NOMAD's public installation takes 10.
        public var concurrency = 8
        /// Told what goes wrong and will be tried again, one line each.
        public var report: @Sendable (String) -> Void = { _ in }

        /// The defaults.
        public init() {}
    }

    /// The address of the API, as `https://example.org/api/v1`.
    public let address: String
    let settings: Settings
    private let transport: any WebTransport
    private let clock: ClientClock
    private let pace: Mutex<RequestPace>
    private let slots: RequestSlots
    private let session: LoginSession
    /// Whether there was an answer, of whatever kind. Before that a failure is most likely a wrong address.
    private let hasAnswered = Mutex(false)

    /// The server at `url`, which is the address of its API (`…/api/v1`), or ends in `/api`, or before it.
    ///
    /// - Throws: ``ClientError/Code/badAddress``.
    public convenience init(
        _ url: String, login: Login = .anonymous, settings: Settings = Settings(),
        transport: any WebTransport = DirectTransport.shared
    ) throws(ClientError) {
        try self.init(url, login: login, settings: settings, transport: transport, clock: .system)
    }

    /// The same by a clock of one's own.
    package init(
        _ url: String, login: Login = .anonymous, settings: Settings = Settings(), transport: any WebTransport,
        clock: ClientClock
    ) throws(ClientError) {
        address = try Self.address(of: url)
        self.settings = settings
        self.transport = transport
        self.clock = clock
        let width = max(1, settings.concurrency)
        pace = Mutex(RequestPace(perSecond: settings.requestsPerSecond, burst: width))
        slots = RequestSlots(total: width, perServer: width)
        session = LoginSession(login)
    }

    /// The address of the API of the server that `url` names.
    static func address(of url: String) throws(ClientError) -> String {
        let address: WebAddress
        do {
            address = try WebAddress(url)
        } catch {
            throw ClientError(.badAddress, "“\(url)” is no address of a server: \(error)", underlying: error)
        }
        let path = address.path.utf8
        if path.reversed().starts(with: "/api/v1".utf8.reversed()) { return address.description }
        return address.description + (path.reversed().starts(with: "/api".utf8.reversed()) ? "/v1" : "/api/v1")
    }

    // MARK: Requests

    /// The answer to `POST` of `body` to `path` below ``address``; without a body to `GET`.
    ///
    /// - Throws: ``ClientError``, or `CancellationError`.
    func document(_ path: String, _ body: Value? = nil) async throws -> JSONDocument {
        try await measured(path, body).document
    }

    /// As ``document(_:_:)``, with the number of bytes that the document has; tried again `retries` times, by default as
    /// often as the settings say.
    func measured(
        _ path: String, _ body: Value?, retries: Int? = nil
    ) async throws -> (document: JSONDocument, bytes: Int) {
        var request = WebRequest(body == nil ? .get : .post, address + path)
        request.headers = [("Accept", "application/json")]
        if let body {
            request.headers.append(("Content-Type", "application/json"))
            request.body = body.json()
        }
        return try await exchange(request, retries: retries) { [transport] request in
            let (head, body) = try await transport.answer(to: request)
            guard head.status == 200 else { return .failed(head, body) }
            do throws(JSONError) {
                let limits = JSONLimits(maximumDepth: 512, maximumBytes: .max)
                return .done((try JSONDocument(json: body, limits: limits), body.count))
            } catch {
                // Somebody between here and there may have cut it off.
                if error.isEndTooEarly(of: body) { return .cutOff("\(error)") }
                throw ClientError(error, in: body, head, to: request)
            }
        }
    }

    /// Gives the bytes of the answer, as they come, to `receive`. Once there was a first piece, nothing is tried again.
    ///
    /// - Throws: ``ClientError``, `CancellationError`, or what `receive` throws.
    func bytes(_ path: String, _ body: Value?, receive: ([UInt8]) async throws -> Void) async throws {
        var request = WebRequest(body == nil ? .get : .post, address + path)
        if let body {
            request.headers = [("Content-Type", "application/json")]
            request.body = body.json()
        }
        try await exchange(request) { [transport] request in
            var refusal: [UInt8] = []
            var hasBegun = false
            do {
                let head = try await transport.send(request) { head, piece in
                    if head.status == 200 {
                        hasBegun = true
                        try await receive(piece)
                    } else if refusal.count < 1 << 20 {
                        refusal += piece
                    }
                }
                return head.status == 200 ? .done(()) : .failed(head, refusal)
            } catch let failure as TransportFailure where hasBegun {
                throw ClientError(
                    .unreachable, "\(address) broke off in the middle of the answer (\(failure))", underlying: failure)
            }
        }
    }

    /// What came of sending a request once.
    private enum Outcome<Result: Sendable>: Sendable {
        case done(Result)
        case failed(WebHead, [UInt8])
        case cutOff(String)
    }

    /// Sends `request` by `send` until there is an answer, again `retries` times at most; without a number as often as the
    /// settings say.
    private func exchange<Result: Sendable>(
        _ request: WebRequest, logsIn: Bool = true, retries: Int? = nil,
        _ send: (WebRequest) async throws -> Outcome<Result>
    ) async throws -> Result {
        var attempt = 0
        var hasRenewed = false
        while true {
            var failure: ClientError
            var asked: Int?
            var signed = request
            let token = logsIn ? try await token() : nil
            if let token { signed.headers.append(("Authorization", "Bearer \(token)")) }
            do {
                switch try await slots.run("", { try await paced { try await send(signed) } }) {
                case .done(let result):
                    hasAnswered.withLock { $0 = true }
                    return result
                case .failed(let head, _) where head.status == 401 && !hasRenewed && session.canRenew && token != nil:
                    hasRenewed = true
                    session.forget(token)
                    continue
                case .failed(let head, let body):
                    hasAnswered.withLock { $0 = true }
                    failure = ClientError(head, body, address, hasLogin: token != nil)
                    guard RetryPolicy.isTransient(head.status) else { throw failure }
                    asked = head.retryAfter
                case .cutOff(let reason):
                    failure = ClientError(.serverTrouble, "\(address) sent no complete document (\(reason))")
                }
            } catch let error as TransportFailure {
                failure = ClientError(error, address)
                if case .refused = error { throw failure }
                if case .noConnection = error, !hasAnswered.withLock({ $0 }) { throw failure }
            }
            attempt += 1
            guard attempt <= retries ?? settings.retry.retries else { throw failure }
            let pause = settings.retry.pause(before: attempt, asked: asked)
            if failure.status == 429 || failure.status == 503 { pace.withLock { $0.pause(until: clock.now() + pause) } }
            settings.report("\(failure); again in \(pause.seconds) s")
            try await clock.sleep(pause)
        }
    }

    /// Runs `body` when the next request may go.
    private func paced<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        let wait = pace.withLock { $0.reserve(at: clock.now()) }
        if wait > .zero { try await clock.sleep(wait) }
        return try await body()
    }

    // MARK: Login

    /// The token to ask with; `nil` for nobody.
    private func token() async throws -> String? {
        if let known = session.token { return known }
        guard case .password(let username, let password) = session.login else { return nil }
        return try await session.turns.run("") {
            if let known = session.token { return known }
            let form = ["grant_type": "password", "username": username, "password": password]
                .map { "\($0.key)=\(PercentCoding.encoded($0.value))" }.joined(separator: "&")
            let request = WebRequest(
                .post, address + "/auth/token",
                headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
                body: Array(form.utf8))
            let token: String = try await exchange(request, logsIn: false) { [transport] request in
                let (head, body) = try await transport.answer(to: request)
                if head.status == 401 || head.status == 400 {
                    throw ClientError(
                        .notAllowed, "\(address) does not accept this user name with this password",
                        status: head.status)
                }
                guard head.status == 200 else { return .failed(head, body) }
                guard let token = (try? JSONDocument(json: body))?.root["access_token"]?.text else {
                    throw ClientError(
                        .notUnderstood, "\(request.url) answered with no document that has a token", status: head.status
                    )
                }
                return .done(token)
            }
            session.remember(token)
            return token
        }
    }
}

/// The login of a server: the token that is good at the moment.
private final class LoginSession: Sendable {
    let login: NomadServer.Login
    /// One login at a time.
    let turns = RequestSlots(total: 1, perServer: 1)
    private let known: Mutex<String?>

    init(_ login: NomadServer.Login) {
        self.login = login
        known = if case .token(let token) = login { Mutex(token) } else { Mutex(nil) }
    }

    var token: String? { known.withLock { $0 } }

    /// Whether there can be another token.
    var canRenew: Bool { if case .password = login { true } else { false } }

    func remember(_ token: String) { known.withLock { $0 = token } }

    /// `token` is no longer good, unless it is another one already.
    func forget(_ token: String?) {
        known.withLock { known in
            if let token, known?.hasSameUTF8(as: token) ?? false { known = nil }
        }
    }
}

extension Duration {
    /// In seconds, with one digit behind the point at most.
    var seconds: String {
        let tenths = (components.seconds * 10) + components.attoseconds / 100_000_000_000_000_000
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
    }
}
