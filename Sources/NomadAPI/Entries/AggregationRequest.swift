package import RutileJSON

/// Something to count over the entries that match, under the name that the client gave it.
package struct NamedAggregation: Hashable, Sendable {
    package var name: String
    package var request: AggregationRequest
    /// Whether the criterion of the query for the quantity does not count.
    package var ignoresOwnCriterion: Bool
    /// The members of the request as given, with those that count where nothing is said, for the answer.
    package var given: ObjectValue
}

/// What is counted.
package enum AggregationRequest: Hashable, Sendable {
    /// How many entries have each value.
    case terms(TermsAggregation)
    /// How many entries have values in ranges of equal width.
    case histogram(HistogramAggregation)
    /// How many entries have instants in each calendar or fixed interval.
    case dateHistogram(DateHistogramAggregation)
    /// As ``dateHistogram(_:)``, with an interval that makes at most so many buckets.
    case autoDateHistogram(quantity: String, buckets: Int)
    /// The least and the greatest value.
    case minMax(quantity: String)
    /// Values below which given percentages of all values lie.
    case percentiles(PercentilesAggregation)
    /// Numbers about all entries.
    case statistics([EntriesMetric])

    /// The quantity that is counted; absent where several are.
    package var quantity: String? {
        switch self {
        case .terms(let terms): terms.quantity
        case .histogram(let histogram): histogram.quantity
        case .dateHistogram(let histogram): histogram.quantity
        case .autoDateHistogram(let quantity, _), .minMax(let quantity): quantity
        case .percentiles(let percentiles): percentiles.quantity
        case .statistics: nil
        }
    }

    /// The name of the kind in requests and answers.
    package var kind: String {
        switch self {
        case .terms: "terms"
        case .histogram: "histogram"
        case .dateHistogram: "date_histogram"
        case .autoDateHistogram: "auto_date_histogram"
        case .minMax: "min_max"
        case .percentiles: "percentiles"
        case .statistics: "statistics"
        }
    }
}

/// A number about a set of entries.
package enum EntriesMetric: String, Hashable, Sendable, CaseIterable {
    case entries = "n_entries"
    case uploads = "n_uploads"
    case authors = "n_authors"
    case materials = "n_materials"
    case quantities = "n_quantities"
    case calculations = "n_calculations"

    /// The quantity that it is about.
    package var quantity: String {
        switch self {
        case .entries: "entry_id"
        case .uploads: "upload_id"
        case .authors: "authors.name"
        case .materials: "results.material.material_id"
        case .quantities: "n_quantities"
        case .calculations: "results.properties.n_calculations"
        }
    }

    /// Whether values are added up; otherwise different ones are counted.
    package var isSum: Bool { self == .quantities || self == .calculations }
}

/// How many entries have each value of a quantity.
package struct TermsAggregation: Hashable, Sendable {
    /// Which values are counted.
    package enum Filter: Hashable, Sendable {
        /// Those with this text in them.
        case containing(String)
        /// Those with this text in them, in capitals or not.
        case resembling(String)
        /// These.
        case values([String])
    }

    /// A page of values, in the order of the values.
    package struct Page: Hashable, Sendable {
        package var size: Int
        package var isDescending: Bool
        /// A quantity whose value comes before the value itself in the order; absent for none.
        package var orderBy: String?
        package var after: String?
    }

    package var quantity: String
    /// The most frequent values, so many; absent for all of a fixed set, else 10. With ``page`` it does not count.
    package var size: Int?
    package var filter: Filter?
    package var metrics: [EntriesMetric]
    /// So many entries are shown for each value.
    package var entries: Int?
    /// What is shown of these.
    package var entriesRequired: RequiredQuantities?
    package var page: Page?
}

/// How many entries have values in ranges of equal width.
package struct HistogramAggregation: Hashable, Sendable {
    package var quantity: String
    /// Width of a range; absent where the number of buckets decides.
    package var interval: Double?
    /// How many ranges of the values there are; absent where ``interval`` decides.
    package var buckets: Int?
    /// Where ranges begin: at multiples of the width from here.
    package var offset: Double
    /// Values that buckets reach down and up to, whatever entries have; absent for none.
    package var least: Double?
    package var greatest: Double?
}

/// How many entries have instants in each interval.
package struct DateHistogramAggregation: Hashable, Sendable {
    /// How long intervals are.
    package enum Interval: Hashable, Sendable {
        /// Whole units of the calendar.
        case calendar(Unit)
        /// So many seconds.
        case seconds(Int)
    }

    /// Units of the calendar; raw values are their short names.
    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case minute = "1m"
        case hour = "1h"
        case day = "1d"
        case week = "1w"
        case month = "1M"
        case quarter = "1q"
        case year = "1y"
    }

    package var quantity: String
    package var interval: Interval
}

/// Values below which given percentages of all values lie.
package struct PercentilesAggregation: Hashable, Sendable {
    package var quantity: String
    package var percents: [Double]
    /// A quantity for whose values percentiles are given one by one.
    package var groupBy: String?
    package var groupCount: Int
}
