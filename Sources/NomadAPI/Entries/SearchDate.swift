package import RutileModel

/// An instant or a span of time as queries write it: ISO 8601, the later parts of which may be missing, or
/// milliseconds since 1970. Finer it is not.
package struct SearchDate: Hashable, Sendable {
    /// The first instant that it can mean.
    package let start: Timestamp
    /// The first instant behind it: a day after `2024-01-01`, a millisecond after a whole instant.
    package let end: Timestamp

    /// Reads `text`; `nil` where it is no date.
    package init?(_ text: String) {
        if let number = Int64(text), text.utf8.count > 4 || number < 0 {
            guard let date = SearchDate(milliseconds: number) else { return nil }
            self = date
            return
        }
        let hasZone = text.utf8.last == UInt8(ascii: "Z")
        let local = hasZone ? String(text.dropLast()) : text
        if let unit = Unit.ofTexts[local.utf8.count], unit.isOfDay || !hasZone,
            let start = Timestamp(local + unit.rest)
        {
            self.start = start
            end = unit.end(of: start)
            return
        }
        guard let instant = Timestamp(text) else { return nil }
        start = instant.roundedDown(to: 1_000)
        let hasFraction = text.utf8.contains(UInt8(ascii: "."))
        end = Timestamp(microseconds: start.microseconds + (hasFraction ? 1_000 : 1_000_000))
    }

    /// The millisecond `milliseconds` after 1970; `nil` beyond reach.
    package init?(milliseconds: Int64) {
        let (micros, overflows) = milliseconds.multipliedReportingOverflow(by: 1_000)
        guard !overflows, micros < .max - 1_000 else { return nil }
        start = Timestamp(microseconds: micros)
        end = Timestamp(microseconds: micros + 1_000)
    }

    /// The last unit that a text has.
    private enum Unit {
        case year, month, day, hour, minute

        /// By the length of the text.
        static let ofTexts: [Int: Unit] = [4: .year, 7: .month, 10: .day, 13: .hour, 16: .minute]

        /// Whether an offset may follow.
        var isOfDay: Bool { self == .hour || self == .minute }

        /// What is missing behind it: the beginning of the span.
        var rest: String {
            switch self {
            case .year: "-01-01T00:00:00"
            case .month: "-01T00:00:00"
            case .day: "T00:00:00"
            case .hour: ":00:00"
            case .minute: ":00"
            }
        }

        func end(of start: Timestamp) -> Timestamp {
            switch self {
            case .minute: return Timestamp(microseconds: start.microseconds + 60_000_000)
            case .hour: return Timestamp(microseconds: start.microseconds + 3_600_000_000)
            case .day: return Timestamp(microseconds: start.microseconds + 86_400_000_000)
            case .month, .year:
                // So many days later it is the next month or year, whose first day is found by its digits.
                let later = Timestamp(
                    microseconds: start.microseconds + (self == .month ? 31 : 366) * 86_400_000_000)
                let first = later.text(offset: "Z").prefix(self == .month ? 7 : 4)
                // Behind the year 9999 there are no such digits.
                guard let end = Timestamp(first + rest), end > start else { return later }
                return end
            }
        }
    }
}

extension Timestamp {
    /// The last instant not after this one that is a whole number of `unit` microseconds after 1970.
    fileprivate func roundedDown(to unit: Int64) -> Timestamp {
        let rest = microseconds % unit
        return Timestamp(microseconds: microseconds - (rest < 0 ? rest + unit : rest))
    }
}
