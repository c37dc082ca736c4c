import RutileModel
import Testing

struct TimestampTests {
    @Test func everyDayIsWrittenAndReadAlike() {
        // The years 0 to 4, and 1600 to 2800: three whole periods of the calendar.
        for day in [-719_528 ..< -717_700, -135_140..<303_158].joined() {
            let time = Timestamp(microseconds: Int64(day) * 86_400_000_000 + 12_345)
            let text = time.text(offset: "Z")
            guard Timestamp(text) == time else {
                Issue.record("day \(day) is written as \(text)")
                return
            }
        }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00"), (-1_000_000, "1969-12-31T23:59:59"),
        (951_782_400_000_000, "2000-02-29T00:00:00"), (951_868_800_000_000, "2000-03-01T00:00:00"),
        (4_107_542_399_999_999, "2100-02-28T23:59:59.999999"), (4_107_542_400_000_000, "2100-03-01T00:00:00"),
    ])
    func knownInstantsAreWrittenAsTheyAre(_ microseconds: Int64, _ text: String) {
        #expect(Timestamp(microseconds: microseconds).text(offset: "") == text)
    }

    @Test(arguments: [
        "2020-02-30", "2021-02-29", "1900-02-29", "2020-04-31", "2020-06-31", "2020-09-31", "2020-11-31", "2020-01-32",
        "2020-01-00", "2020-00-01", "2020-13-01",
    ])
    func aDayThatItsMonthDoesNotHaveIsNone(_ day: String) {
        #expect(Timestamp(day + "T00:00:00Z") == nil)
        #expect(Timestamp(day + " 00:00:00") == nil)
    }

    @Test(arguments: ["0000-01-01", "0000-02-28", "0000-02-29", "0000-03-01", "2000-02-29", "2020-02-29", "9999-12-31"])
    func aDayOfTheCalendarStaysTheSame(_ day: String) {
        #expect(Timestamp(day + "T12:00:00")?.text(offset: "") == day + "T12:00:00")
    }

    @Test(arguments: [
        ("2023-01-31T10:00:00.000007", 1, "2023-02-28T10:00:00.000007"),
        ("2024-01-31T00:00:00", 1, "2024-02-29T00:00:00"),
        ("2023-12-01T23:59:59", 1, "2024-01-01T23:59:59"), ("2023-08-31T00:00:00", 36, "2026-08-31T00:00:00"),
        ("2024-11-30T00:00:00", 3, "2025-02-28T00:00:00"), ("2024-11-15T00:00:00", 0, "2024-11-15T00:00:00"),
    ])
    func monthsAreThoseOfTheCalendar(_ text: String, _ months: Int, _ later: String) {
        #expect(Timestamp(text)?.adding(months: months).text(offset: "") == later)
    }

    @Test func theFirstAndTheLastInstantAreWritten() {
        #expect(Timestamp(microseconds: .min).text(offset: "Z") == "-290308-12-21T19:59:05.224192Z")
        #expect(Timestamp(microseconds: .max).text(offset: "+00:00") == "294247-01-10T04:00:54.775807+00:00")
        #expect(Timestamp(microseconds: -1).text(offset: "") == "1969-12-31T23:59:59.999999")
    }
}
