/// How often something happened in the last day, in four quarters of six hours.
struct DayCount: Hashable, Sendable, Codable {
    /// Seconds of a quarter.
    private static let quarter: UInt32 = 21_600

    /// Four counts of eight bits each, the latest quarter lowest.
    private(set) var counts: UInt32 = 0
    /// The number of the latest quarter, by the habits' clock.
    private(set) var latest: UInt16 = 0

    /// Nothing happened.
    init() {}

    /// A stored count.
    init(counts: UInt32, latest: UInt16) {
        self.counts = counts
        self.latest = latest
    }

    /// How often it happened in the last 18 to 24 hours, each quarter counted up to 255.
    func count(at now: UInt32) -> Int {
        var moved = self
        moved.move(to: now)
        return (0..<4).reduce(0) { $0 + Int(moved.counts >> UInt32(8 * $1) & 0xFF) }
    }

    /// It happened.
    mutating func add(at now: UInt32) {
        move(to: now)
        if counts & 0xFF < 0xFF { counts += 1 }
    }

    private mutating func move(to now: UInt32) {
        let number = UInt16(truncatingIfNeeded: now / Self.quarter)
        let steps = UInt32(number &- latest)
        latest = number
        // Also behind a damaged number: more than a day on nothing is left.
        counts = steps >= 4 ? 0 : counts << (8 * steps)
    }
}
