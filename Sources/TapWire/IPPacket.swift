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
    @inline(__always)
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

    @inline(__always)
    @_lifetime(copy bytes)
    mutating func follow(_ etherType: EtherType, in bytes: Span<UInt8>) throws(DecodeError)
        -> IPPacket
    {
        var etherType = etherType
        while true {
            switch etherType {
            case .ipv4:
                let header = try IPHeader(decodingIPv4: bytes, at: offset, wireEnd: end)
                guard let tunnel = try take(header, in: bytes) else {
                    return content(header, in: bytes)
                }
                etherType = try enter(tunnel, in: bytes)
            case .ipv6:
                let header = try IPHeader(decodingIPv6: bytes, at: offset, wireEnd: end)
                guard let tunnel = try take(header, in: bytes) else {
                    return content(header, in: bytes)
                }
                etherType = try enter(tunnel, in: bytes)
            case .bridged:
                etherType = try enter(Tunnel(etherType: .bridged, offset: offset), in: bytes)
            default:
                return .other(etherType)
            }
        }
    }

    /// Goes on inside a packet that was put together from fragments.
    @_lifetime(copy bytes)
    mutating func follow(_ header: IPHeader, in bytes: Span<UInt8>) throws(DecodeError) -> IPPacket
    {
        guard let tunnel = try take(header, in: bytes) else { return content(header, in: bytes) }
        return try follow(enter(tunnel, in: bytes), in: bytes)
    }

    /// Steps behind a header; returns the tunnel that begins there, if one does.
    private mutating func take(_ header: IPHeader, in bytes: Span<UInt8>) throws(DecodeError)
        -> Tunnel?
    {
        offset = header.payloadOffset
        end = header.payloadEnd
        guard header.fragment == nil else { return nil }
        let start = min(offset, bytes.count)
        return try Tunnel(
            in: bytes.extracting(first: capturedEnd(in: bytes)),
            at: start,
            of: header.payloadProtocol
        )
    }

    private func capturedEnd(in bytes: Span<UInt8>) -> Int {
        max(min(offset, bytes.count), min(end, bytes.count))
    }

    /// What the packet behind `header` is, in which no tunnel begins.
    @inline(__always)
    @_lifetime(copy bytes)
    private func content(_ header: IPHeader, in bytes: Span<UInt8>) -> IPPacket {
        let capturedEnd = capturedEnd(in: bytes)
        let payload = bytes.extracting(min(offset, bytes.count)..<capturedEnd)
        let missing = max(0, end &- capturedEnd)
        guard let place = header.fragment else {
            return .whole(
                IPPayload(
                    header: header,
                    encapsulation: encapsulation,
                    bytes: payload,
                    missingByteCount: missing
                )
            )
        }
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

    /// Goes into a tunnel, and returns what it carries.
    private mutating func enter(_ tunnel: Tunnel, in bytes: Span<UInt8>) throws(DecodeError)
        -> EtherType
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
        return link.etherType
    }
}
