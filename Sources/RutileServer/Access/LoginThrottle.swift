package import RutileJSON

/// Lets attempts to log in wait when others have failed before: by account, and by address.
///
/// An attempt counts as failed until it has succeeded, so that many at once gain nothing. The state machine has no
/// clock: each event says when it happens.
package struct LoginThrottle: Sendable {
    /// What becomes of an attempt.
    package enum Admission: Equatable, Sendable {
        case admitted
        /// Not now; after so many whole seconds again.
        case refused(retryAfter: Int)
    }

    private struct Failures {
        var count = 0
        var last: ContinuousClock.Instant

        /// From when on there may be another attempt, when `free` cost nothing. Then the wait doubles each time.
        func end(of free: Int) -> ContinuousClock.Instant {
            count < free ? last : last + min(.seconds(1 << min(count - free, 10)), LoginThrottle.longestWait)
        }
    }

    /// Failures that cost nothing: people mistype.
    private static let freeForAccount = 5
    /// Many people may share an address.
    private static let freeForAddress = 20
    private static let longestWait = Duration.seconds(60)
    /// What is forgotten when nothing has failed for so long.
    private static let memory = Duration.seconds(900)
    /// Accounts and addresses that are remembered, each.
    private static let remembered = 10_000

    private var accounts: [UTF8Key: Failures] = [:]
    private var addresses: [UTF8Key: Failures] = [:]

    /// Nothing has failed.
    package init() {}

    /// Whether `account`, a name that need not exist, may be tried at `now` from `address`; `nil` is this machine, which
    /// may be a proxy and stand for everybody.
    package mutating func admit(
        account: UTF8Key, address: UTF8Key?, at now: ContinuousClock.Instant
    ) -> Admission {
        Self.forget(&accounts, below: Self.freeForAccount, at: now)
        Self.forget(&addresses, below: Self.freeForAddress, at: now)
        let waits = [
            accounts[account]?.end(of: Self.freeForAccount),
            address.flatMap { addresses[$0]?.end(of: Self.freeForAddress) },
        ].compactMap(\.self)
        if let end = waits.max(), end > now {
            return .refused(retryAfter: max(1, Int(((end - now) / .seconds(1)).rounded(.up))))
        }
        Self.note(account, in: &accounts, at: now)
        if let address { Self.note(address, in: &addresses, at: now) }
        return .admitted
    }

    /// An attempt that was admitted was a success: it, and what failed for the account before, count no more. Of the
    /// address only the attempt itself is taken back, or an account of one's own would buy any number of guesses.
    package mutating func succeeded(account: UTF8Key, address: UTF8Key?) {
        accounts[account] = nil
        if let address { addresses[address]?.count -= 1 }
    }

    /// Nobody knows what an attempt that was admitted would have been: it is taken back, and nothing else.
    package mutating func abandoned(account: UTF8Key, address: UTF8Key?) {
        accounts[account]?.count -= 1
        if let address { addresses[address]?.count -= 1 }
    }

    private static func note(_ key: UTF8Key, in table: inout [UTF8Key: Failures], at now: ContinuousClock.Instant) {
        var failures = table[key] ?? Failures(last: now)
        if failures.last + memory <= now { failures.count = 0 }
        failures.count += 1
        failures.last = now
        table[key] = failures
    }

    /// Where the table is full, drops what is old, then what has cost nothing yet. If it is full even so, everything: a
    /// flood from ten thousand addresses is not for this to stop, and memory stays bounded.
    private static func forget(
        _ table: inout [UTF8Key: Failures], below free: Int, at now: ContinuousClock.Instant
    ) {
        guard table.count >= remembered else { return }
        table = table.filter { $0.value.last + memory > now }
        if table.count >= remembered { table = table.filter { $0.value.count >= free } }
        if table.count >= remembered { table = [:] }
    }
}
