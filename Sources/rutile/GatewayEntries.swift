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
                    .invalidQuery,
                    "Invalid query: " + refusal.problems.map { said($0, of: question) }.joined(separator: " "),
                    at: question.pointer + Self.place(of: refusal.problems[0], in: question)))
        }
    }

    /// What `problem` says, with the names that graph requests have.
    private func said(_ problem: GatewayRefusal.Problem, of question: ForeignQuestion) -> String {
        switch problem.parameter {
        case "page_limit":
            "\(question.size) entries of the gateway are asked for, and at most \(gateway.mostEntries) are given at once. "
                + "Ask for fewer, and go on with the next_page_after_value of the answer."
        case "page_cursor":
            "page_after_value is none that was given out for this list. Take it from the next_page_after_value of an answer "
                + "to the same gateway, query and order, or leave it out to begin at the start."
        case "page_offset":
            "At most \(gateway.mostSkipped) entries are left out. Go on with next_page_after_value to get there."
        default: problem.detail
        }
    }

    /// Where in a gateway's part of the request stands what `problem` is about; empty for all of it.
    private static func place(of problem: GatewayRefusal.Problem, in question: ForeignQuestion) -> String {
        // Entries that are named are asked for without a query.
        let config = "/m_request"
        switch problem.parameter {
        case "filter" where question.query.filter != nil: return config + "/query/filter"
        case "sort": return config + "/pagination/order_by"
        case "page_limit": return config + "/pagination/page_size"
        case "page_cursor": return config + "/pagination/page_after_value"
        default: return problem.pointer == "/body/endpoint" ? config + "/query/endpoint" : ""
        }
    }
}
