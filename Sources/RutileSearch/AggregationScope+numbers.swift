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
    /// Buckets that an answer may have.
    private static let mostBuckets = 10_000

    /// The buckets from the first value to the last, or to the ends of `bounds`, the empty ones between them included.
    func buckets(
        _ numbers: [(value: Double, count: Int)], _ rule: some BucketRule, bounds: ClosedRange<Double>? = nil
    ) throws -> [(start: Double, count: Int)] {
        let least = [numbers.first?.value, bounds?.lowerBound].compactMap(\.self).min()
        let greatest = [numbers.last?.value, bounds?.upperBound].compactMap(\.self).max()
        guard let least, let greatest else { return [] }
        var buckets: [(start: Double, count: Int)] = []
        var rest = numbers[...]
        var start = rule.start(of: least)
        while start <= greatest {
            guard buckets.count < Self.mostBuckets else {
                throw EntriesProblem(400, "The aggregation has more than \(Self.mostBuckets) buckets.")
            }
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
        try budget.take(buckets.count)
        return buckets
    }

    func buckets(_ histogram: HistogramAggregation) async throws -> [Value] {
        let numbers = try await values(of: histogram.quantity).numbers
        let isWhole = SearchQuantities.standard[histogram.quantity]?.kind != .double
        let width: Double
        if let interval = histogram.interval {
            width = interval
        } else {
            guard let least = numbers.first?.value, let greatest = numbers.last?.value else { return [] }
            let share = (greatest - least) / Double(histogram.buckets ?? 1)
            width = share == 0 ? 1 : isWhole ? share.rounded(.up) : share
        }
        // Buckets that the number of them decides begin at the least value.
        let offset = histogram.interval == nil ? numbers.first?.value ?? 0 : histogram.offset
        let buckets = try self.buckets(
            numbers, EqualBuckets(width: width, offset: offset), bounds: histogram.bounds)
        return buckets.map { Self.bucket(Self.number($0.start), $0.count) }
    }

    func answer(_ percentiles: PercentilesAggregation) async throws -> ObjectValue {
        guard let group = percentiles.groupBy else {
            return Self.data([Self.percentiles(percentiles, of: try await values(of: percentiles.quantity), label: nil)]
            )
        }
        var items: [Value] = []
        for (value, _) in try await values(of: group).frequent(percentiles.groupCount) {
            try budget.take(AggregationBudget.search)
            let scope = try narrowed(QueryCriterion(group, .equals(value)))
            items.append(
                Self.percentiles(
                    percentiles, of: try await scope.values(of: percentiles.quantity), label: value))
        }
        return Self.data(items)
    }

    private static func percentiles(
        _ request: PercentilesAggregation, of values: QuantityValues, label: Value?
    ) -> Value {
        let numbers = values.numbers
        let count = numbers.reduce(0) { $0 + $1.count }
        var members = ObjectValue()
        for percent in request.percents {
            members[name(of: percent)] = number(quantile(percent / 100, of: numbers, count: count))
        }
        var item = ObjectValue()
        item["label"] = label
        item["percentiles"] = .object(members)
        item["count"] = .integer(Int64(count))
        return .object(item)
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
