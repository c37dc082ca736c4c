import NomadAPI
import RutileJSON
import RutileModel
import RutileStore

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
        var entries: [EntryRecord] = []
        let question = ListQuestion(plan, in: ListScope(of: plan.criteria.kind, below: document))
        switch loaded.lists[question] {
        case nil: needs.lists.insert(question)
        case .page(let ids, let total, let next):
            page = ids
            response["pagination"] = plan.pagination.echo(total: total, next: next)
        case .entries(let records, let total, let next):
            entries = records
            response["pagination"] = plan.pagination.echo(total: total, next: next)
        case .refused(let problem):
            guard document != nil else { throw problem }
            problems.add(NodeProblem(.general, problem.detail))
            return try documents(plan.named, into: slot)
        }
        let list = try slot.open(.object)
        try slot.write(.value(.object(response)), to: "m_response")
        try documents(plan.named, into: slot)
        try visit(page.count + entries.count)
        switch plan.items {
        case .ids(let keys):
            for id in page where keys.admits(id) { try slot.write(.value(.string(id)), to: id) }
        case .documents(let each):
            let named = Set(plan.named.map { UTF8Key($0.id) })
            // The ids of a page differ: where nothing else stands in the list there is nothing to look for.
            var isNew = list.members.allSatisfy { $0.key == "m_response" || named.contains(UTF8Key($0.key)) }
            let names = plan.storedFields ?? []
            for entry in entries where !named.contains(UTF8Key(entry.id.text)) {
                let id = entry.id.text
                // The caller may, unless the upload was closed since the list was read.
                guard mayReadEntries(of: entry.upload) else {
                    try self.document(each, id: id, into: slot.member(id), isListed: true)
                    continue
                }
                try visit(GraphLimits.documentNodes + names.count)
                let fields = AnswerNode.value(.object(entry.storedFields(names)))
                if isNew && id != "m_response" { list.add(id, fields) } else { try slot.write(fields, to: id) }
            }
            for id in page where !named.contains(UTF8Key(id)) {
                let count = list.members.count
                let place =
                    isNew && id != "m_response"
                    ? slot.newObject(id, room: each.parts.count) : slot.member(id)
                try self.document(each, id: id, into: place, isListed: true)
                // What references in the document lead to may have been written into the list, too.
                let added = list.members.dropFirst(count)
                if added.count > 1 || added.contains(where: { !$0.key.hasSameUTF8(as: id) }) { isNew = false }
            }
        }
    }
}

extension EntryRecord {
    /// Those of the fields `names`, which differ, that its document has.
    fileprivate func storedFields(_ names: [String]) -> ObjectValue {
        var values: [Value] = []
        values.reserveCapacity(names.count)
        for name in names {
            guard let value = documentValue(of: name) else {
                // Keys are shared by the documents of a list, where these have them all.
                return ObjectValue(names.compactMap { name in documentValue(of: name).map { (name, $0) } })
            }
            values.append(value)
        }
        return ObjectValue(distinctKeys: names, values: values)
    }
}
