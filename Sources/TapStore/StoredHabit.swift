/// What is usual of one identity, as the store keeps it: octets that only the caller reads.
public struct StoredHabit: Hashable, Sendable {
    /// The number of the row: an entry takes the place of an earlier one of this number.
    public var slot: Int
    /// The octets.
    public var octets: [UInt8]

    /// Creates an entry.
    public init(slot: Int, octets: [UInt8]) {
        self.slot = slot
        self.octets = octets
    }
}
