/// The header of an ICMP or ICMPv6 message, and what an error quotes.
///
/// Sources: RFC 792, RFC 4443.
public struct ICMPHeader: Hashable, Sendable, BitwiseCopyable {
    /// Whose packet an error is about.
    public struct Quotation: Hashable, Sendable, BitwiseCopyable {
        /// TCP or UDP.
        public var transport: IPProtocol
        /// Who sent the packet.
        public var source: Endpoint
        /// Whom it was for.
        public var destination: Endpoint
    }

    /// What the message is.
    public private(set) var type: UInt8
    /// What it says more closely.
    public private(set) var code: UInt8
    /// The packet that an error quotes, if it is TCP or UDP and quoted as far as its ports.
    public private(set) var quotation: Quotation?

    /// Octets before what is quoted.
    private static let byteCount = 8
    /// Behind the longest packet there may be: quoted packets are cut short, which is no mistake here.
    private static let quotedEnd = 1 << 20

    /// Reads the message that `content` is.
    ///
    /// - Returns: nil if it is no ICMP message.
    /// - Throws: `DecodeError` if the octets end before the header does.
    public init?(decoding content: borrowing IPPayload) throws(DecodeError) {
        let bytes = content.bytes
        let carried = content.header.payloadProtocol
        guard carried == .icmp || carried == .icmpv6 else { return nil }
        guard bytes.count >= Self.byteCount else {
            throw DecodeError(
                layer: .icmp,
                offset: content.header.payloadOffset,
                required: Self.byteCount,
                available: bytes.count
            )
        }
        type = bytes[0]
        code = bytes[1]
        guard Self.isError(type, carried) else { return }
        let ip =
            try? carried == .icmp
            ? IPHeader(decodingIPv4: bytes, at: Self.byteCount, wireEnd: Self.quotedEnd)
            : IPHeader(decodingIPv6: bytes, at: Self.byteCount, wireEnd: Self.quotedEnd)
        if let ip { quotation = Quotation(of: ip, in: bytes) }
    }

    /// Unreachable, source quench, redirect, time exceeded and parameter problem; ICMPv6 numbers all errors below 128.
    private static func isError(_ type: UInt8, _ carried: IPProtocol) -> Bool {
        guard carried == .icmp else { return type < 128 }
        return type == 3 || type == 4 || type == 5 || type == 11 || type == 12
    }
}

extension ICMPHeader.Quotation {
    /// The two ends of the packet with the header `ip`; nil if it has no ports, or they are not there.
    fileprivate init?(of ip: IPHeader, in bytes: Span<UInt8>) {
        guard ip.fragment.map({ $0.offset == 0 }) ?? true else { return nil }
        guard ip.payloadOffset <= bytes.count,
            let ports = TransportPorts(
                of: ip.payloadProtocol,
                in: bytes.extracting(droppingFirst: ip.payloadOffset)
            )
        else {
            return nil
        }
        transport = ip.payloadProtocol
        source = Endpoint(address: ip.source, port: ports.source)
        destination = Endpoint(address: ip.destination, port: ports.destination)
    }
}
