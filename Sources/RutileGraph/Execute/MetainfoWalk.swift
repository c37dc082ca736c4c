import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo

/// Definitions in an answer, by package or id. Source: NOMAD 2.0.0, measured.
extension GraphWalk {
    /// Writes what `plan` asks for, into the place of the token `metainfo`.
    func metainfo(_ plan: ReadPlan.MetainfoPlan, into slot: Slot, problems: ProblemList) throws {
        if plan.request.ownConfig?.query?.object?.isEmpty == false {
            return problems.add(NodeProblem(.general, "Definitions cannot be queried: there is no query in metainfo."))
        }
        let inside = ProblemList()
        for child in plan.named {
            try definition(child.key.text, child.node, isNamed: true, into: slot, problems: inside)
        }
        if let list = plan.list {
            let named = Set(plan.named.map { UTF8Key($0.key.text) })
            // A list of its own shows what its filter leaves; one of `*` has each package that is admitted.
            let shown = plan.request.form == .leaf ? nil : plan.request.config.keys
            try self.list(list, omitting: named, shown, into: slot, problems: inside)
        }
        try inside.write(to: slot)
    }

    private func list(
        _ list: ReadPlan.MetainfoPlan.List, omitting named: Set<UTF8Key>, _ shown: RequestConfig.KeyFilter?,
        into slot: Slot, problems: ProblemList
    ) throws {
        var names = definitions.catalogue.packageNames
        let total = names.count
        if let pagination = list.pagination {
            names.sort { UTF8Key($0) < UTF8Key($1) }
            if pagination.order == .descending { names.reverse() }
            let start =
                switch pagination.start {
                case .offset(let offset): min(offset, total)
                // An id that is no package's is still a place in the order.
                case .after(let id):
                    names.firstIndex {
                        pagination.order == .ascending ? UTF8Key(id) < UTF8Key($0) : UTF8Key($0) < UTF8Key(id)
                    } ?? total
                }
            names = Array(names[start...].prefix(pagination.size))
        }
        if let request = list.request {
            for name in names where !named.contains(UTF8Key(name)) {
                let isNamed = shown?.admits("metainfo/" + name) ?? false
                try definition(name, request, isNamed: isNamed, into: slot, problems: problems)
            }
        }
        let pages = (list.pagination ?? ListPagination()).echo(total: total, next: nil).object ?? ObjectValue()
        // There are no ids to go on from, and no URLs.
        let fields = pages.members.filter { $0.0 != "next_page_after_value" && !$0.0.hasSuffix("_url") }
        let pagination = Value.object(ObjectValue(fields.map { ($0.0, $0.1) }))
        try slot.write(.value(.members(["pagination": pagination])), to: "m_response")
    }

    /// What `request` asks for of the package or definition that `key` names. Definitions in archives stand below their
    /// uploads; the key of a section then leads there, others keep an empty object. One that `isNamed` is there though
    /// nothing of it may be asked for.
    private func definition(
        _ key: String, _ request: RequestNode, isNamed: Bool, into slot: Slot, problems: ProblemList
    ) throws {
        try visit()
        let request = DefinitionRequest(request)
        switch try settled({ definitions.answer(request, forKey: key) }) {
        case .needs: return
        case .failed(let why):
            let isOfEntry = key.utf8.starts(with: "entry_id:".utf8)
            let problem =
                isOfEntry
                ? NodeProblem(.general, "Failed to retrieve definition: \(why).") : NodeProblem(.notFound, why)
            problems.add(problem)
        case .found(let answer):
            try write(answer, problems: problems)
            if !answer.path.text.hasSameUTF8(as: "metainfo/\(key)") {
                try slot.write(.value(answer.reference), to: key)
            } else if isNamed {
                try slot.member(key).open(.object)
            }
        }
    }
}
