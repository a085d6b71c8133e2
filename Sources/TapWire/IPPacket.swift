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
    /// How many tunnels inside each other are opened.
    public static let maximumTunnels = 4

    /// Goes down from the link to IP, through VLAN tags and tunnels.
    @_lifetime(copy frame)
    public init(decoding frame: borrowing Frame) throws(DecodeError) {
        let bytes = frame.bytes
        let link = try LinkHeader(decoding: frame)
        let wireEnd = max(bytes.count, Int(frame.metadata.wireLength))
        var way = Way(
            offset: link.offset,
            end: wireEnd,
            encapsulation: Encapsulation(vlans: link.vlans)
        )
        self = try way.follow(link.etherType, in: bytes)
    }

    /// Goes down from the payload of a packet that was put together from fragments, or of its first one.
    @_lifetime(copy payload)
    public init(
        decoding payload: Span<UInt8>,
        of header: IPHeader,
        in encapsulation: Encapsulation
    ) throws(DecodeError) {
        let whole = try IPHeader(joining: header, payload: payload)
        var way = Way(offset: 0, end: payload.count, encapsulation: encapsulation)
        self = try way.follow(whole, in: payload)
    }
}

/// Where the way down has come to.
private struct Way {
    var offset: Int
    /// Where the current layer ends on the wire, perhaps behind what was captured.
    var end: Int
    var encapsulation: Encapsulation

    @_lifetime(copy bytes)
    mutating func follow(_ etherType: EtherType, in bytes: Span<UInt8>) throws(DecodeError)
        -> IPPacket
    {
        switch etherType {
        case .ipv4:
            return try follow(IPHeader(decodingIPv4: bytes, at: offset, wireEnd: end), in: bytes)
        case .ipv6:
            return try follow(IPHeader(decodingIPv6: bytes, at: offset, wireEnd: end), in: bytes)
        case .bridged:
            return try enter(Tunnel(etherType: .bridged, offset: offset), in: bytes)
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
                    encapsulation: encapsulation,
                    payload: payload,
                    missingByteCount: missing
                )
            )
        }
        let captured = bytes.extracting(first: capturedEnd)
        if let tunnel = try Tunnel(in: captured, at: start, of: header.payloadProtocol) {
            return try enter(tunnel, in: bytes)
        }
        let content = IPPayload(
            header: header,
            encapsulation: encapsulation,
            bytes: payload,
            missingByteCount: missing
        )
        return .whole(content)
    }

    @_lifetime(copy bytes)
    private mutating func enter(_ tunnel: Tunnel, in bytes: Span<UInt8>) throws(DecodeError)
        -> IPPacket
    {
        offset = tunnel.offset
        guard encapsulation.tunnelCount < IPPacket.maximumTunnels else {
            throw DecodeError(
                layer: .tunnel,
                problem: .malformed,
                offset: offset,
                required: 0,
                available: 0
            )
        }
        encapsulation.enterTunnel(network: tunnel.network)
        let link: LinkHeader
        if tunnel.etherType == .bridged {
            link = try LinkHeader(decoding: bytes, at: offset, linkType: .ethernet)
            // The frame inside has nothing to do with the VLANs outside.
            encapsulation.vlans = link.vlans
        } else {
            link = try LinkHeader(decoding: bytes, at: offset, etherType: tunnel.etherType)
        }
        offset = link.offset
        return try follow(link.etherType, in: bytes)
    }
}
