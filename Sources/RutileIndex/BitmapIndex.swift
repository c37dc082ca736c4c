package import RutileQuery
package import RutileStore
import Synchronization

/// The embedded search engine: the documents of one entry type in memory, as bitmaps and columns.
///
/// Documents live in immutable segments (``Segment``) of at most 65,535 rows, so that row numbers and codes of values
/// take two bytes and a set of rows eight kilobytes. A change adds segments (``Growth``) and masks rows of others; then
/// small segments are merged (``MergePolicy``). The state is one value that is replaced as a whole: a search works on what
/// it found when it began, and neither waits for a change nor disturbs one. Changes follow one another.
///
/// Cost: a search evaluates its predicate segment by segment on the calling task, some hundred microseconds for a
/// million entries. To count values takes longer.
package final class BitmapIndex: EntryIndex {
    /// All that a search needs, unchanging.
    struct State: Sendable {
        var schema: Schema
        var uploads = UploadNumbers()
        var segments: [LiveSegment] = []
    }

    private let state: Mutex<State>
    private let turn = Turn()
    private let longWork: LongWork
    /// Entries that are counted at once, which takes some milliseconds; more of them are ``RutileStore/LongWork``.
    private let few: Int

    /// An index without documents, which counts more than `few` entries as `longWork`.
    package init(_ catalogue: PropertyCatalogue, longWork: LongWork = .shared, few: Int = 100_000) {
        state = Mutex(State(schema: Schema(catalogue)))
        self.longWork = longWork
        self.few = few
    }

    package var catalogue: PropertyCatalogue { state.withLock { $0.schema.catalogue } }

    package var size: IndexSize {
        let segments = state.withLock { $0.segments }
        var memory = MemoryCount()
        for segment in segments {
            segment.segment.measure(&memory)
            segment.live.measure(&memory)
        }
        return IndexSize(entries: segments.reduce(0) { $0 + $1.count }, segments: segments.count, bytes: memory.bytes)
    }

    package func entries(_ search: EntrySearch) async throws -> EntryPage {
        try await state.withLock { $0 }.page(search)
    }

    package func values(_ question: ValueQuestion) async throws -> [Literal: ValueCount] {
        let state = state.withLock { $0 }
        return try await counting { try await state.values(question, longWork) }
    }

    package func values(
        _ question: ValueQuestion, for predicates: [Predicate]
    ) async throws -> [[Literal: ValueCount]] {
        let state = state.withLock { $0 }
        return try await counting { try await state.values(question, for: predicates, longWork) }
    }

    package func distinctValues(_ questions: [ValueQuestion]) async throws -> Int {
        let state = state.withLock { $0 }
        return try await counting { try await state.distinctValues(questions, longWork) }
    }

    package func counting<Result>(_ work: () async throws -> Result) async throws -> Result {
        let count = state.withLock { $0.segments.reduce(0) { $0 + $1.count } }
        return count <= few ? try await work() : try await longWork.run(work)
    }

    package func apply(each next: () async throws -> IndexChange?) async throws {
        await turn.take()
        do {
            var growth = Growth(of: state.withLock { $0 })
            while let change = try await next() { try await growth.take(in: change) }
            let grown = try await growth.state()
            state.withLock { $0 = grown }
            await turn.give()
        } catch {
            await turn.give()
            throw error
        }
    }
}

/// Lets one task after the other pass, in the order in which they came.
private actor Turn {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Waits for the turn.
    func take() async {
        guard isTaken else { return isTaken = true }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Passes the turn on.
    func give() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
