/// A record of habits as it is stored: where it lies, and its octets.
public struct HabitEntry: Hashable, Sendable {
    /// Where it lies: what is stored under the same number is replaced.
    public let slot: Int
    /// Its octets, the version first.
    public let octets: [UInt8]

    /// Joins the two.
    public init(slot: Int, octets: [UInt8]) {
        self.slot = slot
        self.octets = octets
    }
}
