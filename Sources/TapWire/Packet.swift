/// A TCP segment and where it came from and goes to.
public struct TCPSegment: ~Escapable {
    /// The sender.
    public let source: Endpoint
    /// The receiver.
    public let destination: Endpoint
    /// What stood around the packet.
    public let encapsulation: Encapsulation
    /// The header.
    public let header: TCPHeader
    /// The octets it carries, as many as were captured.
    public let payload: Span<UInt8>
    /// How many octets it carried behind these that were not captured.
    public let missingByteCount: Int
    /// The time to live or hop limit of its packet.
    public let hopLimit: UInt8

    /// Looks at a segment.
    @_lifetime(copy payload)
    public init(
        source: Endpoint,
        destination: Endpoint,
        encapsulation: Encapsulation,
        header: TCPHeader,
        payload: Span<UInt8>,
        missingByteCount: Int = 0,
        hopLimit: UInt8 = 64
    ) {
        self.source = source
        self.destination = destination
        self.encapsulation = encapsulation
        self.header = header
        self.payload = payload
        self.missingByteCount = missingByteCount
        self.hopLimit = hopLimit
    }
}

/// What was found at the end of the way down from the link.
public enum Packet: ~Escapable {
    /// A TCP segment.
    case segment(TCPSegment)
    /// A fragment, whatever it is a fragment of.
    case fragment(IPFragment)
    /// A UDP datagram in which no tunnel begins, its header not looked at.
    case datagram(IPPayload)
    /// An IP packet that carries something else.
    case otherTransport(IPProtocol)
    /// No IP packet.
    case otherNetwork(EtherType)
}

extension Packet {
    /// Goes down from the link to TCP, through VLAN tags and tunnels.
    @_lifetime(copy frame)
    public init(decoding frame: borrowing Frame) throws(DecodeError) {
        try self.init(IPPacket(decoding: frame))
    }

    /// Goes down from the payload of a packet that was put together from fragments.
    @_lifetime(copy payload)
    public init(
        decoding payload: Span<UInt8>,
        of header: IPHeader,
        in encapsulation: Encapsulation
    )
        throws(DecodeError)
    {
        try self.init(IPPacket(decoding: payload, of: header, in: encapsulation))
    }

    @inline(__always)
    @_lifetime(copy packet)
    private init(_ packet: IPPacket) throws(DecodeError) {
        switch packet {
        case .whole(let content):
            switch content.header.payloadProtocol {
            case .tcp: self = .segment(try TCPSegment(decoding: content))
            case .udp: self = .datagram(content)
            case let carried: self = .otherTransport(carried)
            }
        case .fragment(let fragment): self = .fragment(fragment)
        case .other(let type): self = .otherNetwork(type)
        }
    }
}

extension TCPSegment {
    /// Looks at `frame` as nearly every frame with a segment is: in no tunnel, and no fragment.
    ///
    /// The same as `Packet(decoding:)` finds, without the copies that a choice of so many takes.
    ///
    /// - Parameters:
    ///   - frame: The frame.
    ///   - body: Is given the segment.
    /// - Returns: False if it was not called, which says nothing of the frame but that it must go the other way.
    @inline(__always)
    public static func withPlain(
        _ frame: borrowing Frame,
        _ body: (borrowing TCPSegment) -> Void
    ) -> Bool {
        let bytes = frame.bytes
        let wireEnd = max(bytes.count, Int(frame.metadata.wireLength))
        guard let link = try? LinkHeader(decoding: frame),
            let ip = try? IPHeader(plain: link, in: bytes, wireEnd: wireEnd),
            ip.payloadProtocol == .tcp, ip.fragment == nil
        else { return false }
        let start = min(ip.payloadOffset, bytes.count)
        let end = max(start, min(ip.payloadEnd, bytes.count))
        let segment = bytes.extracting(start..<end)
        guard let tcp = try? TCPHeader(decoding: segment) else { return false }
        body(
            TCPSegment(
                tcp,
                of: ip,
                in: Encapsulation(vlans: link.vlans),
                segment,
                missingByteCount: max(0, ip.payloadEnd &- end)
            )
        )
        return true
    }

    /// Reads the header of the segment that `content` is.
    @inline(__always)
    @_lifetime(copy content)
    fileprivate init(decoding content: IPPayload) throws(DecodeError) {
        self.init(
            try TCPHeader(decoding: content.bytes, at: content.header.payloadOffset),
            of: content.header,
            in: content.encapsulation,
            content.bytes,
            missingByteCount: content.missingByteCount
        )
    }

    @inline(__always)
    @_lifetime(copy bytes)
    private init(
        _ tcp: TCPHeader,
        of ip: IPHeader,
        in encapsulation: Encapsulation,
        _ bytes: Span<UInt8>,
        missingByteCount: Int
    ) {
        self.init(
            source: Endpoint(address: ip.source, port: tcp.sourcePort),
            destination: Endpoint(address: ip.destination, port: tcp.destinationPort),
            encapsulation: encapsulation,
            header: tcp,
            payload: bytes.extracting(droppingFirst: tcp.byteCount),
            missingByteCount: missingByteCount,
            hopLimit: ip.hopLimit
        )
    }
}

extension IPHeader {
    /// The header right behind that of the link; nil if it is none of IP.
    @inline(__always)
    fileprivate init?(plain link: LinkHeader, in bytes: Span<UInt8>, wireEnd: Int)
        throws(DecodeError)
    {
        switch link.etherType {
        case .ipv4: try self.init(decodingIPv4: bytes, at: link.offset, wireEnd: wireEnd)
        case .ipv6: try self.init(decodingIPv6: bytes, at: link.offset, wireEnd: wireEnd)
        default: return nil
        }
    }
}
