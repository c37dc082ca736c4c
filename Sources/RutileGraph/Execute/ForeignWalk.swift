import NomadAPI
import RutileArchive
import RutileJSON

/// Entries of other databases in an answer. The form is that of lists of documents: `m_response`, then entries by id.
extension GraphWalk {
    /// Writes what each gateway of `plans` gives, into the place of the token `optimade`.
    ///
    /// - Throws: ``GraphProblem`` where a question is none.
    func foreign(_ plans: [ReadPlan.ForeignPlan], into slot: Slot) throws {
        try slot.open(.object)
        for plan in plans {
            let place = slot.member(plan.gateway)
            let problems = ProblemList()
            try place.open(.object)
            try named(plan, into: place, problems: problems)
            if let list = plan.list { try page(list, of: plan, into: place, problems: problems) }
            try problems.write(to: place)
        }
    }

    private func page(
        _ list: ReadPlan.ForeignPlan.List, of plan: ReadPlan.ForeignPlan, into slot: Slot, problems: ProblemList
    ) throws {
        guard let page = try answer(to: list.question, problems: problems) else { return }
        var response = list.response
        response["pagination"] = list.pagination.echo(total: page.total, next: page.next)
        response["providers"] = page.providers
        try slot.write(.value(.object(response)), to: "m_response")
        let named = Set(plan.named.map { UTF8Key($0.key.text) })
        try visit(page.entries.count)
        for entry in page.entries where !named.contains(UTF8Key(entry.id)) {
            if let each = list.each {
                try write(entry, each, into: slot.member(entry.id), problems: problems)
            } else if list.keys.admits(entry.id) {
                try slot.write(.value(.string(entry.id)), to: entry.id)
            }
        }
    }

    private func named(_ plan: ReadPlan.ForeignPlan, into slot: Slot, problems: ProblemList) throws {
        guard !plan.named.isEmpty, let page = try answer(to: plan.namedQuestion, problems: problems) else { return }
        let found = Dictionary(page.entries.map { (UTF8Key($0.id), $0) }, uniquingKeysWith: { first, _ in first })
        for child in plan.named {
            try visit()
            if let entry = found[UTF8Key(child.key.text)] {
                try write(entry, child.node, into: slot.member(child.key.text), problems: problems)
            } else {
                problems.add(NodeProblem(.notFound, "No database of the gateway gave an entry \(child.key.text)."))
            }
        }
    }

    /// The page that answers `question`; `nil` where there is none (yet).
    private func answer(to question: ForeignQuestion, problems: ProblemList) throws -> ForeignPage? {
        switch loaded.foreign[question] {
        case nil: needs.foreign.insert(question)
        case .page(let page):
            for problem in page.problems { problems.add(NodeProblem(.general, problem)) }
            return page
        case .noGateway:
            problems.add(NodeProblem(.notFound, "There is no gateway \(question.gateway)."))
        case .refused(let problem): throw problem
        }
        return nil
    }

    private func write(
        _ entry: ForeignPage.Entry, _ request: RequestNode, into slot: Slot, problems: ProblemList
    ) throws {
        try visit(entry.attributes.count)
        let value = Value.object(entry.attributes)
        guard request.form == .leaf || request.namesAll else {
            try slot.open(.object)
            return try members(of: value, Planner.members(request, foreign: true), into: slot, problems: problems)
        }
        let keys = request.form == .leaf ? request.config.keys : .everything
        try slot.write(.value(keys == .everything ? value : value.keeping(keys) ?? .object(ObjectValue())))
    }
}
