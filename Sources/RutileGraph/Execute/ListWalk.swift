import NomadAPI
import RutileJSON
import RutileModel

/// Lists of documents in an answer.
extension GraphWalk {
    /// Writes a list: `m_response`, the documents that are named, the rest of the page.
    ///
    /// - Throws: the ``GraphProblem`` of a list at top level that cannot be; below a document it is one of `problems`.
    func list(
        _ plan: ReadPlan.ListPlan, below document: Document?, into slot: Slot, problems: ProblemList
    ) throws {
        var response = plan.response
        var page: [String] = []
        let question = ListQuestion(plan, in: ListScope(of: plan.criteria.kind, below: document))
        switch loaded.lists[question] {
        case nil: needs.lists.insert(question)
        case .page(let ids, let total, let next):
            page = ids
            response["pagination"] = plan.pagination.echo(total: total, next: next)
        case .refused(let problem):
            guard document != nil else { throw problem }
            problems.add(NodeProblem(.general, problem.detail))
            return try documents(plan.named, into: slot)
        }
        let isNew = try slot.open(.object).members.isEmpty
        try slot.write(.value(.object(response)), to: "m_response")
        try documents(plan.named, into: slot)
        try visit(page.count)
        switch plan.items {
        case .ids(let keys):
            for id in page where keys.admits(id) { try slot.write(.value(.string(id)), to: id) }
        case .documents(let each):
            let named = Set(plan.named.map { UTF8Key($0.id) })
            for id in page where !named.contains(UTF8Key(id)) {
                // The ids of a page differ: in a new list there is nothing to look for.
                let place =
                    isNew && id != "m_response"
                    ? slot.newObject(id, room: each.parts.count) : slot.member(id)
                try self.document(each, id: id, into: place, isListed: true)
            }
        }
    }
}
