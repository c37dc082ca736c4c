import RutileJSON

/// The field `Retry-After` (RFC 9110 §10.2.3): seconds, or the instant after which to ask again.
package enum RetryAfter {
    /// Seconds to wait; absent where `field` is neither a number nor a date. An instant that is over is 0.
    ///
    /// - Parameter date: the answer's own field `Date`, from which an instant is counted: a server whose clock is wrong
    ///   has it wrong in both. Without one an instant says nothing.
    package static func seconds(_ field: String?, date: String?) -> Int? {
        guard let field else { return nil }
        if let seconds = Int(field) { return seconds >= 0 ? seconds : nil }
        guard let instant = instant(field), let now = date.flatMap(self.instant) else { return nil }
        return max(0, instant - now)
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// Seconds since 1970 of a date in one of the three forms of RFC 9110 §5.6.7; `nil` for anything else.
    static func instant(_ text: String) -> Int? {
        var words = text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "-") }
            .map { String(Substring($0)).lowercased() }
        // `Sun Nov  6 08:49:37 1994` has the month before the day, and the year at the end.
        if words.count == 5, let year = words.popLast() {
            words = [words[0], words[2], words[1], year, words[3], "gmt"]
        }
        guard words.count == 6, words[5].hasSameUTF8(as: "gmt"), let day = number(words[1], 1...31),
            let month = months.firstIndex(where: words[2].hasSameUTF8), let year = year(words[3])
        else { return nil }
        let clock = words[4].utf8.split(separator: UInt8(ascii: ":")).map { String(Substring($0)) }
        guard clock.count == 3, let hour = number(clock[0], 0...23), let minute = number(clock[1], 0...59),
            let second = number(clock[2], 0...60)
        else { return nil }
        return ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
    }

    private static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    /// Of two digits, the year of this half of the century or the one before.
    private static func year(_ text: String) -> Int? {
        guard let year = number(text, 0...9_999) else { return nil }
        return text.utf8.count > 2 ? year : year < 70 ? year + 2_000 : year + 1_900
    }

    /// Days from 1970-01-01 to a day of the Gregorian calendar; months are counted from 0.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // Years that begin in March have the odd day at their end.
        let (year, month) = month < 2 ? (year - 1, month + 10) : (year, month - 2)
        return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468
    }
}
