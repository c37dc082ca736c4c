import RutileJSON

/// Reads queries.
///
/// An object is logic (`and`, `or` with lists, `not` with an object) and criteria; all of it must hold. Without operands
/// `and`, `or` and `not` are names, of which nothing is asked, as of any name with an empty list. The key of a criterion is
/// the name of a quantity, or its beginning where the value is an object of criteria; `:any`, `:gte` and so on may follow a
/// name.
enum QueryParser {
    /// Levels that a query may have.
    private static let depth = 64

    /// The query `value`.
    static func query(_ value: Value) throws(EntriesProblem) -> QueryNode {
        let nodes = try nodes(of: value)
        return nodes.count == 1 ? nodes[0] : .and(nodes)
    }

    /// The parts of the query `value`, all of which must hold.
    static func nodes(of value: Value) throws(EntriesProblem) -> [QueryNode] {
        guard let members = value.object else { throw noQuery(value) }
        var nodes: [QueryNode] = []
        try read(members, Scope(), into: &nodes)
        return nodes
    }

    /// Where a query stands.
    private struct Scope {
        /// What comes before names, with the dot at its end.
        var prefix = ""
        /// The nested section that all criteria are about.
        var section: String?
        var level = 0

        func inner(_ prefix: String) -> Scope { Scope(prefix: prefix, section: section, level: level + 1) }
    }

    private static func read(
        _ members: ObjectValue, _ scope: Scope, into nodes: inout [QueryNode]
    ) throws(EntriesProblem) {
        guard scope.level <= depth else {
            throw .value("recursion", "The query has more than \(depth) levels", at: ["query"], input: .null)
        }
        var criteria: [Criterion] = []
        for (key, value) in members.members {
            if let node = try logic(key, value, scope) {
                nodes.append(node)
            } else {
                try criteria.append(Criterion(key, value, scope.prefix))
            }
        }
        // Answers repeat names with operators behind the others, but not below the beginning of a name.
        if scope.prefix.isEmpty {
            criteria = criteria.filter { !$0.hasOperator } + criteria.filter(\.hasOperator)
        }
        // Nor is it the same criterion twice there.
        if scope.prefix.isEmpty { criteria = try merged(criteria, of: members) }
        for criterion in criteria { nodes.append(try node(criterion, scope)) }
    }

    /// `nil` where `key` is the name of a quantity.
    private static func logic(_ key: String, _ value: Value, _ scope: Scope) throws(EntriesProblem) -> QueryNode? {
        switch (key, value) {
        case ("and", .list(let items)) where !items.isEmpty: return .and(try queries(items, of: key, scope))
        case ("or", .list(let items)) where !items.isEmpty: return .or(try queries(items, of: key, scope))
        case ("not", .object(let members)) where !members.isEmpty:
            return .not(try query(members, scope.inner(scope.prefix)))
        case ("not", .object), ("not", .list([])): return nil
        case ("not", _): throw noQuery(value, at: [key])
        default: return nil
        }
    }

    private static func queries(
        _ items: [Value], of key: String, _ scope: Scope
    ) throws(EntriesProblem) -> [QueryNode] {
        var nodes: [QueryNode] = []
        for (index, item) in items.enumerated() {
            guard let members = item.object else { throw noQuery(item, at: [key, String(index)]) }
            nodes.append(try query(members, scope.inner(scope.prefix)))
        }
        return nodes
    }

    private static func query(_ members: ObjectValue, _ scope: Scope) throws(EntriesProblem) -> QueryNode {
        var nodes: [QueryNode] = []
        try read(members, scope, into: &nodes)
        return nodes.count == 1 ? nodes[0] : .and(nodes)
    }

