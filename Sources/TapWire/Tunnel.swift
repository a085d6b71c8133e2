/// The header of a tunnel behind that of IP: what it carries, and where that begins.
///
/// Known are IP in IP (RFC 2003, RFC 2473, RFC 4213), GRE (RFC 2784, RFC 2890) with ERSPAN and NVGRE (RFC 7637), VXLAN
/// (RFC 7348) and Geneve (RFC 8926).
struct Tunnel {
    /// What it carries; `bridged` for a frame.
    let etherType: EtherType
    /// Where that begins.
    let offset: Int
    /// The 24 bits that name the virtual network, where the tunnel has such.
    let network: UInt32?

    /// A tunnel with a header that was read.
    init(etherType: EtherType, offset: Int, network: UInt32? = nil) {
        self.etherType = etherType
        self.offset = offset
        self.network = network
    }

    /// Reads the header at `offset`; nil if that is no tunnel, or one that is not known.
    ///
    /// - Parameters:
    ///   - bytes: The octets of the frame up to the end of the packet, as far as they were captured.
    ///   - offset: Where the payload of the packet begins.
    ///   - carried: What the packet says it carries.
    /// - Throws: `DecodeError` if the octets end before the header does.
    init?(in bytes: Span<UInt8>, at offset: Int, of carried: IPProtocol) throws(DecodeError) {
        switch carried {
        case .ipv4: self.init(etherType: .ipv4, offset: offset)
        case .ipv6: self.init(etherType: .ipv6, offset: offset)
        case .gre: try self.init(inGRE: bytes, at: offset)
        case .udp: self.init(inUDP: bytes, at: offset)
        default: return nil
        }
    }

    /// Checksum, key and sequence number take four octets each, where they are there.
    private init?(inGRE bytes: Span<UInt8>, at offset: Int) throws(DecodeError) {
        try Self.require(4, of: bytes, at: offset, .gre)
        let flags = bytes.uint16(at: offset)
        // Version 1 is that of PPTP, and routing has long been abandoned.
        guard flags & 0x4007 == 0 else { return nil }
        let optional = (flags & 0xB000).nonzeroBitCount &* 4
        try Self.require(4 &+ optional, of: bytes, at: offset, .gre)
        let type = EtherType(rawValue: bytes.uint16(at: offset &+ 2))
        let inside = offset &+ 4 &+ optional
        switch type {
        // Without a sequence number it is the first version, that of no header.
        case .erspan where flags & 0x1000 == 0:
            self.init(etherType: .bridged, offset: inside)
        case .erspan:
            try Self.require(8, of: bytes, at: inside, .erspan)
            self.init(etherType: .bridged, offset: inside &+ 8)
        case .erspan3:
            try self.init(inERSPAN3: bytes, at: inside)
        case .bridged where flags & 0x2000 != 0:
            let key = bytes.uint32(at: offset &+ 4 &+ (flags & 0x8000 == 0 ? 0 : 4))
            // The last octet tells flows apart, not networks.
            self.init(etherType: .bridged, offset: inside, network: key >> 8)
        default:
            self.init(etherType: type, offset: inside)
        }
    }

    /// Version 3 has a header of 12 octets, and 8 more where the last bit says so.
    private init?(inERSPAN3 bytes: Span<UInt8>, at offset: Int) throws(DecodeError) {
        try Self.require(12, of: bytes, at: offset, .erspan)
        let last = bytes.uint16(at: offset &+ 10)
        // Only Ethernet frames are frames.
        guard last >> 10 & 0x1F == 0 else { return nil }
        let length = last & 1 == 0 ? 12 : 20
        try Self.require(length, of: bytes, at: offset, .erspan)
        self.init(etherType: .bridged, offset: offset &+ length)
    }

    /// What a port of VXLAN or Geneve gets without looking like it is a datagram as any other.
    private init?(inUDP bytes: Span<UInt8>, at offset: Int) {
        guard bytes.count &- offset >= 16 else { return nil }
        let header = offset &+ 8
        let network = bytes.uint32(at: header &+ 4) >> 8
        switch OverlayPort(rawValue: bytes.uint16(at: offset &+ 2)) {
        case .vxlan, .linuxVXLAN:
            guard bytes[header] == 0x08 else { return nil }
            self.init(etherType: .bridged, offset: header &+ 8, network: network)
        case .geneve:
            let options = Int(bytes[header] & 0x3F) &* 4
            guard bytes[header] >> 6 == 0, bytes.count &- header >= 8 &+ options else { return nil }
            self.init(
                etherType: EtherType(rawValue: bytes.uint16(at: header &+ 2)),
                offset: header &+ 8 &+ options,
                network: network
            )
        case nil: return nil
        }
    }

    private static func require(
        _ count: Int,
        of bytes: Span<UInt8>,
        at offset: Int,
        _ layer: DecodeError.Layer
    ) throws(DecodeError) {
        let available = bytes.count &- offset
        guard available >= count else {
            throw DecodeError(layer: layer, offset: offset, required: count, available: available)
        }
    }
}
