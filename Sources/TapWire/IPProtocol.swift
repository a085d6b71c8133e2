/// What an IP packet carries (the IANA registry of protocol numbers).
public struct IPProtocol: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The number in the registry.
    public var rawValue: UInt8

    /// Creates a protocol from its number.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// ICMP for IPv4.
    public static let icmp = IPProtocol(rawValue: 1)
    /// IPv4 inside IP (RFC 2003).
    public static let ipv4 = IPProtocol(rawValue: 4)
    /// TCP.
    public static let tcp = IPProtocol(rawValue: 6)
    /// UDP.
    public static let udp = IPProtocol(rawValue: 17)
    /// IPv6 inside IP (RFC 4213).
    public static let ipv6 = IPProtocol(rawValue: 41)
    /// Generic routing encapsulation (RFC 2784).
    public static let gre = IPProtocol(rawValue: 47)
    /// ICMP for IPv6.
    public static let icmpv6 = IPProtocol(rawValue: 58)
    /// Nothing follows.
    public static let none = IPProtocol(rawValue: 59)
}

/// Where a fragment stands in its packet.
public struct FragmentPlace: Hashable, Sendable, BitwiseCopyable {
    /// What tells the fragments of one packet from those of another.
    public var identification: UInt32
    /// Where in the packet's payload the fragment begins.
    public var offset: Int
    /// False for the last fragment.
    public var hasMore: Bool

    /// Creates a place.
    public init(identification: UInt32, offset: Int, hasMore: Bool) {
        self.identification = identification
        self.offset = offset
        self.hasMore = hasMore
    }
}
