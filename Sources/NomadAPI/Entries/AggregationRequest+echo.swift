import RutileJSON

extension AggregationRequest {
    /// What counts where a request says nothing, as answers repeat it.
    var defaults: ObjectValue {
        if case .statistics = self { return ObjectValue() }
        var defaults = ObjectValue([("exclude_from_search", Value.bool(false))])
        switch self {
        case .terms, .histogram: defaults["metrics"] = .list([])
        case .dateHistogram(let histogram):
            defaults["metrics"] = .list([])
            if histogram.interval == .calendar(.month) { defaults["calendar_interval"] = .string("1M") }
        case .autoDateHistogram(_, let buckets):
            defaults["metrics"] = .list([])
            defaults["buckets"] = .integer(Int64(buckets))
        case .percentiles(let percentiles):
            defaults["percents"] = .list(percentiles.percents.map(Value.real))
            defaults["group_by_size"] = .integer(Int64(percentiles.groupCount))
        case .minMax, .statistics: break
        }
        return defaults
    }
}

extension ObjectValue {
    /// Those of the members that are not null, at all levels: answers leave out what is null.
    var withoutNulls: ObjectValue {
        var kept = ObjectValue()
        for (name, value) in members where !value.isNull {
            kept[name] = value.object.map { .object($0.withoutNulls) } ?? value
        }
        return kept
    }
}
