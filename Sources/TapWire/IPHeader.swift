/// The header of an IPv4 or IPv6 packet, extension headers included.
public struct IPHeader: Hashable, Sendable, BitwiseCopyable {
    /// The sender.
    public private(set) var source: IPAddress
    /// The receiver.
    public private(set) var destination: IPAddress
    /// What the packet carries.
    public private(set) var payloadProtocol: IPProtocol
    /// Where in the frame the payload begins.
    public private(set) var payloadOffset: Int
    /// Where in the frame, as it was on the wire, the payload ends: perhaps behind what was captured.
    public private(set) var payloadEnd: Int
    /// Where the payload stands in its packet, if it is only a fragment of it.
    public private(set) var fragment: FragmentPlace?
    /// Time to live or hop limit.
    public private(set) var hopLimit: UInt8

    /// How many extension headers are followed.
    public static let maximumExtensions = 16

    /// Reads the IPv4 header at `offset`.
    ///
    /// - Parameters:
    ///   - bytes: The octets of the frame that were captured.
    ///   - offset: Where the header begins.
    ///   - wireEnd: Where the frame ended on the wire.
    /// - Throws: `DecodeError` if the octets end before the header does, or make no sense.
    @inline(__always)
    public init(decodingIPv4 bytes: Span<UInt8>, at offset: Int, wireEnd: Int) throws(DecodeError) {
        let available = bytes.count &- offset
        guard available >= 20 else {
            throw DecodeError(layer: .ipv4, offset: offset, required: 20, available: available)
        }
        let headerLength = Int(bytes[offset] & 15) &* 4
        guard bytes[offset] >> 4 == 4, headerLength >= 20 else {
            throw DecodeError(
                layer: .ipv4,
                problem: .malformed,
                offset: offset,
                required: 20,
                available: available
            )
        }
        guard available >= headerLength else {
            throw DecodeError(
                layer: .ipv4,
                offset: offset,
                required: headerLength,
                available: available
            )
        }
        payloadEnd = try Self.end(
            ofIPv4At: offset,
            totalLength: Int(bytes.uint16(at: offset &+ 2)),
            headerLength: headerLength,
            wireEnd: wireEnd
        )
        payloadOffset = offset &+ headerLength
        payloadProtocol = IPProtocol(rawValue: bytes[offset &+ 9])
        hopLimit = bytes[offset &+ 8]
        source = IPAddress(v4: bytes.uint32(at: offset &+ 12))
        destination = IPAddress(v4: bytes.uint32(at: offset &+ 16))
        let place = bytes.uint16(at: offset &+ 6)
        guard place & 0x3FFF != 0 else { return }
        fragment = FragmentPlace(
            identification: UInt32(bytes.uint16(at: offset &+ 4)),
            offset: Int(place & 0x1FFF) &* 8,
            hasMore: place & 0x2000 != 0
        )
    }

    /// A total length of 0 is what segmentation offload leaves behind: the packet is the rest of the frame.
    private static func end(
        ofIPv4At offset: Int,
        totalLength: Int,
        headerLength: Int,
        wireEnd: Int
    ) throws(DecodeError) -> Int {
        guard totalLength != 0 else { return wireEnd }
        guard totalLength >= headerLength else {
            throw DecodeError(
                layer: .ipv4,
                problem: .malformed,
                offset: offset,
                required: headerLength,
                available: totalLength
            )
        }
        // A receiver throws away a packet that is shorter than it says; so do we.
        guard offset &+ totalLength <= wireEnd else {
            throw DecodeError(
                layer: .ipv4,
                offset: offset,
                required: totalLength,
                available: wireEnd &- offset
            )
        }
        return offset &+ totalLength
    }

