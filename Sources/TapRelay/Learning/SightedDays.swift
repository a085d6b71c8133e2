import TapWire

/// On which of the last 64 days something was seen.
struct SightedDays: Hashable, Sendable, Codable {
    /// The latest day, counted from 1970; nil if it was never seen.
    private var latest: Int64?
    /// Bit n is set if it was seen n days before the latest.
    private var bits: UInt64 = 0

    private static let nanosecondsADay: Int64 = 86_400_000_000_000

    /// How many of those days.
    var count: Int { bits.nonzeroBitCount }

    /// Notes that it was seen at `time`.
    mutating func insert(_ time: Timestamp) {
        let day = time.nanoseconds / Self.nanosecondsADay
        guard let latest else {
            (self.latest, bits) = (day, 1)
            return
        }
        let (age, isOverflow) = day.subtractingReportingOverflow(latest)
        guard !isOverflow else { return }
        if age > 0 {
            bits = age < 64 ? bits << UInt64(age) | 1 : 1
            self.latest = day
        } else if age > -64 {
            bits |= 1 << UInt64(-age)
        }
    }
}
