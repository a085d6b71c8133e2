public import TapWire

/// Builds frames with correct lengths and checksums.
public struct FrameBuilder: Hashable, Sendable {
    /// The destination address of the link.
    public var destination = MACAddress(bits: 0x0200_0000_0002)
    /// The source address of the link.
    public var source = MACAddress(bits: 0x0200_0000_0001)
    /// VLAN tags, outermost first; all but the last get the provider's type.
    public var vlans: [UInt16] = []
    /// Time to live or hop limit.
    public var hopLimit: UInt8 = 64
    /// The identification of IPv4 packets and of fragments.
    public var identification: UInt32 = 1

    /// Creates a builder for plain Ethernet.
    public init() {}

    /// An Ethernet frame around `payload`.
    public func ethernet(_ etherType: EtherType, _ payload: [UInt8]) -> [UInt8] {
        var octets = destination.octets + source.octets
        for (index, vlan) in vlans.enumerated() {
            let type: EtherType = index == vlans.count - 1 ? .vlan : .providerVLAN
            octets += type.rawValue.octets + vlan.octets
        }
        return octets + etherType.rawValue.octets + payload
    }

    /// An IP packet around `payload`, of the version of its addresses, in an Ethernet frame.
    public func ip(
        _ carried: IPProtocol,
        from source: IPAddress,
        to destination: IPAddress,
        _ payload: [UInt8]
    ) -> [UInt8] {
        let packet = packet(carried, from: source, to: destination, payload)
        return ethernet(source.isIPv6 ? .ipv6 : .ipv4, packet)
    }

    /// An IP packet around `payload`, of the version of its addresses.
    public func packet(
        _ carried: IPProtocol,
        from source: IPAddress,
        to destination: IPAddress,
        _ payload: [UInt8],
        place: FragmentPlace? = nil
    ) -> [UInt8] {
        guard source.isIPv6 else { return packet4(carried, source, destination, payload, place) }
        var body = payload
        if let place {
            let field = UInt16(place.offset) | (place.hasMore ? 1 : 0)
            body = [carried.rawValue, 0] + field.octets + place.identification.octets + payload
        }
        let next = place == nil ? carried.rawValue : 44
        return [0x60, 0, 0, 0] + UInt16(truncatingIfNeeded: body.count).octets + [next, hopLimit]
            + source.octets
            + destination.octets + body
    }

    private func packet4(
        _ carried: IPProtocol,
        _ source: IPAddress,
        _ destination: IPAddress,
        _ payload: [UInt8],
        _ place: FragmentPlace?
    ) -> [UInt8] {
        let field = place.map { UInt16($0.offset / 8) | ($0.hasMore ? 0x2000 : 0) } ?? 0x4000
        let number = UInt16(truncatingIfNeeded: place?.identification ?? identification)
        var header: [UInt8] = [0x45, 0]
        header += UInt16(truncatingIfNeeded: 20 + payload.count).octets
        header += number.octets + field.octets
        header += [hopLimit, carried.rawValue, 0, 0] + source.octets + destination.octets
        header.replaceSubrange(10..<12, with: checksum(of: header).octets)
        return header + payload
    }

    /// The fragments of an IP packet around `payload`, each with at most `size` octets of it.
    public func fragments(
        _ carried: IPProtocol,
        from source: IPAddress,
        to destination: IPAddress,
        _ payload: [UInt8],
        size: Int
    ) -> [[UInt8]] {
        let step = max(8, size / 8 * 8)
        return stride(from: 0, to: payload.count, by: step).map { offset in
            let piece = Array(payload[offset..<min(offset + step, payload.count)])
            let hasMore = offset + step < payload.count
            let place = FragmentPlace(
                identification: identification,
                offset: offset,
                hasMore: hasMore
            )
            let packet = packet(carried, from: source, to: destination, piece, place: place)
            return ethernet(source.isIPv6 ? .ipv6 : .ipv4, packet)
        }
    }

    /// A TCP segment in an IP packet in an Ethernet frame.
    public func tcp(_ segment: SegmentFields) -> [UInt8] {
        ip(.tcp, from: segment.source.address, to: segment.destination.address, segment.octets)
    }
}

/// The fields of a TCP segment to be built.
public struct SegmentFields: Hashable, Sendable {
    /// The sender.
    public var source: Endpoint
    /// The receiver.
    public var destination: Endpoint
    /// The sequence number.
    public var sequenceNumber: UInt32
    /// The acknowledgment number.
    public var acknowledgmentNumber: UInt32
    /// The control bits.
    public var flags: TCPFlags
    /// The window.
    public var window: UInt16
    /// Options; their count is made a multiple of four.
    public var options: [UInt8]
    /// The octets.
    public var payload: [UInt8]

    /// Creates the fields of a segment.
    public init(
        from source: Endpoint,
        to destination: Endpoint,
        sequenceNumber: UInt32,
        acknowledgmentNumber: UInt32 = 0,
        flags: TCPFlags = .ack,
        window: UInt16 = 64_240,
        options: [UInt8] = [],
        payload: [UInt8] = []
    ) {
        self.source = source
        self.destination = destination
        self.sequenceNumber = sequenceNumber
        self.acknowledgmentNumber = acknowledgmentNumber
        self.flags = flags
        self.window = window
        self.options = options
        self.payload = payload
    }

    /// The segment with its checksum.
    public var octets: [UInt8] {
        let padded = options + Array(repeating: 0, count: (4 - options.count % 4) % 4)
        var header = source.port.octets + destination.port.octets + sequenceNumber.octets
        header += acknowledgmentNumber.octets
        header += [UInt8(truncatingIfNeeded: ((20 + padded.count) / 4) << 4), flags.rawValue]
        header += window.octets + [0, 0, 0, 0] + padded
        let length = UInt32(header.count + payload.count)
        let pseudo =
            source.address.octets + destination.address.octets + length.octets + [0, 0, 0, 6]
        header.replaceSubrange(16..<18, with: checksum(of: pseudo + header + payload).octets)
        return header + payload
    }
}

/// The Internet checksum (RFC 1071).
func checksum(of octets: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for (index, octet) in octets.enumerated() {
        sum += index.isMultiple(of: 2) ? UInt32(octet) << 8 : UInt32(octet)
        sum = (sum & 0xFFFF) + (sum >> 16)
    }
    return ~UInt16(truncatingIfNeeded: sum)
}

extension FixedWidthInteger {
    /// The octets in network byte order.
    var octets: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: self >> Self($0))
        }
    }
}

extension MACAddress {
    /// The six octets of the address.
    var octets: [UInt8] { Array(bits.octets.dropFirst(2)) }
}

extension IPAddress {
    /// The 4 or 16 octets of the address.
    var octets: [UInt8] {
        isIPv6 ? high.octets + low.octets : UInt32(truncatingIfNeeded: low).octets
    }
}
