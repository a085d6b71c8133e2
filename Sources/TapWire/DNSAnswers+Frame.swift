extension DNSAnswers {
    /// The ports of DNS, of multicast DNS (RFC 6762) and of LLMNR (RFC 4795).
    @inlinable
    static func isPort(_ port: UInt16) -> Bool { port == 53 || port == 5353 || port == 5355 }

    /// Whether the frame may hold a DNS response, judged by a few of its octets.
    ///
    /// True for all of which `init(in:)` could make something: Ethernet with at most two VLAN tags, IPv4 or IPv6
    /// without extension headers, and UDP or TCP from one of the ports.
    @inlinable
    public static func mayBe(in frame: borrowing Frame) -> Bool {
        let octets = frame.bytes
        guard frame.metadata.linkType == .ethernet, octets.count >= 62 else { return false }
        var packet = 14
        for _ in 0..<2 where isTag(octets.uint16(at: packet &- 2)) { packet &+= 4 }
        let ports: Int
        let transport: UInt8
        switch octets.uint16(at: packet &- 2) {
        case 0x0800:
            ports = packet &+ Int(octets[packet] & 15) &* 4
            transport = octets[packet &+ 9]
        case 0x86DD:
            ports = packet &+ 40
            transport = octets[packet &+ 6]
        default: return false
        }
        guard transport == 17 || transport == 6, ports &+ 20 <= octets.count else { return false }
        return isPort(octets.uint16(at: ports))
    }

    @inlinable
    static func isTag(_ type: UInt16) -> Bool { type == 0x8100 || type == 0x88A8 }

    /// The answers in a frame: in a UDP datagram, or in a TCP segment that holds a whole message.
    ///
    /// - Returns: nil if it holds none, or is a fragment.
    @_lifetime(copy frame)
    public init?(in frame: borrowing Frame) {
        guard Self.mayBe(in: frame), let packet = try? IPPacket(decoding: frame),
            case .whole(let content) = packet
        else { return nil }
        let octets = content.bytes
        switch content.header.payloadProtocol {
        case .udp where octets.count >= 8:
            guard Self.isPort(octets.uint16(at: 0)) else { return nil }
            self.init(octets.extracting(droppingFirst: 8))
        case .tcp:
            guard let header = try? TCPHeader(decoding: octets, at: 0),
                Self.isPort(header.sourcePort),
                let message = Self.message(
                    inSegment: octets.extracting(droppingFirst: header.byteCount)
                )
            else { return nil }
            self.init(message)
        default: return nil
        }
    }

    /// The message behind its length (RFC 1035 section 4.2.2), if a segment holds nothing but it.
    @_lifetime(copy payload)
    private static func message(inSegment payload: Span<UInt8>) -> Span<UInt8>? {
        guard payload.count >= 2, Int(payload.uint16(at: 0)) == payload.count - 2 else {
            return nil
        }
        return payload.extracting(droppingFirst: 2)
    }
}
