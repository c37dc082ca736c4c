import RutileJSON

extension EntriesQuery {
    /// Reads the parameters of `GET /entries`, decoded, in the order of the address. Unknown names are ignored.
    ///
    /// `owner`, the fields of a pagination, `include` and `exclude`; `json_query` with a query as JSON, `optimade_filter`;
    /// `<quantity>[__<op>]`, and the same as the value of `q`: `<quantity>[__<op>]__<value>`. A quantity that is repeated
    /// asks for any of its values, or for all where that is usual. The criteria stand in the order of the address, those of
    /// `q` and then `json_query` behind the others.
    package init(parameters: [(name: String, value: String)]) throws(EntriesProblem) {
        var body = ObjectValue()
        // Refusals of the whole show all fields.
        var pagination = ObjectValue([
            ("page_size", .integer(10)), ("order_by", .null), ("order", .string("asc")), ("page_after_value", .null),
            ("page", .null), ("page_offset", .null),
        ])
        var required = ObjectValue()
        var criteria: [ParameterCriterion] = []
        var shorts: [String] = []
        var filters: [QueryNode] = []
        for (name, value) in parameters {
            switch name {
            case "owner": body["owner"] = .string(value)
            case "order_by", "order", "page_after_value": pagination[name] = .string(value)
            case "page_size", "page", "page_offset":
                pagination[name] = lenientInteger(value).map { Value.integer(Int64($0)) } ?? Value.string(value)
            case "include", "exclude":
                required[name] = .list((required[name]?.items ?? []) + [.string(value)])
            case "json_query":
                let query = try? Value(json: Array(value.utf8), limits: .request, nonFinite: .refuse)
                guard let query, query.object != nil else {
                    throw .parameter("cannot parse json_query", at: ["json_query"])
                }
                filters += try QueryParser.nodes(of: query)
            case "optimade_filter": filters += try QueryParser.nodes(of: .members([name: .string(value)]))
            case "q": shorts.append(value)
            default: try ParameterCriterion.add(name, value, to: &criteria)
            }
        }
        for text in shorts { try ParameterCriterion.add(q: text, to: &criteria) }
        body["pagination"] = .object(pagination)
        body["required"] = .object(required)
        do {
            try self.init(.object(body))
        } catch {
            throw error.ofParameters
        }
        let nodes = try criteria.map { (criterion) throws(EntriesProblem) in try criterion.node() } + filters
        query = nodes.isEmpty ? nil : nodes.count == 1 ? nodes[0] : .and(nodes)
    }
}

/// A parameter that asks for values of a quantity.
private struct ParameterCriterion {
    let quantity: SearchQuantity
    let operation: String?
    /// The parameter's name.
    let place: String
    var values: [String]

    private static let operations = ["all", "any", "none", "gt", "gte", "lt", "lte"]

    /// Adds the parameter `name`, unless it is about no quantity.
    static func add(
        _ name: String, _ value: String, to criteria: inout [ParameterCriterion]
    ) throws(EntriesProblem) {
        let (head, operation) = split(name)
        guard let quantity = SearchQuantities.standard[head] else { return }
        if let operation, !operations.contains(where: { $0.hasSameUTF8(as: operation) }) {
            throw .parameter("operator \(operation) is unknown", at: ["query", name])
        }
        let known = criteria.firstIndex { $0.quantity.name.hasSameUTF8(as: head) && $0.operation == operation }
        if let known {
            criteria[known].values.append(value)
        } else {
            criteria.append(
                ParameterCriterion(quantity: quantity, operation: operation, place: name, values: [value]))
        }
    }

    /// Adds what the parameter `q` asks for.
    static func add(q text: String, to criteria: inout [ParameterCriterion]) throws(EntriesProblem) {
        let (name, value) = split(text)
        let parts = text.split(separator: "__", omittingEmptySubsequences: false)
        guard let value, parts.count <= 3 else {
            throw .parameter("wrong format, use <quantity>[__<op>]__<value>", at: ["query", "q"])
        }
        guard SearchQuantities.standard[split(name).0] != nil else {
            throw .parameter("\(split(name).0) is not a doc quantity", at: ["query", text])
        }
        try add(name, value, to: &criteria)
    }

    /// What stands in front of the last `__` and behind it. Names of quantities may have one themselves.
    private static func split(_ text: String) -> (String, String?) {
        if SearchQuantities.standard[text] != nil { return (text, nil) }
        let bytes = Array(text.utf8)
        let places = bytes.indices.dropFirst().filter { bytes[$0] == 0x5F && bytes[$0 - 1] == 0x5F }
        guard let place = places.last else { return (text, nil) }
        return (
            String(decoding: bytes[..<(place - 1)], as: UTF8.self),
            String(decoding: bytes[(place + 1)...], as: UTF8.self)
        )
    }

    func node() throws(EntriesProblem) -> QueryNode {
        let values = try values.map { (text) throws(EntriesProblem) in try typed(text) }
        let value: QueryValue
        switch operation {
        case nil:
            value = quantity.meansAll ? .all(values) : .any(values)
        case "all": value = .all(values)
        case "any": value = .any(values)
        case "none": value = .none(values)
        case let name?:
            guard values.count == 1 else {
                throw .parameter("operator \(name) does not support multiple values", at: ["query", place])
            }
            let bound = QueryRange.Bound(value: values[0], isInclusive: name.utf8.count == 3)
            value = .range(
                name.utf8.first == UInt8(ascii: "g")
                    ? QueryRange(lower: bound, upper: nil) : QueryRange(lower: nil, upper: bound))
        }
        return QueryNode(QueryCriterion(quantity.name, value))
    }

    private func typed(_ text: String) throws(EntriesProblem) -> Value {
        let value: Value? =
            switch quantity.kind {
            case .integer: Int64(text).map(Value.integer)
            case .double: Double(text).flatMap { $0.isFinite ? .real($0) : nil }
            case .boolean:
                switch text.lowercased() {
                case "true", "1", "yes", "on": .bool(true)
                case "false", "0", "no", "off": .bool(false)
                default: nil
                }
            case .date: .string(Self.instant(text))
            case .keyword, .text, .section, .suggestion: .string(text)
            }
        guard let value else { throw .parameter("'\(text)' is no value of \(quantity.name)", at: ["query", place]) }
        return value
    }

    /// The beginning of the day, hour or minute `text`, which parameters mean; other texts as they are.
    private static func instant(_ text: String) -> String {
        let rests = [10: "T00:00:00", 13: ":00:00", 16: ":00"]
        let isDate = SearchDate(text) != nil && text.utf8.dropFirst(4).first == UInt8(ascii: "-")
        return text + (isDate ? rests[text.utf8.count] ?? "" : "")
    }
}
