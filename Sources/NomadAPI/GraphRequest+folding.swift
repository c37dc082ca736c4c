import RutileJSON

/// The request `value`, which stands at `pointer`, with the members of every `m_children` one level up, where they replace
/// those of the same name.
///
/// - Throws: ``GraphProblem`` where an `m_children` is neither an object nor a list.
func foldingChildren(_ value: Value, at pointer: String) throws(GraphProblem) -> Value {
    do {
        return try foldingChildren(value)
    } catch {
        throw error.below(pointer)
    }
}

/// The same; where it throws, the place is that below `value`: nothing is spent on places that nobody asks for.
private func foldingChildren(_ value: Value) throws(GraphProblem) -> Value {
    // Hardly any request has one: then nothing is copied.
    guard hasChildrenToFold(value) else { return value }
    switch value {
    case .list(let items):
        var folded: [Value] = []
        for (index, item) in items.enumerated() {
            do {
                folded.append(try foldingChildren(item))
            } catch {
                throw error.below("/\(index)")
            }
        }
        return .list(folded)
    case .object(let members):
        var folded = ObjectValue()
        func fold(_ members: ObjectValue, at place: String) throws(GraphProblem) {
            for (key, value) in members.members {
                do {
                    folded[key] = try foldingChildren(value)
                } catch {
                    throw error.below(place + "/" + escaped(key))
                }
            }
        }
        var others = members
        if let children = members["m_children"], children.items == nil {
            guard let children = children.object else {
                throw GraphProblem(
                    .invalidConfig, "Invalid required config: m_children must be an object.",
                    at: "/m_children")
            }
            others["m_children"] = nil
            try fold(others, at: "")
            try fold(children, at: "/m_children")
        } else {
            try fold(others, at: "")
        }
        return .object(folded)
    default: return value
    }
}

extension GraphProblem {
    /// The same in what stands at `place`.
    fileprivate func below(_ place: String) -> GraphProblem {
        GraphProblem(kind, detail, at: location.map { place + $0 })
    }
}

private func hasChildrenToFold(_ value: Value) -> Bool {
    switch value {
    case .list(let items): items.contains(where: hasChildrenToFold)
    case .object(let members): members["m_children"] != nil || members.values.contains(where: hasChildrenToFold)
    default: false
    }
}
