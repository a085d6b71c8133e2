public import TapWire

/// Builds DNS responses octet by octet.
public struct DNSMessage: Hashable, Sendable {
    /// Where a record stands.
    public enum Section: Int, Sendable {
        /// What was asked for.
        case answer = 6
        /// Who knows it.
        case authority = 8
        /// What may be of use.
        case additional = 10
    }

    /// The message.
    public private(set) var octets: [UInt8]

    /// A message with one question, for the addresses of `name` unless another type of record is asked for.
    public init(question name: String, type: UInt8 = 1, flags: UInt16 = 0x8180) {
        octets = [0, 1, UInt8(flags >> 8), UInt8(flags & 0xFF), 0, 1, 0, 0, 0, 0, 0, 0]
        octets += Self.name(name) + [0, type, 0, 1]
    }

    /// The response to a reverse lookup of `address`: its name, or that it has none.
    public init(reverse address: IPAddress, name: String?) {
        self.init(
            question: Self.reverse(address),
            type: 12,
            flags: name == nil ? 0x8183 : 0x8180
        )
        // The owner is the question.
        if let name { append(name: [0xC0, 12], type: 12, Self.name(name)) }
    }

    /// The name that a reverse lookup of `address` asks for.
    public static func reverse(_ address: IPAddress) -> String {
        guard address.isIPv6 else {
            return address.octets.reversed().map(String.init).joined(separator: ".")
                + ".in-addr.arpa"
        }
        let nibbles = address.octets.reversed().flatMap { [$0 & 15, $0 >> 4] }
        return nibbles.map { String($0, radix: 16) }.joined(separator: ".") + ".ip6.arpa"
    }

    /// A name as labels, not compressed.
    public static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// Appends a record whose name stands as `name` says.
    public mutating func append(
        name: [UInt8],
        type: UInt8,
        class recordClass: UInt16 = 1,
        _ data: [UInt8],
        section: Section = .answer
    ) {
        octets += name + [0, type, UInt8(recordClass >> 8), UInt8(recordClass & 0xFF), 0, 0, 1, 0]
        octets += [UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
        octets[section.rawValue + 1] += 1
    }

    /// Appends a record of `name`.
    public mutating func append(
        _ name: String,
        type: UInt8,
        class recordClass: UInt16 = 1,
        _ data: [UInt8],
        section: Section = .answer
    ) {
        append(name: Self.name(name), type: type, class: recordClass, data, section: section)
    }

    /// Appends a record of type A or AAAA.
    public mutating func append(_ answer: DNSAnswer, section: Section = .answer) {
        let address = answer.address
        append(answer.name, type: address.isIPv6 ? 28 : 1, address.octets, section: section)
    }

    /// The message in a UDP datagram.
    public func datagram(from port: UInt16) -> [UInt8] {
        let length = UInt16(octets.count + 8)
        return [UInt8(port >> 8), UInt8(port & 0xFF), 0x9C, 0x40, UInt8(length >> 8)]
            + [UInt8(length & 0xFF), 0, 0] + octets
    }

    /// The message behind its length in a TCP segment, without its last `cut` octets.
    public func segment(from source: IPAddress, to destination: IPAddress, cut: Int = 0)
        -> SegmentFields
    {
        let payload = [UInt8(octets.count >> 8), UInt8(octets.count & 0xFF)] + octets
        return SegmentFields(
            from: Endpoint(address: source, port: 53),
            to: Endpoint(address: destination, port: 40_000),
            sequenceNumber: 1,
            payload: Array(payload.dropLast(cut))
        )
    }
}
