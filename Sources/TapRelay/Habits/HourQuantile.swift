/// What share of the hours of the last month had at most so many recipients, in powers of two.
///
/// Hours without mail count too. All counts are halved when they come to two months, so that the last month weighs most.
struct HourQuantile: Sendable {
    /// The hours of 60 days.
    private static let mostHours: UInt32 = 1_440

    /// Hours by the number of binary digits of their recipients; the last holds all above.
    private(set) var counts = InlineArray<16, UInt16>(repeating: 0)

    /// No hours.
    init() {}

    /// Stored hours.
    init(counts: InlineArray<16, UInt16>) { self.counts = counts }

    /// Takes an hour that is over and the `idle` hours without mail before it.
    mutating func close(recipients: UInt32, idle: UInt32) {
        add(min(idle, Self.mostHours / 2), at: 0)
        add(1, at: min(15, UInt32.bitWidth - recipients.leadingZeroBitCount))
    }

    /// The recipients that `share` of the hours did not exceed, rounded up to the power of two; 0 without hours.
    func recipients(atShare share: Double) -> UInt32 {
        var total: UInt32 = 0
        for bucket in counts.indices { total += UInt32(counts[bucket]) }
        var rest = Double(total) * share
        for bucket in counts.indices {
            rest -= Double(counts[bucket])
            if rest <= 0 { return bucket == 0 ? 0 : (UInt32(1) << UInt32(bucket)) - 1 }
        }
        return (1 << 15) - 1
    }

    private mutating func add(_ hours: UInt32, at bucket: Int) {
        counts[bucket] = UInt16(min(UInt32(UInt16.max), UInt32(counts[bucket]) + hours))
        var total: UInt32 = 0
        for bucket in counts.indices { total += UInt32(counts[bucket]) }
        guard total > Self.mostHours else { return }
        for bucket in counts.indices { counts[bucket] /= 2 }
    }
}
