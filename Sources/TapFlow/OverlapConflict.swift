/// Two segments that gave different octets for the same place: both versions, as far as they are kept.
public struct OverlapConflict: Hashable, Sendable {
    /// How many octets of each version are kept at most.
    public static let limit = 256

    /// How many octets differ.
    public var byteCount: Int
    /// Where in the stream the first of them stands; 0 is the first octet that was expected when the flow was opened.
    public var offset: Int64
    /// The version that counts, from that place on.
    public var kept: [UInt8]
    /// The version that does not, as long as the other.
    public var dropped: [UInt8]
    /// True if the later segment had another time to live than those of its side usually have.
    ///
    /// A segment that never reaches the receiver has often been sent with a low one.
    public var hasOddHopLimit: Bool

    /// Creates a conflict.
    public init(
        byteCount: Int,
        offset: Int64,
        kept: [UInt8],
        dropped: [UInt8],
        hasOddHopLimit: Bool = false
    ) {
        self.byteCount = byteCount
        self.offset = offset
        self.kept = kept
        self.dropped = dropped
        self.hasOddHopLimit = hasOddHopLimit
    }
}
