import OptimadeAPI
import RutileClient
import RutileJSON

/// Asks one database: in its own words, as far as they can be told from its `/info`, and from what it refuses.
///
/// Properties with a prefix are those of `/info`: nobody else has them. Properties of the standard are asked for in any
/// case, since many databases have more of them than they list; only when a database refuses, those that it does not list
/// are left out, and from then on at once.
struct DatabaseAsker: Sendable {
    let client: OptimadeClient
    let question: Question
    let databases: [GatewayDatabase]
    /// Which of them is asked.
    let position: Int
    /// When the answer has to be there, on the client's clock.
    let deadline: Duration
    /// Properties that are wanted besides those of the question.
    var more: [String] = []

    private var base: WebAddress { databases[position].base }

    /// What `work` makes of the request, `nil` where nothing of the database can match; and the properties that the
    /// database lacks.
    ///
    /// - Throws: what `work` throws; `CancellationError`.
    func ask<Answer: Sendable>(
        _ work: (_ request: ListingRequest, _ plan: DatabasePlan) async throws -> Answer
    ) async throws -> (answer: Answer?, lacks: [String]) {
        let takesOnlyListed = client.takesOnlyListed(base)
        let plan = try await plan(onlyListed: takesOnlyListed)
        guard let request = plan.request else { return (nil, plan.lacks) }
        do {
            return (try await work(request, plan), plan.lacks)
        } catch let failure as DatabaseFailure where Self.isRefusal(failure) && !takesOnlyListed {
            let reduced = try await self.plan(onlyListed: true)
            guard reduced != plan else { throw failure }
            let answer: Answer?
            if let request = reduced.request { answer = try await work(request, reduced) } else { answer = nil }
            client.noteTakesOnlyListed(base)
            return (answer, reduced.lacks)
        }
    }

    /// Whether the database may have refused a part of the question.
    static func isRefusal(_ failure: DatabaseFailure) -> Bool { failure.status == 400 || failure.status == 501 }

    /// Whether the database can order as `plan` has it; true where it does not say.
    func canSort(_ plan: DatabasePlan) async throws -> Bool {
        guard !plan.sortNames.isEmpty, let listed = try await listed() else { return true }
        return plan.sortNames.allSatisfy { listed.sortable.contains(UTF8Key($0)) }
    }

    private func listed() async throws -> ListedProperties? {
        try await client.properties(of: question.endpoint.name, at: base, deadline: deadline)
    }

    private func plan(onlyListed: Bool) async throws -> DatabasePlan {
        let doubtful = (question.properties + more).filter { onlyListed || $0.utf8.first == UInt8(ascii: "_") }
        guard !doubtful.isEmpty, let listed = try await listed() else {
            return question.plan(for: position, of: databases, more: more)
        }
        let lacks = doubtful.filter { !listed.names.contains(UTF8Key($0)) }
        return question.plan(for: position, of: databases, lacking: lacks, more: more)
    }
}