    /// Reads the IPv6 header at `offset` and the extension headers behind it.
    ///
    /// - Parameters:
    ///   - bytes: The octets of the frame that were captured.
    ///   - offset: Where the header begins.
    ///   - wireEnd: Where the frame ended on the wire.
    /// - Throws: `DecodeError` if the octets end before the header does, or make no sense.
    @inline(__always)
    public init(decodingIPv6 bytes: Span<UInt8>, at offset: Int, wireEnd: Int) throws(DecodeError) {
        let available = bytes.count &- offset
        guard available >= 40 else {
            throw DecodeError(layer: .ipv6, offset: offset, required: 40, available: available)
        }
        guard bytes[offset] >> 4 == 6 else {
            throw DecodeError(
                layer: .ipv6,
                problem: .malformed,
                offset: offset,
                required: 40,
                available: available
            )
        }
        // A length of 0 is that of a jumbogram (RFC 2675) or of segmentation offload: the rest of the frame.
        let length = Int(bytes.uint16(at: offset &+ 4))
        guard offset &+ 40 &+ length <= wireEnd else {
            throw DecodeError(
                layer: .ipv6,
                offset: offset,
                required: 40 &+ length,
                available: wireEnd &- offset
            )
        }
        payloadEnd = length == 0 ? wireEnd : offset &+ 40 &+ length
        payloadOffset = offset &+ 40
        payloadProtocol = IPProtocol(rawValue: bytes[offset &+ 6])
        hopLimit = bytes[offset &+ 7]
        source = IPAddress(
            v6High: bytes.uint64(at: offset &+ 8),
            low: bytes.uint64(at: offset &+ 16)
        )
        destination = IPAddress(
            v6High: bytes.uint64(at: offset &+ 24),
            low: bytes.uint64(at: offset &+ 32)
        )
        if payloadProtocol != .tcp { try followExtensions(in: bytes) }
    }

    /// The header of a packet that was put together from fragments: `payload` begins with what the first one had.
    public init(joining fragment: IPHeader, payload: Span<UInt8>) throws(DecodeError) {
        self = fragment
        self.fragment = nil
        payloadOffset = 0
        payloadEnd = payload.count
        if source.isIPv6 { try followExtensions(in: payload) }
    }

    private mutating func followExtensions(in bytes: Span<UInt8>) throws(DecodeError) {
        for _ in 0..<Self.maximumExtensions {
            guard let length = try extensionLength(in: bytes) else { return }
            if payloadProtocol.rawValue == 44, let place = fragmentPlace(in: bytes) {
                fragment = place
            }
            payloadProtocol = IPProtocol(rawValue: bytes[payloadOffset])
            payloadOffset &+= length
            guard fragment == nil else { return }
        }
        throw DecodeError(
            layer: .ipv6,
            problem: .malformed,
            offset: payloadOffset,
            required: 0,
            available: 0
        )
    }

    /// How long the extension header at `payloadOffset` is; nil if what is there is none.
    private func extensionLength(in bytes: Span<UInt8>) throws(DecodeError) -> Int? {
        let available = min(bytes.count, payloadEnd) &- payloadOffset
        switch payloadProtocol.rawValue {
        // Hop-by-hop, routing, fragment, authentication, destination, mobility, HIP, Shim6 (RFC 7045).
        case 0, 43, 44, 51, 60, 135, 139, 140: break
        default: return nil
        }
        guard available >= 8 else {
            throw DecodeError(
                layer: .ipv6,
                offset: payloadOffset,
                required: 8,
                available: available
            )
        }
        let length =
            switch payloadProtocol.rawValue {
            case 44: 8
            case 51: (Int(bytes[payloadOffset &+ 1]) &+ 2) &* 4
            default: (Int(bytes[payloadOffset &+ 1]) &+ 1) &* 8
            }
        guard available >= length else {
            throw DecodeError(
                layer: .ipv6,
                offset: payloadOffset,
                required: length,
                available: available
            )
        }
        return length
    }

    /// The place that a fragment header gives; nil for a fragment that is the whole packet (RFC 6946).
    private func fragmentPlace(in bytes: Span<UInt8>) -> FragmentPlace? {
        let field = bytes.uint16(at: payloadOffset &+ 2)
        guard field & 0xFFF9 != 0 else { return nil }
        return FragmentPlace(
            identification: bytes.uint32(at: payloadOffset &+ 4),
            offset: Int(field & 0xFFF8),
            hasMore: field & 1 != 0
        )
    }
}
