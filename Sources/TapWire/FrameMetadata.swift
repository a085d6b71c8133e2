/// A port of the hub, by its place in the list the hub was started with.
public struct PortIndex: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable, Codable
{
    /// 0 for the first port.
    public var rawValue: UInt8

    /// Creates the index of the port at `rawValue`.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Orders ports as they were listed.
    @inlinable
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    /// How many ports a hub may have.
    public static let maximumCount = 32
}

/// What the octets of a frame begin with, by its number in the pcap registry of link types.
///
/// Source: the LINKTYPE_ values of the pcap and pcapng formats.
public struct LinkType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The LINKTYPE_ number.
    public var rawValue: UInt16

    /// Creates a link type from its LINKTYPE_ number.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// BSD loopback: four octets of address family in the writer's byte order.
    @inlinable public static var null: LinkType { LinkType(rawValue: 0) }
    /// Ethernet, without the frame check sequence.
    @inlinable public static var ethernet: LinkType { LinkType(rawValue: 1) }
    /// An IPv4 or IPv6 packet with nothing before it.
    @inlinable public static var raw: LinkType { LinkType(rawValue: 101) }
    /// Raw IP as BSD systems number it.
    @inlinable public static var rawBSD: LinkType { LinkType(rawValue: 12) }
    /// Raw IP as OpenBSD numbers it.
    @inlinable public static var rawOpenBSD: LinkType { LinkType(rawValue: 14) }
    /// IPv4 packets only.
    @inlinable public static var ipv4: LinkType { LinkType(rawValue: 228) }
    /// IPv6 packets only.
    @inlinable public static var ipv6: LinkType { LinkType(rawValue: 229) }
    /// OpenBSD loopback: four octets of address family in network byte order.
    @inlinable public static var loop: LinkType { LinkType(rawValue: 108) }
    /// Linux "cooked" capture, version 1.
    @inlinable public static var linuxCooked: LinkType { LinkType(rawValue: 113) }
    /// Linux "cooked" capture, version 2.
    @inlinable public static var linuxCooked2: LinkType { LinkType(rawValue: 276) }

    /// PPP, in HDLC's framing or in none.
    static let ppp = LinkType(rawValue: 9)
    /// PPP in HDLC's framing, or Cisco's HDLC.
    static let pppSerial = LinkType(rawValue: 50)
    /// A session of PPPoE, from its own header on.
    static let pppEthernet = LinkType(rawValue: 51)
    /// Cisco's HDLC.
    static let ciscoHDLC = LinkType(rawValue: 104)
    /// IEEE 802.11, without what an adapter notes of it.
    static let wireless = LinkType(rawValue: 105)
    /// BSD's enc interface: packets of IPsec.
    static let encapsulated = LinkType(rawValue: 109)
    /// BSD's pflog interface: packets that pf has logged.
    static let pflog = LinkType(rawValue: 117)
    /// IEEE 802.11 behind the header of a Prism adapter.
    static let prism = LinkType(rawValue: 119)
    /// IEEE 802.11 behind a radiotap header.
    static let radiotap = LinkType(rawValue: 127)
    /// IEEE 802.11 behind the header of AVS.
    static let avs = LinkType(rawValue: 163)
    /// PPP of pppd, behind an octet of direction.
    static let pppd = LinkType(rawValue: 166)
    /// Any link behind a PPI header.
    static let perPacketInformation = LinkType(rawValue: 192)
    /// PPP behind an octet of direction.
    static let pppWithDirection = LinkType(rawValue: 204)
    /// Packets that Linux's netfilter has logged (NFLOG).
    static let netfilterLog = LinkType(rawValue: 239)
}

extension LinkType {
    /// True for the types whose way to the network packet is known.
    public var isKnown: Bool {
        switch self {
        case .null, .ethernet, .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6, .loop, .linuxCooked,
            .linuxCooked2, .ppp, .pppSerial, .pppEthernet, .ciscoHDLC, .wireless, .encapsulated,
            .pflog, .prism, .radiotap, .avs, .pppd, .perPacketInformation, .pppWithDirection,
            .netfilterLog:
            true
        default: false
        }
    }
}

/// What the tap knows of a frame beside its octets.
public struct FrameFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// The bits, as they stand in the ring (docs/ring-format.md).
    public var rawValue: UInt16

    /// Creates flags from their bits.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The checksum was left to the NIC and is not finished in these octets.
    public static let partialChecksum = FrameFlags(rawValue: 1 << 0)
    /// Several segments in one, joined or not yet cut up by offloads: longer than the MTU allows.
    public static let superFrame = FrameFlags(rawValue: 1 << 1)
    /// A VLAN tag was taken out by the kernel and has been put back.
    public static let tagRestored = FrameFlags(rawValue: 1 << 2)
    /// The frame left on this port instead of entering by it (only in captures of other programs).
    public static let outbound = FrameFlags(rawValue: 1 << 3)
}

/// What is known of a frame beside its octets.
public struct FrameMetadata: Hashable, Sendable, BitwiseCopyable {
    /// When the frame arrived.
    public var arrival: Timestamp
    /// The number of the frame, counted from 0 over the life of the ring or the file.
    public var sequence: UInt64
    /// How many octets the frame had on the wire, VLAN tags included and check sequence not.
    public var wireLength: UInt32
    /// The port the frame entered by.
    public var ingress: PortIndex
    /// What else the tap knows.
    public var flags: FrameFlags
    /// What the octets begin with.
    public var linkType: LinkType

    /// Creates the metadata of one frame.
    @inlinable
    public init(
        arrival: Timestamp,
        sequence: UInt64,
        wireLength: UInt32,
        ingress: PortIndex,
        flags: FrameFlags = [],
        linkType: LinkType = .ethernet
    ) {
        self.arrival = arrival
        self.sequence = sequence
        self.wireLength = wireLength
        self.ingress = ingress
        self.flags = flags
        self.linkType = linkType
    }
}
