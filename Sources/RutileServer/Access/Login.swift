package import Logging
import RutileJSON
import RutileModel
package import RutileStore
import Synchronization

/// Where people log in: a password, or what an earlier login left, becomes tokens.
package final class Login: Sendable {
    /// How long what a login gives is good.
    package struct Lifetimes: Sendable {
        package var access: Duration
        package var refresh: Duration

        /// Both.
        package init(access: Duration, refresh: Duration) {
            self.access = access
            self.refresh = refresh
        }
    }

    /// What a login gives.
    package struct Grant: Sendable {
        let access: TokenAuthority.Issued
        let refresh: TokenAuthority.Issued
        let identity: String
        let lifetimes: Lifetimes
    }

    /// Why there is no login.
    package enum Refusal: Error, Equatable {
        /// Name or password is wrong, or the user is disabled, or has no password: nobody is told which.
        case wrong
        /// What is shown for a renewal is not good, or has been used.
        case expired
        /// Others have failed; after so many seconds again.
        case wait(seconds: Int)
        /// Too many people log in.
        case busy
    }

    /// Bytes of a password and of a name; what is longer is nobody's.
    package static let longestText = 1_024

    private let records: any RecordStore
    private let accounts: any AccountStore
    private let tokens: TokenAuthority
    private let passwords: PasswordChecker
    private let lifetimes: Lifetimes
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let throttle = Mutex(LoginThrottle())

    /// Users are those of `records`.
    package init(
        records: any RecordStore & AccountStore, tokens: TokenAuthority, passwords: PasswordChecker,
        lifetimes: Lifetimes, logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.records = records
        accounts = records
        self.tokens = tokens
        self.passwords = passwords
        self.lifetimes = lifetimes
        self.logger = logger
        self.now = now
    }

    /// Logs in with a password, from `client`.
    ///
    /// - Throws: ``Refusal``; `StoreError`.
    package func grant(username: String, password: String, from client: ClientAddress) async throws -> Grant {
        let isPossible = username.utf8.count <= Self.longestText && password.utf8.count <= Self.longestText
        let account = UTF8Key(isPossible ? username : "")
        let address = client.isLoopback ? nil : UTF8Key(client.name)
        let admission = throttle.withLock { $0.admit(account: account, address: address, at: now()) }
        if case .refused(let seconds) = admission {
            logger.notice("login refused for now", metadata: ["client": "\(client.name)", "seconds": "\(seconds)"])
            throw Refusal.wait(seconds: seconds)
        }
        let user: UserRecord?
        let isRight: Bool
        do {
            // All that follows takes the same time whether there is such a user or not.
            user = isPossible ? try await records.user(named: username) : nil
            let hash = user?.passwordHash.flatMap { try? PasswordHash(phc: $0) }
            isRight = try await passwords.matches(isPossible ? password : "", hash)
        } catch {
            throttle.withLock { $0.abandoned(account: account, address: address) }
            if error is PasswordChecker.TooBusy { throw Refusal.busy }
            throw error
        }
        guard isRight, let user, !user.isDisabled else {
            // What was typed as a name may be a password, so only a name that exists is logged.
            logger.notice(
                "login failed", metadata: ["user": "\(user?.id.text ?? "unknown")", "client": "\(client.name)"])
            throw Refusal.wrong
        }
        throttle.withLock { $0.succeeded(account: account, address: address) }
        logger.info("login", metadata: ["user": "\(user.id)", "client": "\(client.name)"])
        return try await grant(user)
    }

    /// Renews a login by its refresh token, which is good once.
    ///
    /// - Throws: ``Refusal/expired``; `StoreError`.
    package func grant(refresh token: String) async throws -> Grant {
        guard let session = try await tokens.session(of: token, for: .renewal),
            let user = try await records.users([session.token.user])[session.token.user],
            try await accounts.revoke([session.token.id]) == [session.token.id]
        else { throw Refusal.expired }
        return try await grant(user)
    }

    private func grant(_ user: UserRecord) async throws -> Grant {
        let access = try await tokens.issue(for: user.id, .login, lifetime: lifetimes.access)
        return Grant(
            access: access,
            refresh: try await tokens.issue(for: user.id, .refresh, lifetime: lifetimes.refresh),
            identity: try await tokens.identity(of: user, like: access.record), lifetimes: lifetimes)
    }
}

extension Login.Grant {
    /// The answer of a token endpoint. Source: RFC 6749 §5.1, with the members that Keycloak adds.
    var document: Value {
        .members([
            "access_token": .string(access.text), "token_type": .string("Bearer"),
            "expires_in": .integer(lifetimes.access.components.seconds),
            "refresh_token": .string(refresh.text),
            "refresh_expires_in": .integer(lifetimes.refresh.components.seconds),
            "scope": .string(TokenScope.allCases.map(\.rawValue).joined(separator: " ")),
            "id_token": .string(identity),
        ])
    }
}
