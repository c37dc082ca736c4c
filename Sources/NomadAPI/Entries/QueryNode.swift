package import RutileJSON

/// A query of NOMAD's language for searches, with all names written out.
package indirect enum QueryNode: Hashable, Sendable {
    /// All hold; true without any.
    case and([QueryNode])
    /// At least one holds; true without any.
    case or([QueryNode])
    /// The other entries, those that lack the quantity included.
    case not(QueryNode)
    /// Some item of a nested section meets the query, which has no criteria outside of the section.
    case nested(section: String, QueryNode)
    /// A quantity has certain values.
    case criterion(QueryCriterion)
    /// A filter of OPTIMADE, as text.
    case optimadeFilter(String)
}

/// What a quantity must be.
package struct QueryCriterion: Hashable, Sendable {
    /// The quantity's whole name.
    package var name: String
    /// Which values are wanted.
    package var value: QueryValue

    /// The wish for `value` of `name`.
    package init(_ name: String, _ value: QueryValue) {
        self.name = name
        self.value = value
    }
}

/// Which values of a quantity are wanted. Operands are strings, numbers and bools.
package enum QueryValue: Hashable, Sendable {
    /// Some value is this.
    case equals(Value)
    /// Each of these is among the values; true for none.
    case all([Value])
    /// One of these is among the values. Of none it is false, but of texts, which then may be anything.
    case any([Value])
    /// None of these is among the values.
    case none([Value])
    /// Some value lies between these.
    case range(QueryRange)

    /// Whether every entry meets it, whatever the quantity is.
    package var asksNothing: Bool {
        switch self {
        case .all(let values), .none(let values): values.isEmpty
        case .equals, .any, .range: false
        }
    }
}

/// Bounds of a value; at least one is there.
package struct QueryRange: Hashable, Sendable {
    /// A bound: a number, or a string that the quantity can read.
    package struct Bound: Hashable, Sendable {
        package var value: Value
        /// Whether the bound itself lies within.
        package var isInclusive: Bool
    }

    package var lower: Bound?
    package var upper: Bound?
}

extension QueryNode {
    /// The query as answers repeat it: logic as given, criteria as `{"name", "value"}`, nested sections as
    /// `{"prefix", "query"}` with their whole path.
    package var echo: Value { echo(below: "") }

    private func echo(below section: String) -> Value {
        switch self {
        case .and(let nodes): .members(["and": .list(nodes.map { $0.echo(below: section) })])
        case .or(let nodes): .members(["or": .list(nodes.map { $0.echo(below: section) })])
        case .not(let node): .members(["not": node.echo(below: section)])
        case .nested(let path, let node):
            .members(["prefix": .string(path), "query": node.echo(below: path)])
        case .criterion(let criterion):
            .members([
                "name": .string(Self.relative(criterion.name, to: section)), "value": criterion.value.echo,
            ])
        case .optimadeFilter(let text):
            .members(["name": .string("optimade_filter"), "value": .string(text)])
        }
    }

    private static func relative(_ name: String, to section: String) -> String {
        section.isEmpty ? name : String(decoding: name.utf8.dropFirst(section.utf8.count + 1), as: UTF8.self)
    }
}

extension QueryValue {
    /// The value as answers repeat it.
    fileprivate var echo: Value {
        switch self {
        case .equals(let value): value
        case .all(let values): .members(["all": .list(values)])
        case .any(let values): .members(["any": .list(values)])
        case .none(let values): .members(["none": .list(values)])
        case .range(let range): .object(range.echo)
        }
    }
}

extension QueryRange {
    /// The bounds by their names.
    var echo: ObjectValue {
        var members = ObjectValue()
        if let lower { members[lower.isInclusive ? "gte" : "gt"] = lower.value }
        if let upper { members[upper.isInclusive ? "lte" : "lt"] = upper.value }
        return members
    }
}
