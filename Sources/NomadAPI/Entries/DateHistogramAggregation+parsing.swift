extension DateHistogramAggregation {
    /// The seconds of an interval such as `90m`; `nil` where `text` is none.
    static func seconds(_ text: String) -> Int? {
        guard let unit = text.utf8.last, let number = Int(String(text.utf8.dropLast()) ?? ""), number > 0 else {
            return nil
        }
        let factor: Int? =
            switch unit {
            case UInt8(ascii: "s"): 1
            case UInt8(ascii: "m"): 60
            case UInt8(ascii: "h"): 3_600
            case UInt8(ascii: "d"): 86_400
            default: nil
            }
        guard let factor else { return nil }
        let (seconds, overflows) = number.multipliedReportingOverflow(by: factor)
        return overflows ? nil : seconds
    }
}

extension DateHistogramAggregation.Unit {
    /// The unit of a short name, or of its word.
    init?(_ text: String) {
        let words = ["minute", "hour", "day", "week", "month", "quarter", "year"]
        guard let unit = Self(rawValue: text) ?? zip(words, Self.allCases).first(where: { $0.0 == text })?.1 else {
            return nil
        }
        self = unit
    }
}
