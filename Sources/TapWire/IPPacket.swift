/// What stands at the end of the way down from the link to IP, its transport not looked at.
public enum IPPacket: ~Escapable {
    /// A packet that was not cut in fragments.
    case whole(IPPayload)
    /// A fragment, whatever it is a fragment of.
    case fragment(IPFragment)
    /// No IP packet.
    case other(EtherType)
}

extension IPPacket {
    /// How many IP packets inside IP packets are opened.
    public static let maximumTunnels = 4

    /// Goes down from the link to IP, through VLAN tags and tunnels.
    @_lifetime(copy frame)
    public init(decoding frame: borrowing Frame) throws(DecodeError) {
        let bytes = frame.bytes
        let link = try LinkHeader(decoding: frame)
        let wireEnd = max(bytes.count, Int(frame.metadata.wireLength))
        var way = Way(offset: link.offset, end: wireEnd, vlans: link.vlans)
        self = try way.follow(link.etherType, in: bytes)
    }

    /// Goes down from the payload of a packet that was put together from fragments, or of its first one.
    @_lifetime(copy payload)
    public init(decoding payload: Span<UInt8>, of header: IPHeader, vlans: VLANStack)
        throws(DecodeError)
    {
        let whole = try IPHeader(joining: header, payload: payload)
        var way = Way(offset: 0, end: payload.count, vlans: vlans)
        self = try way.follow(whole, in: payload)
    }
}

/// Where the way down has come to.
private struct Way {
    var offset: Int
    /// Where the current layer ends on the wire, perhaps behind what was captured.
    var end: Int
    var vlans: VLANStack
    var tunnels = 0

    @_lifetime(copy bytes)
    mutating func follow(_ etherType: EtherType, in bytes: Span<UInt8>) throws(DecodeError)
        -> IPPacket
    {
        switch etherType {
        case .ipv4:
            return try follow(IPHeader(decodingIPv4: bytes, at: offset, wireEnd: end), in: bytes)
        case .ipv6:
            return try follow(IPHeader(decodingIPv6: bytes, at: offset, wireEnd: end), in: bytes)
        case .bridged where tunnels > 0:
            let link = try LinkHeader(decoding: bytes, at: offset, linkType: .ethernet)
            guard link.etherType != .bridged else { return .other(.bridged) }
            offset = link.offset
            return try follow(link.etherType, in: bytes)
        default:
            return .other(etherType)
        }
    }

    @_lifetime(copy bytes)
    mutating func follow(_ header: IPHeader, in bytes: Span<UInt8>) throws(DecodeError) -> IPPacket
    {
        offset = header.payloadOffset
        end = header.payloadEnd
        let start = min(offset, bytes.count)
        let capturedEnd = max(start, min(end, bytes.count))
        let payload = bytes.extracting(start..<capturedEnd)
        let missing = max(0, end &- capturedEnd)
        if let place = header.fragment {
            return .fragment(
                IPFragment(
                    header: header,
                    place: place,
                    vlans: vlans,
                    payload: payload,
                    missingByteCount: missing
                )
            )
        }
        let content = IPPayload(
            header: header,
            vlans: vlans,
            bytes: payload,
            missingByteCount: missing
        )
        switch header.payloadProtocol {
        case .ipv4: return try enterTunnel(.ipv4, in: bytes)
        case .ipv6: return try enterTunnel(.ipv6, in: bytes)
        case .gre: return try enterGRE(content, in: bytes)
        default: return .whole(content)
        }
    }

    @_lifetime(copy bytes)
    private mutating func enterTunnel(
        _ etherType: EtherType,
        in bytes: Span<UInt8>
    ) throws(DecodeError) -> IPPacket {
        guard tunnels < IPPacket.maximumTunnels else {
            throw DecodeError(
                layer: .gre,
                problem: .malformed,
                offset: offset,
                required: 0,
                available: 0
            )
        }
        tunnels &+= 1
        return try follow(etherType, in: bytes)
    }

    /// Checksum, key and sequence number take four octets each, where they are there (RFC 2890).
    @_lifetime(copy content, copy bytes)
    private mutating func enterGRE(
        _ content: IPPayload,
        in bytes: Span<UInt8>
    ) throws(DecodeError) -> IPPacket {
        guard bytes.count &- offset >= 4 else {
            throw DecodeError(
                layer: .gre,
                offset: offset,
                required: 4,
                available: bytes.count &- offset
            )
        }
        let flags = bytes.uint16(at: offset)
        // Version 1 is that of PPTP, and routing has long been abandoned.
        guard flags & 0x4007 == 0 else { return .whole(content) }
        let etherType = EtherType(rawValue: bytes.uint16(at: offset &+ 2))
        let optional = (flags & 0xB000).nonzeroBitCount &* 4
        guard bytes.count &- offset >= 4 &+ optional else {
            throw DecodeError(
                layer: .gre,
                offset: offset,
                required: 4 &+ optional,
                available: bytes.count &- offset
            )
        }
        offset &+= 4 &+ optional
        return try enterTunnel(etherType, in: bytes)
    }
}
