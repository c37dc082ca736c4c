import RutileJSON

/// How answers of the graph repeat queries. Source: the structure of NOMAD's models of queries; no recorded answer shows
/// these forms.
extension QueryParser {
    /// `members`, a query that has been read, as answers of the graph repeat it.
    ///
    /// The operands of `and`, `or`, `not` and of operators on sets stand under `op`, whichever it is; bounds stand in an
    /// object. What stands below the beginning of a name is as given.
    static func shownInGraphs(_ members: ObjectValue) -> ObjectValue {
        var shown = ObjectValue()
        for (key, value) in members.members {
            if let operand = operand(key, value) {
                // Beside other keys, which is ours alone, the operator has to be told.
                shown[members.count == 1 ? "op" : key] = operand
                continue
            }
            let (name, suffix) = Criterion.split(key)
            switch suffix {
            case nil: shown[name] = set(in: value).map { Value.members(["op": $0]) } ?? value
            case let suffix? where isSetOperator(suffix): shown[name] = .members(["op": value])
            case let bound?:
                var range = shown[name]?.object ?? ObjectValue()
                range[bound] = value
                shown[name] = .object(range)
            }
        }
        return shown
    }

    /// What logic is about; `nil` where `key` is the name of a quantity.
    private static func operand(_ key: String, _ value: Value) -> Value? {
        switch (key, value) {
        case ("and", .list(let items)), ("or", .list(let items)):
            .list(items.map { item in item.object.map { Value.object(shownInGraphs($0)) } ?? item })
        case ("not", .object(let members)): .object(shownInGraphs(members))
        default: nil
        }
    }

    /// The values that a list, or an operator with a list, asks for; `nil` where `value` is no set.
    private static func set(in value: Value) -> Value? {
        guard let members = value.object else { return value.items.map(Value.list) }
        guard members.count == 1, isSetOperator(members.keys[0]), members.values[0].items != nil else { return nil }
        return members.values[0]
    }

    private static func isSetOperator(_ name: String) -> Bool {
        Criterion.setOperators.contains { $0.hasSameUTF8(as: name) }
    }
}
