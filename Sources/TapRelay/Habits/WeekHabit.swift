/// How much is usual at each hour of the week, in four bits an hour.
///
/// Each hour holds the power of two that its recipients reached lately: it rises at once and falls by one a week.
struct WeekHabit: Sendable {
    /// Hours of a week.
    static let hours: UInt8 = 168

    /// Two hours an octet.
    private(set) var octets = InlineArray<84, UInt8>(repeating: 0)

    /// Nothing is usual.
    init() {}

    /// A stored week.
    init(octets: InlineArray<84, UInt8>) { self.octets = octets }

    /// At most so many recipients were usual in this hour of the week; 0 if none were.
    func usual(at hour: UInt8) -> UInt32 {
        let level = self.level(at: hour)
        return level == 0 ? 0 : (UInt32(1) << UInt32(level)) - 1
    }

    /// Takes the recipients of an hour that is over.
    mutating func close(_ hour: UInt8, recipients: UInt32) {
        let reached = UInt8(min(15, UInt32.bitWidth - recipients.leadingZeroBitCount))
        let level = self.level(at: hour)
        set(max(reached, level == 0 ? 0 : level - 1), at: hour)
    }

    private func level(at hour: UInt8) -> UInt8 {
        let slot = Int(hour % Self.hours)
        return slot % 2 == 0 ? octets[slot / 2] & 0x0F : octets[slot / 2] >> 4
    }

    private mutating func set(_ level: UInt8, at hour: UInt8) {
        let slot = Int(hour % Self.hours)
        let octet = octets[slot / 2]
        octets[slot / 2] =
            slot % 2 == 0 ? octet & 0xF0 | level : octet & 0x0F | level << 4
    }
}
