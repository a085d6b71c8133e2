/// What an Ethernet frame carries (the IEEE registry of EtherTypes).
public struct EtherType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The number in the registry.
    public var rawValue: UInt16

    /// Creates a type from its number.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// IPv4.
    public static let ipv4 = EtherType(rawValue: 0x0800)
    /// IPv6.
    public static let ipv6 = EtherType(rawValue: 0x86DD)
    /// Address resolution (RFC 826).
    public static let arp = EtherType(rawValue: 0x0806)
    /// A customer's VLAN tag (IEEE 802.1Q).
    public static let vlan = EtherType(rawValue: 0x8100)
    /// A provider's VLAN tag (IEEE 802.1ad).
    public static let providerVLAN = EtherType(rawValue: 0x88A8)
    /// MPLS (RFC 3032).
    public static let mpls = EtherType(rawValue: 0x8847)
    /// A PPPoE session (RFC 2516).
    public static let pppoeSession = EtherType(rawValue: 0x8864)
    /// A frame inside a frame that was copied to elsewhere (ERSPAN, the first two versions).
    public static let erspan = EtherType(rawValue: 0x88BE)
    /// The same, version 3.
    public static let erspan3 = EtherType(rawValue: 0x22EB)
    /// A frame inside a tunnel, or inside MPLS.
    public static let bridged = EtherType(rawValue: 0x6558)
    /// Nothing that has a number here: LLC, an unknown link type.
    public static let none = EtherType(rawValue: 0)

    /// True for VLAN tags, the two that vendors used before the standard included.
    var isTag: Bool {
        switch rawValue {
        case 0x8100, 0x88A8, 0x9100, 0x9200: true
        default: false
        }
    }
}
