import TapTesting
import TapWire
import Testing

@Suite("Times")
struct TimestampTests {
    @Test(
        "A time that is moved past the ends of the range stays there",
        arguments: [
            (5, .nanoseconds(7), 12),
            (5, .nanoseconds(-7), -2),
            // Less than a nanosecond is none, whichever way.
            (5, Duration(secondsComponent: 0, attosecondsComponent: 999_999_999), 5),
            (5, Duration(secondsComponent: 0, attosecondsComponent: -999_999_999), 5),
            (.max - 1, .nanoseconds(2), .max),
            (.min + 1, .nanoseconds(-2), .min),
            (1, .seconds(Int64.max), .max),
            (-1, .seconds(Int64.min), .min),
        ] as [(Int64, Duration, Int64)]
    )
    func advanced(_ start: Int64, _ duration: Duration, _ end: Int64) {
        #expect(Timestamp(nanoseconds: start).advanced(by: duration).nanoseconds == end)
    }

    @Test("The time between two moments is held at the ends of the range")
    func between() {
        let (first, second) = (Timestamp(nanoseconds: -3), Timestamp(nanoseconds: 2_000_000_004))
        #expect(second.nanoseconds(since: first) == 2_000_000_007)
        #expect(first.nanoseconds(since: second) == -2_000_000_007)
        #expect(second.duration(since: first) == .nanoseconds(2_000_000_007))
        #expect(first.wholeSeconds(since: second) == -2)
        #expect(Timestamp.distantFuture.nanoseconds(since: .distantPast) == .max)
        #expect(Timestamp.distantPast.nanoseconds(since: .distantFuture) == .min)
    }

    @Test(
        "Times stand in RFC 3339 with microseconds, and in the compact form of alert ids",
        arguments: [
            (0, "1970-01-01T00:00:00.000000+00:00", "19700101T000000Z"),
            (1_795_435_200_000_000_000, "2026-11-23T12:00:00.000000+00:00", "20261123T120000Z"),
            (1_709_164_799_123_456_789, "2024-02-28T23:59:59.123456+00:00", "20240228T235959Z"),
            (1_709_251_199_999_999_999, "2024-02-29T23:59:59.999999+00:00", "20240229T235959Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000+00:00", "20000229T000000Z"),
            (-1, "1969-12-31T23:59:59.999999+00:00", "19691231T235959Z"),
            (Int64.min, "1677-09-21T00:12:43.145224+00:00", "16770921T001243Z"),
            (Int64.max, "2262-04-11T23:47:16.854775+00:00", "22620411T234716Z"),
        ]
    )
    func text(_ nanoseconds: Int64, _ rfc3339: String, _ compact: String) {
        let time = Timestamp(nanoseconds: nanoseconds)
        #expect(time.rfc3339 == rfc3339)
        #expect(time.compact == compact)
    }

    @Test("Every time is read back to the microsecond")
    func roundTrip() throws {
        var random = SplitMix64(seed: 3)
        for _ in 0..<2_000 {
            let time = Timestamp(nanoseconds: Int64(bitPattern: random.next()) / 2)
            let back = try #require(Timestamp(rfc3339: time.rfc3339))
            #expect(time.nanoseconds - back.nanoseconds < 1_000 && time >= back)
        }
    }

    @Test(
        "Fractions and offsets are read",
        arguments: [
            ("2026-11-23T12:00:00Z", 1_795_435_200_000_000_000),
            ("2026-11-23t12:00:00.5z", 1_795_435_200_500_000_000),
            ("2026-11-23 13:30:00.000000001+01:30", 1_795_435_200_000_000_001),
            ("2026-11-23T07:00:00.0000000019-05:00", 1_795_435_200_000_000_001),
            ("2026-11-23T11:59:60Z", 1_795_435_200_000_000_000),
        ]
    )
    func read(_ text: String, _ nanoseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.nanoseconds == nanoseconds)
    }

    @Test(
        "What is no time is refused",
        arguments: [
            "", "2026-11-23", "2026-11-23T12:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-11-31T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T12:60:00Z",
            "2026-11-23T12:00:61Z",
            "2026-11-23T12:00:00.Z", "2026-11-23T12:00:00+0100", "2026-11-23T12:00:00Z ",
            "9999-01-01T00:00:00Z",
            "0001-01-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
            "-026-01-01T00:00:00Z",
        ]
    )
    func refused(_ text: String) { #expect(Timestamp(rfc3339: text) == nil) }
}
