import NomadAPI
import RutileModel

/// Buckets of instants, which are milliseconds since 1970, UTC.
struct DateBuckets: BucketRule {
    private enum Interval {
        case milliseconds(Double, offset: Double)
        case months(Int)
    }

    /// Its length in short: `7d`, `1M`.
    let name: String
    private let interval: Interval

    /// The buckets of a request.
    init(_ interval: DateHistogramAggregation.Interval) {
        switch interval {
        case .seconds(let seconds): self.init("\(seconds)s", seconds: seconds)
        case .calendar(let unit):
            switch unit {
            case .minute: self.init(unit.rawValue, seconds: 60)
            case .hour: self.init(unit.rawValue, seconds: 3_600)
            case .day: self.init(unit.rawValue, seconds: 86_400)
            // Weeks begin on Mondays; 1970 began on a Thursday.
            case .week: self.init(unit.rawValue, seconds: 7 * 86_400, offset: 4 * 86_400)
            case .month: self.init(unit.rawValue, months: 1)
            case .quarter: self.init(unit.rawValue, months: 3)
            case .year: self.init(unit.rawValue, months: 12)
            }
        }
    }

    private init(_ name: String, seconds: Int, offset: Int = 0) {
        self.name = name
        interval = .milliseconds(Double(seconds) * 1_000, offset: Double(offset) * 1_000)
    }

    private init(_ name: String, months: Int) {
        self.name = name
        interval = .months(months)
    }

    /// The finest buckets that are at most `most` for these values. Source: Elasticsearch 7, "Auto-interval date
    /// histogram aggregation".
    static func finest(for values: [Double], most: Int) -> DateBuckets {
        guard let least = values.min(), let greatest = values.max() else { return all[0] }
        return all.first { buckets in
            var start = buckets.start(of: least)
            var count = 0
            while start <= greatest, count <= most {
                count += 1
                start = buckets.next(start)
            }
            return count <= most
        } ?? all[all.count - 1]
    }

    private static let all: [DateBuckets] =
        [1, 5, 10, 30].map { DateBuckets("\($0)s", seconds: $0) }
        + [1, 5, 10, 30].map { DateBuckets("\($0)m", seconds: $0 * 60) }
        + [1, 3, 12].map { DateBuckets("\($0)h", seconds: $0 * 3_600) }
        + [1, 7].map { DateBuckets("\($0)d", seconds: $0 * 86_400) }
        + [1, 3].map { DateBuckets("\($0)M", months: $0) }
        + [1, 5, 10, 20, 50, 100].map { DateBuckets("\($0)y", months: $0 * 12) }

    func start(of value: Double) -> Double {
        switch interval {
        case .milliseconds(let width, let offset):
            return ((value - offset) / width).rounded(.down) * width + offset
        case .months(let count):
            let month = Self.month(of: value)
            let rest = month % count
            return Self.instant(ofMonth: month - (rest < 0 ? rest + count : rest))
        }
    }

    func next(_ start: Double) -> Double {
        switch interval {
        case .milliseconds(let width, _): return start + width
        case .months(let count): return Self.instant(ofMonth: Self.month(of: start) + count)
        }
    }

    /// The date of `instant`: `2024-01-31`.
    static func day(_ instant: Double) -> String { String(text(instant).prefix(10)) }

    /// Long buckets may begin before all dates, or behind them: then it is the first or the last one.
    private static func text(_ instant: Double) -> String {
        let dated = min(max(instant, firstInstant), lastInstant)
        return Timestamp(microseconds: Int64(dated) * 1_000).text(offset: "")
    }

    /// `0000-01-01T00:00:00`.
    private static let firstInstant = -62_167_219_200_000.0
    /// `9999-12-31T23:59:59.999`.
    private static let lastInstant = 253_402_300_799_999.0

    /// The number of the month of `instant`, counted from the year 0.
    private static func month(of instant: Double) -> Int {
        let parts = text(instant).split(separator: "-")
        return (parts.first.flatMap { Int($0) } ?? 0) * 12 + (parts.dropFirst().first.flatMap { Int($0) } ?? 1) - 1
    }

    private static func instant(ofMonth month: Int) -> Double {
        let year = String(month / 12)
        let number = String(month % 12 + 1)
        let text =
            String(repeating: "0", count: max(0, 4 - year.count)) + year + "-" + (number.count < 2 ? "0" : "") + number
            + "-01T00:00:00"
        return Double((Timestamp(text)?.microseconds ?? 0) / 1_000)
    }
}
