/// Nanoseconds since the Unix epoch, as the kernel or the capture file stamped the frame.
public struct Timestamp: Comparable, Hashable, Sendable, BitwiseCopyable, Codable {
    /// Nanoseconds since 1970-01-01T00:00:00Z; negative before it.
    public var nanoseconds: Int64

    /// Creates a time from nanoseconds since the Unix epoch.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Orders times from earlier to later.
    @inlinable
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.nanoseconds < rhs.nanoseconds }

    /// The earliest time there is.
    public static let distantPast = Timestamp(nanoseconds: .min)

    /// The latest time there is.
    public static let distantFuture = Timestamp(nanoseconds: .max)

    /// This time moved by `duration`, held at the ends of the range where it would leave it.
    public func advanced(by duration: Duration) -> Timestamp {
        // Divided once: `components` divides 128 bits twice.
        let shift = Int64(clamping: duration.attoseconds / 1_000_000_000)
        let (moved, out) = nanoseconds.addingReportingOverflow(shift)
        return Timestamp(nanoseconds: out ? (shift < 0 ? .min : .max) : moved)
    }

    /// How long after `earlier` this time is; negative when it is before.
    public func duration(since earlier: Timestamp) -> Duration {
        .nanoseconds(nanoseconds(since: earlier))
    }

    /// How many nanoseconds after `earlier` this time is, held at the ends of the range; negative when it is before.
    public func nanoseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow ? (self < earlier ? .min : .max) : difference
    }

    /// How many whole seconds after `earlier` this time is; negative when it is before.
    public func wholeSeconds(since earlier: Timestamp) -> Int64 {
        nanoseconds(since: earlier) / 1_000_000_000
    }

    /// Decodes nanoseconds since the Unix epoch.
    public init(from decoder: any Decoder) throws {
        nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Encodes nanoseconds since the Unix epoch.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(nanoseconds)
    }
}
