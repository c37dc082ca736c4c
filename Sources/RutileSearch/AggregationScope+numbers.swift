import NomadAPI
import RutileJSON
import RutileQuery

/// Where buckets of numbers begin.
protocol BucketRule {
    /// Where the bucket of `value` begins.
    func start(of value: Double) -> Double
    /// Where the bucket behind the one that begins at `start` begins.
    func next(_ start: Double) -> Double
}

/// Buckets of one width.
struct EqualBuckets: BucketRule {
    let width: Double
    let offset: Double

    func start(of value: Double) -> Double { ((value - offset) / width).rounded(.down) * width + offset }
    func next(_ start: Double) -> Double { self.start(of: start + width * 1.5) }
}

extension AggregationScope {
    /// The buckets from the first value to the last, or from `least` and to `greatest`, the empty ones between them
    /// included.
    func buckets(
        _ numbers: [(value: Double, count: Int)], _ rule: some BucketRule, from least: Double? = nil,
        to greatest: Double? = nil
    ) throws -> [(start: Double, count: Int)] {
        let least = [numbers.first?.value, least].compactMap(\.self).min()
        let greatest = [numbers.last?.value, greatest].compactMap(\.self).max()
        guard let least, let greatest else { return [] }
        var buckets: [(start: Double, count: Int)] = []
        var rest = numbers[...]
        var start = rule.start(of: least)
        guard start.isFinite else { throw EntriesProblem(400, "The interval is too small for the values.") }
        while start <= greatest {
            try budget.take(1)
            let end = rule.next(start)
            guard end > start else { throw EntriesProblem(400, "The interval is too small for the values.") }
            var count = 0
            while let first = rest.first, first.value < end {
                count += first.count
                rest = rest.dropFirst()
            }
            buckets.append((start, count))
            start = end
        }
        return buckets
    }

    func answer(_ histogram: HistogramAggregation) async throws -> ObjectValue {
        let values = try await values(of: histogram.quantity)
        // Of a nested section the items are counted.
        let numbers = values.isNested ? values.numbersOfItems : values.numbers
        let width = try width(of: histogram, numbers)
        let buckets = try self.buckets(
            numbers, EqualBuckets(width: width, offset: histogram.offset), from: histogram.least,
            to: histogram.greatest)
        var answer = Self.data(buckets.map { Self.bucket(Self.number($0.start), $0.count) })
        if histogram.buckets != nil {
            answer["interval"] = .real(width)
            answer["offset"] = .real(histogram.offset)
        }
        return answer
    }

    /// Where the number of buckets decides, the greatest value still falls into the last of them.
    private func width(of histogram: HistogramAggregation, _ numbers: [(value: Double, count: Int)]) throws -> Double {
        guard let buckets = histogram.buckets, let least = numbers.first?.value, let greatest = numbers.last?.value
        else { return histogram.interval ?? 1 }
        let share = (greatest - least) / Double(buckets)
        if share == 0 { return 1 }
        let isWhole = SearchQuantities.standard[histogram.quantity]?.kind != .double
        return isWhole ? share.rounded(.up) : share * (1 + 1e-12)
    }

    func answer(_ percentiles: PercentilesAggregation) async throws -> ObjectValue {
        guard let group = percentiles.groupBy else {
            let values = try await values(of: percentiles.quantity)
            return Self.data(Self.percentiles(percentiles, of: values, label: .string("all")).map { [$0] } ?? [])
        }
        var items: [Value] = []
        for (value, _) in try await values(of: group).frequent(percentiles.groupCount) {
            try budget.take(AggregationBudget.search)
            await Task.yield()
            let scope = try narrowed(QueryCriterion(group, .equals(value)))
            let values = try await scope.values(of: percentiles.quantity)
            if let item = Self.percentiles(percentiles, of: values, label: value) { items.append(item) }
        }
        return Self.data(items)
    }

    /// - Returns: `nil` where there are no values.
    private static func percentiles(
        _ request: PercentilesAggregation, of values: QuantityValues, label: Value
    ) -> Value? {
        let numbers = values.numbers
        if numbers.isEmpty { return nil }
        let count = numbers.reduce(0) { $0 + $1.count }
        var members = ObjectValue()
        for percent in request.percents {
            members[name(of: percent)] = number(quantile(percent / 100, of: numbers, count: count))
        }
        return .members(["label": label, "percentiles": .object(members), "count": .integer(Int64(count))])
    }

    private static func name(of percent: Double) -> String {
        Int64(exactly: percent).map(String.init) ?? "\(percent)"
    }

    /// The value at `share` of the way from the first to the last of all values, between two of them by proportion.
    private static func quantile(_ share: Double, of numbers: [(value: Double, count: Int)], count: Int) -> Double? {
        if count == 0 { return nil }
        let place = share * Double(count - 1)
        func value(at position: Int) -> Double {
            var before = 0
            for (value, count) in numbers {
                before += count
                if position < before { return value }
            }
            return numbers.last?.value ?? 0
        }
        let lower = value(at: Int(place.rounded(.down)))
        return lower + (value(at: Int(place.rounded(.up))) - lower) * (place - place.rounded(.down))
    }
}
