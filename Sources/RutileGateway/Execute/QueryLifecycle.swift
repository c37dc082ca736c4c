/// The life of one query: created → started → in progress → finished, and what its databases answered on the way.
///
/// Pure. Events that do not fit the state change nothing, so that an answer that comes after the end is lost, and the order
/// in which databases answer makes no difference to the outcome.
package struct QueryLifecycle<Outcome: Sendable>: Sendable {
    /// Raw values are what documents say.
    package enum State: String, Sendable {
        case created, started
        case inProgress = "in progress"
        case finished
    }

    /// What happens to a query.
    package enum Event: Sendable {
        /// Somebody has taken it up.
        case start
        /// All databases have been asked.
        case asked
        /// The database at this position has answered, or failed.
        case answered(Int, Outcome)
    }

    /// What the owner has to do.
    package enum Action: Hashable, Sendable {
        /// Ask the databases at these positions.
        case ask([Int])
        /// Store the outcome, and forget the query.
        case store
    }

    package private(set) var state = State.created
    /// What each database answered, by position; absent for those that have not yet.
    package private(set) var outcomes: [Outcome?]

    /// A query to `count` databases.
    package init(databases count: Int) { outcomes = Array(repeating: nil, count: count) }

    /// Takes in `event`.
    package mutating func apply(_ event: Event) -> Action? {
        switch (state, event) {
        case (.created, .start):
            state = .started
            return .ask(Array(outcomes.indices))
        case (.started, .asked):
            state = .inProgress
            return finishIfComplete()
        case (.inProgress, .answered(let position, let outcome)):
            guard case nil = outcomes[position] else { return nil }
            outcomes[position] = outcome
            return finishIfComplete()
        default: return nil
        }
    }

    private mutating func finishIfComplete() -> Action? {
        guard outcomes.allSatisfy({ $0 != nil }) else { return nil }
        state = .finished
        return .store
    }
}
