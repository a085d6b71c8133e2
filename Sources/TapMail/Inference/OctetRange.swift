/// From how many octets to how many something is.
///
/// Sums stop at `limit`, so that no input makes them overflow.
public struct OctetRange: Hashable, Sendable {
    /// The least.
    public let low: Int
    /// The most; never below `low`.
    public let high: Int

    /// No sum goes beyond this.
    public static let limit = 1 << 56

    /// From `low` to `high`, both 0 to `limit`.
    public init(_ low: Int, _ high: Int) {
        self.low = min(max(0, low), Self.limit)
        self.high = min(max(self.low, high), Self.limit)
    }

    /// Exactly `octets`.
    public init(_ octets: Int) { self.init(octets, octets) }

    /// Half way.
    var middle: Int { low &+ (high &- low) / 2 }

    /// How many lengths it holds.
    var width: Int { high &- low &+ 1 }

    /// True if it is one length.
    public var isExact: Bool { low == high }

    /// True if `octets` is one of the lengths.
    func contains(_ octets: Int) -> Bool { low <= octets && octets <= high }

    /// The lengths that both hold.
    func overlap(_ other: OctetRange) -> Int {
        max(0, min(high, other.high) &- max(low, other.low) &+ 1)
    }

    /// How likely it is that a length drawn evenly from this range is one of `measured`.
    func likelihood(of measured: OctetRange) -> Double {
        Double(overlap(measured)) / Double(width)
    }

    static func + (left: OctetRange, right: OctetRange) -> OctetRange {
        OctetRange(left.low &+ right.low, left.high &+ right.high)
    }

    /// Less `octets` at either end, and never below 0.
    func less(_ octets: Int) -> OctetRange { OctetRange(low &- octets, high &- octets) }

    /// What is left of this after a part of `other` octets.
    func less(_ other: OctetRange) -> OctetRange {
        OctetRange(low &- other.high, high &- other.low)
    }
}
