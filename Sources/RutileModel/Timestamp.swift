/// An instant, to the microsecond, in UTC.
///
/// Text without an offset is taken as UTC, as everywhere in the archives this software reads.
public struct Timestamp: Hashable, Sendable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    /// The instant `microseconds` after the epoch.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Earlier before later.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// Reads `2024-01-01T10:00:00`, with an optional fraction and an optional offset (`Z`, `+01:00`, `-0130`); a blank may
    /// stand for the `T`. `nil` when `text` is nothing of the kind, or the month has no such day.
    ///
    /// Digits beyond six are dropped, but a fraction that is not zero is a microsecond at least, so that it does not make
    /// a whole second.
    public init?(_ text: String) {
        var scanner = DigitScanner(Array(text.utf8))
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), (1...12).contains(month),
            scanner.skip("-"), let day = scanner.number(2), day > 0, day <= Self.length(ofMonth: month, in: year),
            scanner.skip("T") || scanner.skip(" "), let hour = scanner.number(2), hour < 24,
            scanner.skip(":"), let minute = scanner.number(2), minute < 60,
            scanner.skip(":"), let second = scanner.number(2), second < 61
        else { return nil }
        let fraction = scanner.skip(".") ? scanner.fraction() : 0
        guard let fraction, let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        let seconds = Self.days(year: year, month: month, day: day) * 86_400 + hour * 3_600 + minute * 60 + second
        microseconds = Int64(seconds - offset * 60) * 1_000_000 + Int64(fraction)
    }

    /// ISO 8601 with `suffix` for the offset (`Z` or `+00:00`, or nothing); microseconds only if they are not zero.
    public func text(offset suffix: String) -> String {
        let fraction = microseconds.remainder(modulo: 1_000_000)
        // The least instant leaves no room for a subtraction.
        let seconds = microseconds / 1_000_000 - (fraction != 0 && microseconds < 0 ? 1 : 0)
        let secondOfDay = Int(seconds.remainder(modulo: 86_400))
        let (year, month, day) = Self.date(days: Int((seconds - Int64(secondOfDay)) / 86_400))
        // Digit by digit, into the string: lists of thousands of documents have a time in each. A year has a sign and six
        // digits at most.
        return unsafe String(unsafeUninitializedCapacity: 32 + suffix.utf8.count) { buffer in
            var text = unsafe DigitWriter(buffer)
            text.append(year: year)
            text.append("-")
            text.append(twoDigits: month)
            text.append("-")
            text.append(twoDigits: day)
            text.append("T")
            text.append(twoDigits: secondOfDay / 3_600)
            text.append(":")
            text.append(twoDigits: secondOfDay / 60 % 60)
            text.append(":")
            text.append(twoDigits: secondOfDay % 60)
            if fraction != 0 {
                text.append(".")
                let digits = Int(fraction)
                text.append(twoDigits: digits / 10_000)
                text.append(twoDigits: digits / 100 % 100)
                text.append(twoDigits: digits % 100)
            }
            for byte in suffix.utf8 { text.append(byte) }
            return text.count
        }
    }

    /// The same time of the same day `months` months later, in UTC; on the last day of a month that is too short for it.
    public func adding(months: Int) -> Timestamp {
        let timeOfDay = microseconds.remainder(modulo: Self.microsecondsOfDay)
        let (year, month, day) = Self.date(days: Int((microseconds - timeOfDay) / Self.microsecondsOfDay))
        let first = Self.firstDay(ofMonth: year * 12 + month - 1 + months)
        let next = Self.firstDay(ofMonth: year * 12 + month + months)
        let days = first + min(day, next - first) - 1
        return Timestamp(microseconds: Int64(days) * Self.microsecondsOfDay + timeOfDay)
    }

    private static let microsecondsOfDay: Int64 = 86_400_000_000

    /// The first day of a month that is counted from January of the year 0, as ``days(year:month:day:)`` counts days.
    private static func firstDay(ofMonth month: Int) -> Int {
        days(year: month / 12, month: month % 12 + 1, day: 1)
    }

    /// How many days `month`, which is from 1 to 12, has in `year`.
    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        // Years begin in March here, so that the leap day is a year's last. That of January of the year 0 is -1.
        let shiftedYear = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let period = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfPeriod = shiftedYear - period * 400
        let leapDays = yearOfPeriod / 4 - yearOfPeriod / 100
        return period * 146_097 + yearOfPeriod * 365 + leapDays + dayOfYear - 719_468
    }

    /// The date whose ``days(year:month:day:)`` is `days`.
    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        // The calendar repeats itself every 400 years. A first guess of the year is at most one too late.
        let shifted = days + 719_468
        let period = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfPeriod = shifted - period * 146_097
        func firstDay(_ year: Int) -> Int { year * 365 + year / 4 - year / 100 + year / 400 }
        var yearOfPeriod = dayOfPeriod / 365
        if firstDay(yearOfPeriod) > dayOfPeriod { yearOfPeriod -= 1 }
        let dayOfYear = dayOfPeriod - firstDay(yearOfPeriod)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (period * 400 + yearOfPeriod + (month > 2 ? 0 : 1), month, day)
    }
}

extension Int64 {
    fileprivate func remainder(modulo divisor: Int64) -> Int64 {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }
}

/// Writes the digits of a timestamp into a string that is being made.
///
/// SAFETY: used within the closure that has the buffer; where that is full, it stops.
@safe private struct DigitWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    /// Bytes that were written.
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { unsafe self.buffer = unsafe buffer }

    mutating func append(_ byte: UInt8) {
        unsafe precondition(count < buffer.count, "a timestamp is longer than it can be")
        unsafe buffer[count] = byte
        count += 1
    }

    mutating func append(_ character: Unicode.Scalar) { append(UInt8(ascii: character)) }

    /// Appends a number from 0 to 99.
    mutating func append(twoDigits number: Int) {
        append(UInt8(ascii: "0") + UInt8(number / 10))
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// Appends a year with at least four digits.
    mutating func append(year: Int) {
        if year < 0 { append("-") }
        let digits = year.magnitude
        if digits >= 10_000 { for byte in String(digits / 10_000).utf8 { append(byte) } }
        append(twoDigits: Int(digits / 100 % 100))
        append(twoDigits: Int(digits % 100))
    }
}

/// Reads the fixed-width digits of a timestamp.
private struct DigitScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
        position += 1
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        guard position + width <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + width] {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        position += width
        return value
    }

    /// The digits after the point as microseconds; one at least, unless all are zero.
    mutating func fraction() -> Int? {
        var value = 0
        var scale = 100_000
        var isZero = true
        let start = position
        while position < bytes.count, (48...57).contains(bytes[position]) {
            value += Int(bytes[position] - 48) * scale
            if bytes[position] != 48 { isZero = false }
            scale /= 10
            position += 1
        }
        if position == start { return nil }
        return value == 0 && !isZero ? 1 : value
    }

    /// The offset in minutes; 0 where there is none.
    mutating func offset() -> Int? {
        if isAtEnd || skip("Z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(2), hours < 24 else { return nil }
        _ = skip(":")
        if isAtEnd { return sign * hours * 60 }
        guard let minutes = number(2), minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
