/// A TCP segment and where it came from and goes to.
public struct TCPSegment: ~Escapable {
    /// The sender.
    public let source: Endpoint
    /// The receiver.
    public let destination: Endpoint
    /// The VLANs of the frame.
    public let vlans: VLANStack
    /// The header.
    public let header: TCPHeader
    /// The octets it carries, as many as were captured.
    public let payload: Span<UInt8>
    /// How many octets it carried behind these that were not captured.
    public let missingByteCount: Int

    /// Looks at a segment.
    @_lifetime(copy payload)
    public init(
        source: Endpoint,
        destination: Endpoint,
        vlans: VLANStack,
        header: TCPHeader,
        payload: Span<UInt8>,
        missingByteCount: Int = 0
    ) {
        self.source = source
        self.destination = destination
        self.vlans = vlans
        self.header = header
        self.payload = payload
        self.missingByteCount = missingByteCount
    }
}

/// A fragment of an IP packet.
public struct IPFragment: ~Escapable {
    /// The header of the fragment.
    public let header: IPHeader
    /// Where it stands in its packet.
    public let place: FragmentPlace
    /// The VLANs of the frame.
    public let vlans: VLANStack
    /// The octets it carries, as many as were captured.
    public let payload: Span<UInt8>
    /// How many octets it carried behind these that were not captured.
    public let missingByteCount: Int

    /// Looks at a fragment.
    @_lifetime(copy payload)
    init(
        header: IPHeader,
        place: FragmentPlace,
        vlans: VLANStack,
        payload: Span<UInt8>,
        missingByteCount: Int
    ) {
        self.header = header
        self.place = place
        self.vlans = vlans
        self.payload = payload
        self.missingByteCount = missingByteCount
    }
}

/// What was found at the end of the way down from the link.
public enum Packet: ~Escapable {
    /// A TCP segment.
    case segment(TCPSegment)
    /// A fragment, whatever it is a fragment of.
    case fragment(IPFragment)
    /// An IP packet that carries something else.
    case otherTransport(IPProtocol)
    /// No IP packet.
    case otherNetwork(EtherType)
}

extension Packet {
    /// How many IP packets inside IP packets are opened.
    public static let maximumTunnels = 4

    /// Goes down from the link to TCP, through VLAN tags and tunnels.
    @_lifetime(copy frame)
    public init(decoding frame: borrowing Frame) throws(DecodeError) {
        let bytes = frame.bytes
        let link = try LinkHeader(decoding: frame)
        let wireEnd = max(bytes.count, Int(frame.metadata.wireLength))
        var way = Way(offset: link.offset, end: wireEnd, vlans: link.vlans)
        self = try way.follow(link.etherType, in: bytes)
    }

    /// Goes down from the payload of a packet that was put together from fragments.
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
        -> Packet
    {
        switch etherType {
        case .ipv4:
            return try follow(IPHeader(decodingIPv4: bytes, at: offset, wireEnd: end), in: bytes)
        case .ipv6:
            return try follow(IPHeader(decodingIPv6: bytes, at: offset, wireEnd: end), in: bytes)
        case .bridged where tunnels > 0:
            let link = try LinkHeader(decoding: bytes, at: offset, linkType: .ethernet)
            guard link.etherType != .bridged else { return .otherNetwork(.bridged) }
            offset = link.offset
            return try follow(link.etherType, in: bytes)
        default:
            return .otherNetwork(etherType)
        }
    }

    @_lifetime(copy bytes)
    mutating func follow(_ header: IPHeader, in bytes: Span<UInt8>) throws(DecodeError) -> Packet {
        offset = header.payloadOffset
        end = header.payloadEnd
        let capturedEnd = max(offset, min(end, bytes.count))
        guard offset <= bytes.count else { return .otherTransport(header.payloadProtocol) }
        let payload = bytes.extracting(offset..<min(capturedEnd, bytes.count))
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
        switch header.payloadProtocol {
        case .tcp: return try Self.segment(header, vlans, payload, missing, at: offset)
        case .ipv4: return try enterTunnel(.ipv4, in: bytes)
        case .ipv6: return try enterTunnel(.ipv6, in: bytes)
        case .gre: return try enterGRE(in: bytes)
        default: return .otherTransport(header.payloadProtocol)
        }
    }

    @_lifetime(copy payload)
    private static func segment(
        _ header: IPHeader,
        _ vlans: VLANStack,
        _ payload: Span<UInt8>,
        _ missing: Int,
        at offset: Int
    ) throws(DecodeError) -> Packet {
        let tcp = try TCPHeader(decoding: payload, at: offset)
        return .segment(
            TCPSegment(
                source: Endpoint(address: header.source, port: tcp.sourcePort),
                destination: Endpoint(address: header.destination, port: tcp.destinationPort),
                vlans: vlans,
                header: tcp,
                payload: payload.extracting(droppingFirst: tcp.byteCount),
                missingByteCount: missing
            )
        )
    }

    @_lifetime(copy bytes)
    private mutating func enterTunnel(
        _ etherType: EtherType,
        in bytes: Span<UInt8>
    ) throws(DecodeError) -> Packet {
        guard tunnels < Packet.maximumTunnels else {
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
    @_lifetime(copy bytes)
    private mutating func enterGRE(in bytes: Span<UInt8>) throws(DecodeError) -> Packet {
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
        guard flags & 0x4007 == 0 else { return .otherTransport(.gre) }
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
