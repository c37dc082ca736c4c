import Synchronization

/// What was learnt of databases by asking them: kept for an hour, never relied on for what is right, only for what
/// spares requests.
package final class DatabaseMemory: Sendable {
    /// What is known of one database.
    struct Facts: Sendable {
        /// The path of the versioned base URL, where it is not the usual one.
        var versionedPath: String?
        /// Entries of a page at most, where the database refused more.
        var mostEntries: Int?
        /// Whether it refuses pages of every size, so that none need be tried.
        var refusesEverySize = false
        /// By endpoint, how many entries it said last that it has.
        var available: [String: Int] = [:]
        /// By endpoint, what its `/info` says of properties: `nil` inside where that is nothing.
        var listed: [String: ListedProperties?] = [:]
        /// By endpoint, until when its `/info` is not asked, for it did not answer in time.
        var silent: [String: Duration] = [:]
        var until: Duration
    }

    private static let lifetime = Duration.seconds(3_600)
    private static let most = 10_000
    private let facts = Mutex<[WebAddress: Facts]>([:])
    private let clock: ClientClock

    /// Nothing is known yet.
    package init(clock: ClientClock = .system) { self.clock = clock }

    func facts(of base: WebAddress) -> Facts {
        let now = clock.now()
        return facts.withLock { all in
            if let known = all[base], known.until > now { return known }
            return Facts(until: now + Self.lifetime)
        }
    }

    func learn(of base: WebAddress, _ change: (inout Facts) -> Void) {
        var known = facts(of: base)
        change(&known)
        facts.withLock { all in
            if all.count >= Self.most { all = [:] }
            all[base] = known
        }
    }
}
