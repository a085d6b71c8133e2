import FuzzSupport
import TapFlow
import TapWire

/// Decodes one frame: two octets of link type, two of wire length, then the frame.
@main
struct FrameFuzzer: FuzzTarget {
    static func test(_ octets: Span<UInt8>) {
        guard octets.count >= 4 else { return }
        let bytes = octets.extracting(droppingFirst: 4)
        let linkType = LinkType(rawValue: octets.uint16(at: 0))
        let metadata = FrameMetadata(
            arrival: Timestamp(nanoseconds: 0),
            sequence: 0,
            wireLength: UInt32(octets.uint16(at: 2)),
            ingress: PortIndex(rawValue: 0),
            linkType: linkType
        )
        let frame = Frame(bytes, metadata)
        var everything = FlowSelection { $0.first != $0.second }
        let isSelected = everything.contains(frame)
        var plainPayload: Int?
        _ = TCPSegment.withPlain(frame) { plainPayload = $0.payload.count }
        guard let packet = try? Packet(decoding: frame) else {
            return precondition(plainPayload == nil)
        }
        switch packet {
        case .segment(let segment):
            precondition(isSelected || segment.source == segment.destination)
            precondition(segment.payload.count <= bytes.count && segment.missingByteCount >= 0)
            precondition(segment.missingByteCount <= Int(metadata.wireLength))
            precondition(segment.encapsulation.tunnelCount <= IPPacket.maximumTunnels)
            precondition(plainPayload == nil || plainPayload == segment.payload.count)
        case .fragment(let fragment):
            precondition(fragment.payload.count <= bytes.count && fragment.missingByteCount >= 0)
            precondition(plainPayload == nil)
            _ = try? Packet(
                decoding: fragment.payload,
                of: fragment.header,
                in: fragment.encapsulation
            )
        case .datagram(let content):
            precondition(content.bytes.count <= bytes.count && content.missingByteCount >= 0)
            precondition(plainPayload == nil)
        case .otherNetwork, .otherTransport: precondition(plainPayload == nil)
        }
        let text = String(wire: bytes, limit: 64)
        precondition(text.utf8.count <= 64)
        if let address = IPAddress(text) { precondition(IPAddress(address.description) == address) }
        _ = (IPNetwork(text), Endpoint(text), MACAddress(text), Timestamp(rfc3339: text))
    }
}
