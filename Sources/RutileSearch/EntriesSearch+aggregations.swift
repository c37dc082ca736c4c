package import NomadAPI
package import RutileJSON
package import RutileModel
import RutileQuery
import RutileStore

extension EntriesSearch {
    /// What the aggregations of `question` come to: `{name: {kind: {…request…, "data": …}}}`, in their order. They
    /// count the entries that match, on whatever page.
    ///
    /// - Throws: as ``page(_:as:)``; ``NomadAPI/EntriesProblem`` for more buckets than an answer may have.
    package func aggregations(_ question: EntriesQuery, as caller: Caller) async throws -> ObjectValue {
        if question.aggregations.isEmpty { return ObjectValue() }
        let visible = try await visible(question.owner, caller)
        let scope = AggregationScope(
            search: self, caller: caller, owner: question.owner, query: question.query,
            predicate: try question.query.map { (query) throws(EntriesProblem) in
                try QueryLowering.predicate(query)
            } ?? .constant(.true), visible: visible, budget: AggregationBudget())
        return try await index.counting { try await answers(to: question, in: scope) }
    }

    private func answers(to question: EntriesQuery, in scope: AggregationScope) async throws -> ObjectValue {
        var answers = ObjectValue()
        for aggregation in question.aggregations {
            var answer = aggregation.given
            let own = aggregation.ignoresOwnCriterion ? aggregation.request.quantity : nil
            let counted = try own.map { (quantity) throws(EntriesProblem) in try scope.without(quantity) } ?? scope
            for (name, value) in try await counted.answer(aggregation.request).members { answer[name] = value }
            answers[aggregation.name] = .object(ObjectValue([(aggregation.request.kind, .object(answer))]))
        }
        return answers
    }
}

/// The entries over which things are counted.
struct AggregationScope {
    let search: EntriesSearch
    let caller: Caller
    let owner: EntriesOwner
    let query: QueryNode?
    let predicate: Predicate
    let visible: VisibleUploads
    let budget: AggregationBudget

    func answer(_ request: AggregationRequest) async throws -> ObjectValue {
        switch request {
        case .terms(let terms): return try await answer(terms)
        case .histogram(let histogram): return try await answer(histogram)
        case .dateHistogram(let histogram):
            let numbers = try await values(of: histogram.quantity).numbers
            let buckets = try self.buckets(numbers, DateBuckets(histogram.interval))
            return Self.data(buckets.map { Self.bucket(.string(DateBuckets.day($0.start)), $0.count) })
        case .autoDateHistogram(let quantity, let most):
            let numbers = try await values(of: quantity).numbers
            let chosen = DateBuckets.finest(for: numbers.map(\.value), most: most)
            let buckets = try self.buckets(numbers, chosen)
            var answer = Self.data(buckets.map { Self.bucket(Self.number($0.start), $0.count) })
            answer["interval"] = .string(chosen.name)
            return answer
        case .minMax(let quantity):
            let numbers = try await values(of: quantity).numbers
            return Self.data([Self.number(numbers.first?.value), Self.number(numbers.last?.value)])
        case .percentiles(let percentiles): return try await answer(percentiles)
        case .statistics(let metrics): return ObjectValue([("data", .object(try await self.metrics(metrics)))])
        }
    }

    static func data(_ items: [Value]) -> ObjectValue { ObjectValue([("data", .list(items))]) }

    /// The values of the quantity `name`, with how often they occur.
    func values(of name: String) async throws -> QuantityValues {
        guard let (questions, isNested) = questions(about: name) else {
            return QuantityValues(counts: [:], isNested: false)
        }
        var all: [Literal: ValueCount] = [:]
        for question in questions {
            let counts = try await search.index.values(question)
            if all.isEmpty {
                all = counts
            } else {
                for (value, count) in counts { all[value, default: ValueCount()].add(count) }
            }
        }
        return QuantityValues(counts: all, isNested: isNested)
    }

    /// The values that entries have of the quantity `name`, with how often they occur, for each of `criteria`: of those that
    /// meet it as well.
    func values(of name: String, for criteria: [QueryCriterion]) async throws -> [[Literal: ValueCount]] {
        let predicates = try criteria.map { (criterion) throws(EntriesProblem) in
            try QueryLowering.predicate(QueryNode(criterion))
        }
        var all = [[Literal: ValueCount]](repeating: [:], count: criteria.count)
        for question in questions(about: name)?.questions ?? [] {
            let found = try await search.index.values(question, for: predicates)
            for (number, counts) in found.enumerated() {
                for (value, count) in counts { all[number][value, default: ValueCount()].add(count) }
            }
        }
        return all
    }

