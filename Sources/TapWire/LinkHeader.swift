/// The way from the first octet of a frame to its network packet.
///
/// It goes through Ethernet with VLAN tags, LLC and SNAP, PPPoE sessions and MPLS up to a pseudowire, Linux cooked capture, BSD loopback
/// and raw IP; `+Links` adds PPP, Cisco's HDLC, 802.11 and packets as a firewall logs them. Whatever is not known ends the way with a type
/// that is neither IPv4 nor IPv6.
public struct LinkHeader: Hashable, Sendable, BitwiseCopyable {
    /// How many VLAN tags and MPLS labels in a row are followed.
    public static let maximumTags = 16

    /// What the packet is.
    public internal(set) var etherType: EtherType
    /// Where the packet begins.
    public internal(set) var offset: Int
    /// The VLAN tags on the way.
    public private(set) var vlans = VLANStack()

    /// Reads the headers before the network packet of `frame`.
    @inline(__always)
    public init(decoding frame: borrowing Frame) throws(DecodeError) {
        try self.init(decoding: frame.bytes, at: 0, linkType: frame.metadata.linkType)
    }

    /// Reads the headers that begin at `offset`.
    @inline(__always)
    init(decoding bytes: Span<UInt8>, at offset: Int, linkType: LinkType) throws(DecodeError) {
        self.offset = offset
        etherType = .none
        if linkType == .ethernet {
            try takeEthernet(bytes)
        } else {
            try takeLink(bytes, linkType)
        }
        // Most frames are this, and have none.
        if etherType != .ipv4 { try takeTags(bytes) }
    }

    mutating func takeLink(_ bytes: Span<UInt8>, _ linkType: LinkType) throws(DecodeError) {
        switch linkType {
        case .linuxCooked: try takeCooked(bytes, headerLength: 16, typeOffset: 14)
        case .linuxCooked2: try takeCooked(bytes, headerLength: 20, typeOffset: 0)
        case .null, .loop: try takeLoopback(bytes)
        case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6: try takeRaw(bytes)
        default: try takeRareLink(bytes, linkType)
        }
    }

    /// Reads the headers that begin at `offset` with one of `etherType`.
    init(decoding bytes: Span<UInt8>, at offset: Int, etherType: EtherType) throws(DecodeError) {
        self.offset = offset
        self.etherType = etherType
        try takeTags(bytes)
    }

    @inline(__always)
    func require(_ count: Int, of bytes: Span<UInt8>, _ layer: DecodeError.Layer)
        throws(DecodeError)
    {
        guard bytes.count &- offset >= count else {
            throw DecodeError(
                layer: layer,
                offset: offset,
                required: count,
                available: bytes.count &- offset
            )
        }
    }

    @inline(__always)
    mutating func takeEthernet(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(14, of: bytes, .ethernet)
        etherType = EtherType(rawValue: bytes.uint16(at: offset &+ 12))
        offset &+= 14
    }

    private mutating func takeCooked(
        _ bytes: Span<UInt8>,
        headerLength: Int,
        typeOffset: Int
    ) throws(DecodeError) {
        try require(headerLength, of: bytes, .link)
        etherType = EtherType(rawValue: bytes.uint16(at: offset &+ typeOffset))
        offset &+= headerLength
    }

    /// The family stands in the writer's byte order, so that either half may hold it.
    private mutating func takeLoopback(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(4, of: bytes, .link)
        let family = bytes.uint16(at: offset) | bytes.uint16(at: offset &+ 2).byteSwapped
        switch family > 0xFF ? family.byteSwapped : family {
        case 2: etherType = .ipv4
        // AF_INET6 of Linux, NetBSD, FreeBSD and Darwin.
        case 10, 24, 28, 30: etherType = .ipv6
        default: etherType = .none
        }
        offset &+= 4
    }

    mutating func takeRaw(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(1, of: bytes, .link)
        etherType = Self.type(ofVersion: bytes[offset])
    }

    private static func type(ofVersion octet: UInt8) -> EtherType {
        switch octet >> 4 {
        case 4: .ipv4
        case 6: .ipv6
        default: .none
        }
    }

    private mutating func takeTags(_ bytes: Span<UInt8>) throws(DecodeError) {
        for _ in 0..<Self.maximumTags {
            switch etherType {
            case _ where etherType.isTag: try takeVLAN(bytes)
            case .mpls, EtherType(rawValue: 0x8848): return try takeMPLS(bytes)
            case .pppoeSession: return try takePPPoE(bytes)
            case _ where etherType.rawValue < 0x0600: return takeLLC(bytes)
            default: return
            }
        }
        throw DecodeError(
            layer: .vlan,
            problem: .malformed,
            offset: offset,
            required: 0,
            available: 0
        )
    }

    private mutating func takeVLAN(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(4, of: bytes, .vlan)
        vlans.push(bytes.uint16(at: offset))
        etherType = EtherType(rawValue: bytes.uint16(at: offset &+ 2))
        offset &+= 4
    }

    /// Labels do not say what they carry; the first four bits of the packet do: with 0 begins the control word of a
    /// pseudowire (RFC 4385), behind which a frame stands, if it looks like one.
    private mutating func takeMPLS(_ bytes: Span<UInt8>) throws(DecodeError) {
        for _ in 0..<Self.maximumTags {
            try require(5, of: bytes, .mpls)
            let isBottom = bytes[offset &+ 2] & 1 == 1
            offset &+= 4
            guard isBottom else { continue }
            etherType = Self.type(ofVersion: bytes[offset])
            if bytes[offset] >> 4 == 0, bytes.count &- offset >= 18 {
                let inner = EtherType(rawValue: bytes.uint16(at: offset &+ 16))
                guard inner == .ipv4 || inner == .ipv6 || inner.isTag else { return }
                etherType = .bridged
                offset &+= 4
            }
            return
        }
        throw DecodeError(
            layer: .mpls,
            problem: .malformed,
            offset: offset,
            required: 0,
            available: 0
        )
    }

    private mutating func takePPPoE(_ bytes: Span<UInt8>) throws(DecodeError) {
        try require(8, of: bytes, .pppoe)
        let carried = bytes.uint16(at: offset &+ 6)
        offset &+= 8
        try takePPP(carried, in: bytes)
    }

    /// Goes into what PPP carries (the IANA registry of PPP's protocols), which begins at `offset`.
    mutating func takePPP(_ carried: UInt16, in bytes: Span<UInt8>) throws(DecodeError) {
        switch carried {
        case 0x0021: etherType = .ipv4
        case 0x0057: etherType = .ipv6
        case 0x0281: try takeMPLS(bytes)
        default: etherType = .none
        }
    }

    /// A length stood where the type is looked for: LLC, perhaps with a SNAP header that has a type (RFC 1042), or IP right behind it.
    mutating func takeLLC(_ bytes: Span<UInt8>) {
        etherType = .none
        if bytes.count &- offset > 3, bytes.uint16(at: offset) == 0x0606, bytes[offset &+ 2] == 3 {
            etherType = .ipv4
            offset &+= 3
            return
        }
        guard bytes.count &- offset >= 8, bytes.uint16(at: offset) == 0xAAAA,
            bytes[offset &+ 2] == 3
        else {
            return
        }
        let organization = bytes.uint32(at: offset &+ 2) & 0xFF_FFFF
        guard organization == 0 || organization == 0xF8 else { return }
        etherType = EtherType(rawValue: bytes.uint16(at: offset &+ 6))
        if etherType.rawValue < 0x0600 { etherType = .none }
        offset &+= 8
    }
}
