import NomadAPI
import RutileGateway
import RutileGraph
import RutileJSON

/// Entries of other databases for graph requests, by the gateway of the same server.
struct GatewayEntries: ForeignEntries {
    let gateway: GatewayService

    func answers(to questions: Set<ForeignQuestion>) async throws -> [ForeignQuestion: ForeignAnswer] {
        try await withThrowingTaskGroup(of: (ForeignQuestion, ForeignAnswer).self) { group in
            for question in questions { group.addTask { (question, try await answer(to: question)) } }
            var answers: [ForeignQuestion: ForeignAnswer] = [:]
            for try await (question, answer) in group { answers[question] = answer }
            return answers
        }
    }

    private func answer(to question: ForeignQuestion) async throws -> ForeignAnswer {
        var parameters = ObjectValue([("page_limit", Value.integer(Int64(question.size)))])
        parameters["filter"] = question.filter.map { .string($0) }
        parameters["sort"] = question.sort.map { .string($0) }
        parameters["response_fields"] = question.fields.map { .string($0.joined(separator: ",")) }
        switch question.start {
        case .offset(0): break
        case .offset(let count): parameters["page_offset"] = .integer(Int64(count))
        case .after(let cursor): parameters["page_cursor"] = .string(cursor)
        }
        if question.query.mergesEqual { parameters[gateway.dedupeParameter] = .string("structure") }
        do {
            guard
                let page = try await gateway.page(ofGateway: question.gateway, question.query.endpoint, parameters)
            else { return .noGateway }
            return .page(
                ForeignPage(
                    entries: page.entries.map { ForeignPage.Entry(id: $0.id, attributes: $0.attributes) },
                    total: page.total, next: page.next, providers: page.providers, problems: page.problems))
        } catch let refusal as GatewayRefusal {
            return .refused(
                GraphProblem(
                    .invalidQuery, "Invalid query: " + refusal.problems.map(\.detail).joined(separator: " "),
                    at: question.pointer))
        }
    }
}