    /// The questions whose answers are together the values of the quantity `name`, no entry's twice, and whether they
    /// are those of items of a nested section; `nil` where there is no such quantity.
    private func questions(about name: String) -> (questions: [ValueQuestion], isNested: Bool)? {
        guard let quantity = SearchQuantities.standard[name] else { return nil }
        let source = quantity.source
        var tables: [PropertyPath] = []
        var outer = ""
        for section in SearchQuantities.standard.nestedSections
        where source.name.utf8.starts(with: (section + ".").utf8) {
            tables.append(PropertyPath(String(decoding: section.utf8.dropFirst(outer.utf8.count), as: UTF8.self)))
            outer = section + "."
        }
        let property =
            source.name.hasSameUTF8(as: "entry_id")
            ? SearchProperties.id.head : String(decoding: source.name.utf8.dropFirst(outer.utf8.count), as: UTF8.self)
        func question(_ name: String, _ predicate: Predicate) -> ValueQuestion {
            ValueQuestion(PropertyPath(name), in: tables, predicate, visible: visible)
        }
        // Items of tables that have several values where they should have one count with their first.
        if source.isList || !tables.isEmpty || source.name.hasSameUTF8(as: "entry_id") {
            return ([question(property, predicate)], !tables.isEmpty)
        }
        // Where there are several values the list has all of them, the first included.
        let several = property + SearchProperties.several
        let isSingle = Predicate.and([predicate, .not(.isKnown(PropertyPath(several)))])
        return ([question(several, predicate), question(property, isSingle)], false)
    }

    /// The scope of those entries that meet the query without its criteria for `quantity`.
    func without(_ quantity: String) throws(EntriesProblem) -> AggregationScope {
        guard let query else { return self }
        let rest = query.removing(quantity)
        return AggregationScope(
            search: search, caller: caller, owner: owner, query: rest, predicate: try QueryLowering.predicate(rest),
            visible: visible, budget: budget)
    }

    /// The scope of those entries that also meet `criterion`.
    func narrowed(_ criterion: QueryCriterion) throws(EntriesProblem) -> AggregationScope {
        let node = QueryNode(criterion)
        return AggregationScope(
            search: search, caller: caller, owner: owner, query: query.map { .and([$0, node]) } ?? node,
            predicate: .and([predicate, try QueryLowering.predicate(node)]), visible: visible, budget: budget)
    }

    /// Numbers about the entries.
    func metrics(_ metrics: [EntriesMetric]) async throws -> ObjectValue {
        var members = ObjectValue()
        for metric in metrics {
            members[metric.rawValue] =
                metric.isSum
                ? Self.number(try await values(of: metric.quantity).sum)
                : .integer(Int64(try await distinctValues(of: metric)))
        }
        return members
    }

    /// How many different values there are of what `metric` is about.
    private func distinctValues(of metric: EntriesMetric) async throws -> Int {
        // Each entry has an id of its own.
        if metric == .entries {
            return try await search.index.entries(EntrySearch(predicate, visible: visible, limit: 0)).total
        }
        return try await search.index.distinctValues(questions(about: metric.quantity)?.questions ?? [])
    }

    static func bucket(_ value: Value, _ count: Int) -> Value {
        .members(["value": value, "count": .integer(Int64(count)), "nested_count": .integer(Int64(count))])
    }

    static func number(_ number: Double?) -> Value {
        guard let number else { return .null }
        return Int64(exactly: number).map(Value.integer) ?? .real(number)
    }
}

extension QueryNode {
    /// The query without criteria for the quantity `name` that hold for all of it.
    fileprivate func removing(_ name: String) -> QueryNode {
        switch self {
        case .and(let nodes): .and(nodes.map { $0.removing(name) })
        case .criterion(let criterion) where criterion.name.hasSameUTF8(as: name): .and([])
        case .nested(_, let node) where node.removing(name) == .and([]): .and([])
        case .or, .not, .nested, .criterion, .optimadeFilter: self
        }
    }
}
