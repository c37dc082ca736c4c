import NomadAPI
import RutileJSON
import RutileModel
import RutileQuery
import RutileStore

extension AggregationScope {
    func answer(_ terms: TermsAggregation) async throws -> ObjectValue {
        var found = try await values(of: terms.quantity)
        if let page = terms.page {
            if let filter = terms.filter { found = found.filtered(filter) }
            return try await answer(terms, page, found)
        }
        let possible = SearchQuantities.standard[terms.quantity]?.possibleValues ?? []
        found = found.filled(with: possible)
        if let filter = terms.filter { found = found.filtered(filter) }
        let size = terms.size ?? (possible.isEmpty ? 10 : possible.count)
        var answer = ObjectValue()
        answer["size"] = .integer(Int64(size))
        answer["data"] = .list(try await buckets(terms, found, found.frequent(size)))
        return answer
    }

    private func buckets(
        _ terms: TermsAggregation, _ found: QuantityValues, _ values: [(value: Value, count: ValueCount)]
    ) async throws -> [Value] {
        var buckets: [Value] = []
        var selection = terms.entriesRequired.map(QuantitySelection.init)
        try budget.take(values.count)
        for (value, count) in values {
            try Task.checkCancellation()
            await Task.yield()
            var bucket = ObjectValue([
                ("value", value), ("count", .integer(Int64(count.entries))),
                ("nested_count", .integer(Int64(found.isNested ? count.items : count.entries))),
            ])
            if !terms.metrics.isEmpty || terms.entries != nil {
                try budget.take(AggregationBudget.search)
                let scope = try narrowed(QueryCriterion(terms.quantity, .equals(value)))
                if !terms.metrics.isEmpty { bucket["metrics"] = .object(try await scope.metrics(terms.metrics)) }
                if let size = terms.entries {
                    var shown: [Value] = []
                    for document in try await scope.entries(size) {
                        shown.append(.object(selection?.members(of: document) ?? document))
                    }
                    bucket["entries"] = .list(shown)
                }
            }
            buckets.append(.object(bucket))
        }
        return buckets
    }

    /// The documents of the first entries.
    private func entries(_ size: Int) async throws -> [ObjectValue] {
        var pagination = EntriesPagination()
        pagination.pageSize = max(0, size)
        let page = try await search.page(
            EntriesQuery(owner: owner, query: query, pagination: pagination), as: caller)
        try budget.take(page.entries.count * AggregationBudget.entry)
        let documents = try await search.documents(of: Set(page.entries), as: caller)
        return page.entries.compactMap { documents[$0]?.object }
    }

    /// The place that `text` names among `rows`; `nil` where there are none.
    private static func place(_ text: String, in rows: [TermsRow]) -> TermsRow? {
        // Texts that are ordered by may have colons: a row is known by its place before that is taken apart.
        rows.first { $0.place.hasSameUTF8(as: text) } ?? rows.first.map { TermsRow(text, like: $0) }
    }

    /// One row for each pair of one of the `values` of `quantity` and a value of `order` that entries have.
    private func rows(of values: [Literal], _ quantity: String, by order: String) async throws -> [TermsRow] {
        var rows: [TermsRow] = []
        var rest = values[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            await Task.yield()
            let batch = rest.prefix(Self.valuesAtOnce)
            rest = rest.dropFirst(Self.valuesAtOnce)
            let orders = try await self.values(
                of: order, for: batch.map { QueryCriterion(quantity, .equals($0.json)) })
            for (value, counts) in zip(batch, orders) {
                for (order, count) in counts { rows.append(TermsRow(order: order, value: value, count: count)) }
            }
        }
        return rows
    }

    /// Values that are searched for together: some milliseconds' work.
    private static let valuesAtOnce = 500

    private func answer(
        _ terms: TermsAggregation, _ page: TermsAggregation.Page, _ found: QuantityValues
    ) async throws -> ObjectValue {
        var rows: [TermsRow]
        if let orderBy = page.orderBy, !orderBy.hasSameUTF8(as: terms.quantity) {
            try budget.take(found.counts.count * AggregationBudget.ordered)
            rows = try await self.rows(of: Array(found.counts.keys), terms.quantity, by: orderBy)
        } else {
            rows = found.counts.map { TermsRow(order: nil, value: $0.key, count: $0.value) }
        }
        rows.sort { page.isDescending ? $1.precedes($0) : $0.precedes($1) }
        if let after = page.after, let place = Self.place(after, in: rows) {
            rows = Array(rows.drop { !(page.isDescending ? $0.precedes(place) : place.precedes($0)) })
        }
        let shown = rows.prefix(page.size)
        var pagination = ObjectValue([("page_size", .integer(Int64(page.size)))])
        pagination["order_by"] = page.orderBy.map(Value.string)
        pagination["order"] = .string(page.isDescending ? "desc" : "asc")
        pagination["page_after_value"] = page.after.map(Value.string)
        pagination["total"] = .integer(Int64(found.counts.count))
        pagination["next_page_after_value"] = shown.last.map { .string($0.place) }
        var answer = ObjectValue([("pagination", .object(pagination))])
        answer["data"] = .list(try await buckets(terms, found, shown.map { ($0.value.json, $0.count) }))
        return answer
    }
}

/// A value on a page of values.
private struct TermsRow {
    /// What comes before the value in the order; absent where the value decides alone.
    let order: Literal?
    let value: Literal
    let count: ValueCount

    init(order: Literal?, value: Literal, count: ValueCount) {
        self.order = order
        self.value = value
        self.count = count
    }

    /// The place that `text` names, in a list of rows as `row` is one.
    init(_ text: String, like row: TermsRow) {
        guard let order = row.order, let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            self.init(order: nil, value: row.value.sibling(text), count: ValueCount())
            return
        }
        self.init(
            order: order.sibling(String(text[..<colon])),
            value: row.value.sibling(String(text[text.utf8.index(after: colon)...])), count: ValueCount())
    }

    /// The place as text.
    var place: String { (order.map { $0.text + ":" } ?? "") + value.text }

    func precedes(_ other: TermsRow) -> Bool {
        if let order, let otherOrder = other.order {
            if order.precedes(otherOrder) { return true }
            if otherOrder.precedes(order) { return false }
        }
        return value.precedes(other.value)
    }
}

extension Literal {
    /// The value of this one's type that is written `text`; the text itself where it is none.
    fileprivate func sibling(_ text: String) -> Literal {
        switch self {
        case .string: .string(text)
        case .integer, .real: Int64(text).map { .integer($0) } ?? Double(text).map { .real($0) } ?? .string(text)
        case .boolean: .boolean(text == "true" || text == "1")
        case .timestamp: SearchDate(text).map { .timestamp($0.start) } ?? .string(text)
        }
    }
}