    private static func node(_ criterion: Criterion, _ scope: Scope) throws(EntriesProblem) -> QueryNode {
        if case .below(let members) = criterion.content {
            // All that stands in the object is about one item, also where its name leads further into the section.
            let quantities = SearchQuantities.standard
            let section =
                quantities.nestedSections.last { $0.hasSameUTF8(as: criterion.name) }
                ?? quantities.section(of: criterion.name)
            var inner = scope.inner(criterion.name + ".")
            if let section { inner.section = section }
            var nodes: [QueryNode] = []
            try read(members, inner, into: &nodes)
            return wrapped(.and(nodes), section, scope.section)
        }
        guard case .value(let value) = criterion.content else { return .and([]) }
        if criterion.name.hasSameUTF8(as: "optimade_filter") {
            guard case .equals(.string(let text)) = value else {
                throw .search("optimade_filter must be a string", at: ["optimade_filter"])
            }
            return .optimadeFilter(text)
        }
        let node = QueryNode.criterion(QueryCriterion(criterion.name, value))
        if DynamicQuantity.isName(criterion.name), !value.asksNothing {
            _ = try DynamicQuantity(criterion.name, value)
            return node
        }
        guard SearchQuantities.standard[criterion.name] != nil || value.asksNothing else {
            throw .unknownQuantity(criterion.name, at: [criterion.name])
        }
        return wrapped(node, SearchQuantities.standard.section(of: criterion.name), scope.section)
    }

    /// The query for `criterion` alone.
    fileprivate static func placed(_ criterion: QueryCriterion) -> QueryNode {
        wrapped(.criterion(criterion), SearchQuantities.standard.section(of: criterion.name), nil)
    }

    /// `node`, which is about items of `section`, as part of a query about items of `outer`.
    private static func wrapped(_ node: QueryNode, _ section: String?, _ outer: String?) -> QueryNode {
        guard var section, section.utf8.count > (outer?.utf8.count ?? 0) else { return node }
        var node = QueryNode.nested(section: section, node)
        while let around = SearchQuantities.standard.section(of: section),
            around.utf8.count > (outer?.utf8.count ?? 0)
        {
            section = around
            node = .nested(section: section, node)
        }
        return node
    }

    /// One criterion for each quantity: bounds of a range may come one by one. For queries that are not below a name.
    private static func merged(
        _ criteria: [Criterion], of members: ObjectValue
    ) throws(EntriesProblem) -> [Criterion] {
        var merged: [Criterion] = []
        var places: [UTF8Key: Int] = [:]
        for criterion in criteria {
            guard let index = places[UTF8Key(criterion.name)] else {
                places[UTF8Key(criterion.name)] = merged.count
                merged.append(criterion)
                continue
            }
            guard case .value(.range(let first)) = merged[index].content,
                case .value(.range(let second)) = criterion.content, let both = first.merged(with: second)
            else {
                throw .value(
                    "duplicate_quantity", "A quantity can only appear once in a query", at: ["query"],
                    input: .object(members))
            }
            merged[index].content = .value(.range(both))
        }
        return merged
    }

    /// `value` is no query; `place` says where it stands in the whole.
    static func noQuery(_ value: Value, at place: [String] = []) -> EntriesProblem {
        .noObject(value, at: ["query"] + place)
    }
}

/// A key of a query with its value.
struct Criterion {
    enum Content {
        case value(QueryValue)
        /// More criteria, whose names begin with this one's.
        case below(ObjectValue)
    }

    /// The whole name.
    let name: String
    /// Whether the key has an operator.
    let hasOperator: Bool
    var content: Content

    /// Most bytes of a name: a long beginning with many names below it would take that many times its size.
    static let longestName = 512
    /// The operators on sets of values.
    static let setOperators = ["all", "any", "none"]
    private static let suffixes = setOperators + ["gt", "gte", "lt", "lte"]

    init(_ key: String, _ value: Value, _ prefix: String) throws(EntriesProblem) {
        let (name, suffix) = Self.split(key)
        guard prefix.utf8.count + name.utf8.count <= Self.longestName else {
            throw .unknownQuantity(String((prefix + name).prefix(80)) + "…", at: [String(key.prefix(80))])
        }
        self.name = prefix + name
        hasOperator = suffix != nil
        if let suffix {
            content = .value(try Self.value(suffix, value, name))
        } else {
            content = try Self.content(value, name, isBelow: !prefix.isEmpty)
        }
    }

