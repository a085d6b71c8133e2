/// An address that a DNS response gives for a name.
public struct DNSAnswer: Hashable, Sendable {
    /// The name in lower case: letters, digits, hyphens and underscores, with dots between the labels.
    public var name: String
    /// One of its addresses.
    public var address: IPAddress

    /// Creates an answer.
    public init(name: String, address: IPAddress) {
        self.name = name
        self.address = address
    }
}

/// Walks over the addresses in a DNS response (RFC 1035 section 4, RFC 3596), in all its sections.
///
/// Any octets give answers or none: what is damaged ends the walk, and what is cut off gives the answers before the
/// cut. A name leads backwards only, so that none leads in a circle. Names with other letters than
/// `DNSAnswer.name` may have are passed over, as are the addresses 0.0.0.0 and ::, with which filters block a name.
public struct DNSAnswers: ~Escapable {
    private let message: Span<UInt8>
    private var position = Self.headerByteCount
    private var recordsLeft: Int

    static let headerByteCount = 12
    /// The longest name, in octets of a message (RFC 1035 section 2.3.4).
    private static let maximumNameByteCount = 255

    /// Looks at `message`; nil if it is no successful response to a plain query.
    @_lifetime(copy message)
    public init?(_ message: Span<UInt8>) {
        guard message.count >= Self.headerByteCount else { return nil }
        // Response, operation and outcome.
        guard message.uint16(at: 2) & 0xF80F == 0x8000 else { return nil }
        self.message = message
        recordsLeft = [6, 8, 10].reduce(0) { $0 + Int(message.uint16(at: $1)) }
        for _ in 0..<message.uint16(at: 4) {
            guard let end = self.end(ofNameAt: position), message.count - end >= 4 else {
                return nil
            }
            position = end + 4
        }
    }

    /// The next address with a name, or nil at the end.
    public mutating func next() -> DNSAnswer? {
        while recordsLeft > 0 {
            recordsLeft -= 1
            let start = position
            guard let nameEnd = end(ofNameAt: start), message.count - nameEnd >= 10 else { break }
            let data = nameEnd + 10
            let length = Int(message.uint16(at: nameEnd + 8))
            guard length <= message.count - data else { break }
            position = data + length
            // The highest bit of the class tells caches of multicast DNS to forget (RFC 6762 section 10.2).
            let isInternet = message.uint16(at: nameEnd + 2) & 0x7FFF == 1
            let type = message.uint16(at: nameEnd)
            guard isInternet, let address = address(ofType: type, at: data, length),
                !address.isUnspecified, let name = name(at: start)
            else { continue }
            return DNSAnswer(name: name, address: address)
        }
        recordsLeft = 0
        return nil
    }

    /// The address in a record of type A or AAAA.
    private func address(ofType type: UInt16, at offset: Int, _ length: Int) -> IPAddress? {
        switch (type, length) {
        case (1, 4): IPAddress(v4: message.uint32(at: offset))
        case (28, 16):
            IPAddress(v6High: message.uint64(at: offset), low: message.uint64(at: offset + 8))
        default: nil
        }
    }

    /// Where the name at `offset` ends, its compression not followed.
    private func end(ofNameAt offset: Int) -> Int? {
        var position = offset
        while position < message.count, position - offset < Self.maximumNameByteCount {
            let length = Int(message[position])
            switch length {
            case 0: return position + 1
            case 1..<64: position += length + 1
            case 192...: return position + 2 <= message.count ? position + 2 : nil
            default: return nil
            }
        }
        return nil
    }

    /// The name at `offset`, or nil if it is damaged or has other letters than a host's name.
    private func name(at offset: Int) -> String? {
        var letters: [UInt8] = []
        var position = offset
        // Where this run of labels began: a pointer must lead before it.
        var runStart = offset
        while position < message.count, letters.count < Self.maximumNameByteCount {
            let length = Int(message[position])
            position += 1
            switch length {
            case 0:
                // Without the first length and the end.
                let isHost = !letters.isEmpty && letters.count <= Self.maximumNameByteCount - 2
                return isHost ? String(decoding: letters, as: UTF8.self) : nil
            case 1..<64:
                guard length <= message.count - position else { return nil }
                if !letters.isEmpty { letters.append(UInt8(ascii: ".")) }
                for index in position..<position + length {
                    guard let letter = Self.hostLetter(message[index]) else { return nil }
                    letters.append(letter)
                }
                position += length
            case 192...:
                guard position < message.count else { return nil }
                let target = (length & 0x3F) << 8 | Int(message[position])
                guard target < runStart else { return nil }
                runStart = target
                position = target
            default: return nil
            }
        }
        return nil
    }

    /// The octet in lower case, or nil if no host's name has it.
    private static func hostLetter(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): octet | 0x20
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            octet
        default: nil
        }
    }
}
