import OptimadeAPI
import RutileClient
import RutileJSON

/// Asks one database: in its own words, as far as they can be told from its `/info`.
///
/// Properties with a prefix are those of `/info`: nobody else has them. Properties of the standard are asked for in any
/// case, since many databases have more of them than they list. Where a database refuses, it is asked once more without
/// the fields that it does not list. Its filter stays as it is: without one of its tests it would be another question,
/// and what that finds no answer.
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

    var base: WebAddress { databases[position].base }

    /// What `work` makes of the request, `nil` where nothing of the database can match; and what the client has to know
    /// of properties that the database lacks.
    ///
    /// - Throws: what `work` throws; `CancellationError`.
    func ask<Answer: Sendable>(
        _ work: (_ request: ListingRequest, _ plan: DatabasePlan) async throws -> Answer
    ) async throws -> (answer: Answer?, notes: [String]) {
        let plan = try await plan()
        var notes: [String] = []
        if !plan.lacks.isEmpty {
            notes.append("\(base) does not have \(plan.lacks.listed): no entry of it has a value there.")
        }
        guard let request = plan.request else { return (nil, notes) }
        do {
            return (try await work(request, plan), notes)
        } catch let failure as DatabaseFailure where Self.isRefusal(failure) {
            guard let (reduced, omitted) = try await withoutUnlistedFields(request) else { throw failure }
            let answer = try await work(reduced, plan)
            notes.append("\(base) does not list \(omitted.listed), and answers only without: they are null here.")
            return (answer, notes)
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

    private func plan() async throws -> DatabasePlan {
        let doubtful = (question.properties + more).filter { $0.utf8.first == UInt8(ascii: "_") }
        guard !doubtful.isEmpty, let listed = try await listed() else {
            return question.plan(for: position, of: databases, more: more)
        }
        let lacks = doubtful.filter { !listed.names.contains(UTF8Key($0)) }
        return question.plan(for: position, of: databases, lacking: lacks, more: more)
    }

    /// `request` without the fields that the database does not list, and these; `nil` where there are none.
    private func withoutUnlistedFields(
        _ request: ListingRequest
    ) async throws -> (request: ListingRequest, omitted: [String])? {
        guard let fields = request.responseFields, let listed = try await listed() else { return nil }
        let unlisted = Set((question.properties + more).map(UTF8Key.init)).subtracting(listed.names)
        let omitted = fields.filter { unlisted.contains(UTF8Key($0)) }
        guard !omitted.isEmpty else { return nil }
        let kept = fields.filter { !unlisted.contains(UTF8Key($0)) }
        var request = request
        // Without any name the usual ones would come.
        request.responseFields = kept.isEmpty ? ["id"] : kept
        return (request, omitted)
    }
}

extension [String] {
    fileprivate var listed: String { joined(separator: ", ") }
}
