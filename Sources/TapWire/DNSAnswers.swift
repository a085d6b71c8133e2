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
    private var reader: DNSReader
    private var recordsLeft: Int

    /// Looks at `message`; nil if it is no successful response to a plain query.
    @_lifetime(copy message)
    public init?(_ message: Span<UInt8>) {
        guard var reader = DNSReader(message) else { return nil }
        // Response, operation and outcome.
        guard reader.flags & 0xF80F == 0x8000 else { return nil }
        for _ in 0..<reader.questionCount {
            guard reader.nextQuestion() != nil else { return nil }
        }
        recordsLeft = reader.recordCount
        self.reader = reader
    }

    /// The next address with a name, or nil at the end.
    public mutating func next() -> DNSAnswer? {
        while recordsLeft > 0 {
            recordsLeft -= 1
            guard let record = reader.nextRecord() else { break }
            // The highest bit of the class tells caches of multicast DNS to forget (RFC 6762 section 10.2).
            guard record.recordClass & 0x7FFF == 1, let address = address(in: record),
                !address.isUnspecified, let name = reader.hostName(at: record.owner)
            else { continue }
            return DNSAnswer(name: name, address: address)
        }
        recordsLeft = 0
        return nil
    }

    /// The address in a record of type A or AAAA.
    private func address(in record: DNSRecord) -> IPAddress? {
        let message = reader.message
        let offset = record.data.lowerBound
        return switch (record.type, record.data.count) {
        case (1, 4): IPAddress(v4: message.uint32(at: offset))
        case (28, 16):
            IPAddress(v6High: message.uint64(at: offset), low: message.uint64(at: offset + 8))
        default: nil
        }
    }
}
