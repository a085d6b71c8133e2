/// A question of a DNS message.
struct DNSQuestion {
    /// Where the name begins.
    var name: Int
    var type: UInt16
    var recordClass: UInt16
}

/// A record of a DNS message, by where it lies.
struct DNSRecord {
    /// Where the name of its owner begins.
    var owner: Int
    var type: UInt16
    var recordClass: UInt16
    /// What it says.
    var data: Range<Int>
}

/// Walks over a DNS message (RFC 1035 section 4): its questions, then its records.
///
/// Any octets give records or none: what is damaged or cut off ends the walk.
struct DNSReader: ~Escapable {
    private static let headerByteCount = 12
    private static let maximumNameByteCount = 255

    /// The message.
    let message: Span<UInt8>
    private var position = Self.headerByteCount

    /// Looks at `message`; nil if its header is not there.
    @_lifetime(copy message)
    init?(_ message: Span<UInt8>) {
        guard message.count >= Self.headerByteCount else { return nil }
        self.message = message
    }

    /// What kind of message it is, and the outcome.
    var flags: UInt16 { message.uint16(at: 2) }
    /// How many questions the header promises.
    var questionCount: Int { Int(message.uint16(at: 4)) }
    /// How many answers it promises.
    var answerCount: Int { Int(message.uint16(at: 6)) }
    /// How many records about who knows it.
    var authorityCount: Int { Int(message.uint16(at: 8)) }
    /// How many records it promises in all sections.
    var recordCount: Int { answerCount + authorityCount + Int(message.uint16(at: 10)) }

    /// The next question; nil if there is no more room for one.
    mutating func nextQuestion() -> DNSQuestion? {
        let start = position
        guard let end = end(ofNameAt: start), message.count - end >= 4 else { return nil }
        position = end + 4
        return DNSQuestion(
            name: start,
            type: message.uint16(at: end),
            recordClass: message.uint16(at: end + 2)
        )
    }

    /// The next record; nil if there is no more room for one.
    mutating func nextRecord() -> DNSRecord? {
        let start = position
        guard let end = end(ofNameAt: start), message.count - end >= 10 else { return nil }
        let data = end + 10
        let length = Int(message.uint16(at: end + 8))
        guard length <= message.count - data else { return nil }
        position = data + length
        return DNSRecord(
            owner: start,
            type: message.uint16(at: end),
            recordClass: message.uint16(at: end + 2),
            data: data..<position
        )
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

    // MARK: - Names

    /// Where the name begins that a record says; nil if that is more or less than one name.
    func name(in record: DNSRecord) -> Int? {
        end(ofNameAt: record.data.lowerBound) == record.data.upperBound
            ? record.data.lowerBound : nil
    }

    /// The name of a host at `offset`, in lower case; nil if it is damaged or has other letters than one.
    func hostName(at offset: Int) -> String? {
        var labels = DNSLabels(message, at: offset)
        var letters: [UInt8] = []
        while let label = labels.next() {
            if !letters.isEmpty { letters.append(UInt8(ascii: ".")) }
            for index in label {
                guard let letter = Self.hostLetter(message[index]) else { return nil }
                letters.append(letter)
            }
        }
        guard labels.isWhole, !letters.isEmpty else { return nil }
        return String(decoding: letters, as: UTF8.self)
    }

    /// The octet in lower case, or nil if no host's name has it.
    static func hostLetter(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): octet | 0x20
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            octet
        default: nil
        }
    }

    /// True if the names at both places are the same, whatever the case of their letters (RFC 4343).
    func isSameName(_ one: Int, _ other: Int) -> Bool {
        var labels = DNSLabels(message, at: one)
        var others = DNSLabels(message, at: other)
        while let label = labels.next() {
            guard let other = others.next(), isSameLabel(label, other) else { return false }
        }
        return others.next() == nil && labels.isWhole && others.isWhole
    }

    private func isSameLabel(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
        let (label, other) = (message.extracting(one), message.extracting(other))
        guard label.count == other.count else { return false }
        for index in label.indices
        where label[index].loweredLetter != other[index].loweredLetter { return false }
        return true
    }
}

extension UInt8 {
    /// The octet, a letter of ASCII in lower case.
    var loweredLetter: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