    /// A key in name and operator. What is no operator belongs to the name.
    static func split(_ key: String) -> (name: String, suffix: String?) {
        guard let colon = key.utf8.lastIndex(of: UInt8(ascii: ":")) else { return (key, nil) }
        let suffix = String(key[key.utf8.index(after: colon)...])
        guard suffixes.contains(where: { $0.hasSameUTF8(as: suffix) }) else { return (key, nil) }
        return (String(key[..<colon]), suffix)
    }

    private static func value(_ suffix: String, _ value: Value, _ name: String) throws(EntriesProblem) -> QueryValue {
        if let set = try set(suffix, value, of: name) { return set }
        if value.isNull { throw QueryParser.noQuery(value, at: [name + ":" + suffix]) }
        guard let range = QueryRange(ObjectValue([(suffix, value)])) else {
            throw .value(
                "range_undefined", "A bound is a number or a string", at: ["query", name, suffix], input: value)
        }
        return .range(range)
    }

    private static func set(
        _ name: String, _ value: Value, of quantity: String
    ) throws(EntriesProblem) -> QueryValue? {
        guard setOperators.contains(where: { $0.hasSameUTF8(as: name) }) else { return nil }
        guard let items = value.items else {
            throw .value("list_type", "Input should be a valid list", at: ["query", name], input: value)
        }
        let values = try operands(items, of: quantity)
        return name == "all" ? .all(values) : name == "any" ? .any(values) : QueryValue.none(values)
    }

    /// Below the beginning of a name, operators on sets stand in keys alone.
    private static func content(
        _ value: Value, _ name: String, isBelow: Bool
    ) throws(EntriesProblem) -> Content {
        switch value {
        case .null: throw QueryParser.noQuery(value, at: [name])
        case .list(let items): return .value(.all(try operands(items, of: name)))
        case .object(let members):
            if !isBelow, members.count == 1, let (key, operand) = members.members.first(where: { _ in true }),
                operand.items != nil, let set = try set(key, operand, of: name)
            {
                return .value(set)
            }
            return QueryRange(members).map { .value(.range($0)) } ?? .below(members)
        default: return .value(.equals(value))
        }
    }

    private static func operands(_ items: [Value], of name: String) throws(EntriesProblem) -> [Value] {
        for (index, item) in items.enumerated() {
            switch item {
            case .string, .integer, .unsigned, .real, .bool: continue
            case .null, .list, .object:
                throw .value(
                    "string_type", "Input should be a string, a number or a bool", at: ["query", name], index: index,
                    input: item)
            }
        }
        return items
    }
}

extension QueryRange {
    /// The range with these bounds, of which null is none; `nil` where something else is among them, or two bounds of one
    /// side.
    fileprivate init?(_ members: ObjectValue) {
        for (name, value) in members.members {
            let bound: Bound?
            switch value {
            case .string, .integer, .unsigned, .real: bound = Bound(value: value, isInclusive: name.utf8.count == 3)
            case .null: bound = nil
            case .bool, .list, .object: return nil
            }
            switch name {
            case "gt", "gte":
                guard lower == nil || bound == nil else { return nil }
                lower = lower ?? bound
            case "lt", "lte":
                guard upper == nil || bound == nil else { return nil }
                upper = upper ?? bound
            default: return nil
            }
        }
        if lower == nil && upper == nil { return nil }
    }

    /// The bounds of both; `nil` where both bound one side.
    fileprivate func merged(with other: QueryRange) -> QueryRange? {
        if lower != nil && other.lower != nil || upper != nil && other.upper != nil { return nil }
        return QueryRange(lower: lower ?? other.lower, upper: upper ?? other.upper)
    }
}

extension QueryNode {
    /// The query for `criterion` alone, within the sections that its quantity lies in.
    package init(_ criterion: QueryCriterion) { self = QueryParser.placed(criterion) }
}
