/// What a reverse lookup has said of an address: the name that whoever owns it gives it, or that it has none.
public struct ReverseName: Hashable, Sendable, Codable {
    /// The address that was asked about.
    public var address: IPAddress
    /// The name in lower case: letters, digits, hyphens and underscores, with dots between the labels, at most 253
    /// octets; nil if there is none.
    public var name: String?

    /// Creates what a lookup has said.
    public init(address: IPAddress, name: String?) {
        self.address = address
        self.name = name
    }

    /// True for text that a response can give as a name.
    public static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                $0 == UInt8(ascii: ".") || DNSReader.hostLetter($0) == $0
            }
    }
}

extension ReverseName {
    /// How many records are looked at: an answer has one, and a few more for a zone that was handed on.
    private static let maximumRecords = 32

    /// Reads a DNS response (RFC 1035 section 4); nil if it says nothing of the name of one address.
    ///
    /// Names are followed from alias to alias, as small networks are handed on by them (RFC 2317), in the order in
    /// which servers and resolvers write them. The first name counts. That there is none is said by the outcome, or by
    /// an answer without a name whose zone is named (RFC 2308 section 2): a referral says nothing, nor does a failure,
    /// nor what is cut off.
    ///
    /// Total, with bounded work; what takes memory is done last.
    public init?(in message: Span<UInt8>) {
        guard var reader = DNSReader(message) else { return nil }
        // A response to a plain query.
        guard reader.flags & 0xF800 == 0x8000, let outcome = Outcome(reader.flags),
            reader.questionCount == 1, let question = reader.nextQuestion(),
            question.recordClass == Self.internet, question.type == RecordType.pointer,
            let address = reader.reversedAddress(at: question.name), !address.isUnspecified
        else { return nil }
        guard outcome == .found else {
            self.init(address: address, name: nil)
            return
        }
        switch Self.answer(to: question, in: &reader) {
        case .name(let name): self.init(address: address, name: name)
        case .noRecord where Self.isZoneNamed(in: &reader): self.init(address: address, name: nil)
        case .noRecord, .nothing: return nil
        }
    }

    /// The outcomes that tell something.
    private enum Outcome {
        case found, noSuchName

        init?(_ flags: UInt16) {
            switch flags & 15 {
            case 0: self = .found
            case 3: self = .noSuchName
            default: return nil
            }
        }
    }

    private enum Answer {
        case name(String)
        /// All answers were seen, and none is a name of any kind.
        case noRecord
        case nothing
    }

    /// The types of records that tell something.
    private enum RecordType {
        static let alias: UInt16 = 5
        static let authority: UInt16 = 6
        static let pointer: UInt16 = 12
    }

    /// The class of the Internet.
    private static let internet: UInt16 = 1
    /// The flag of a response that is not whole.
    private static let truncated: UInt16 = 0x0200

    /// What the answers say; `reader` stands behind them if it is `noRecord`.
    private static func answer(to question: DNSQuestion, in reader: inout DNSReader) -> Answer {
        var owner = question.name
        var hasOtherName = false
        for _ in 0..<min(reader.answerCount, maximumRecords) {
            guard let record = reader.nextRecord() else { return .nothing }
            let isAlias = record.type == RecordType.alias
            guard isAlias || record.type == RecordType.pointer, record.recordClass == internet,
                reader.isSameName(record.owner, owner)
            else { continue }
            guard let name = reader.name(in: record) else { return .nothing }
            if isAlias {
                owner = name
            } else if let host = reader.hostName(at: name) {
                return .name(host)
            } else {
                hasOtherName = true
            }
        }
        let isCut = reader.flags & truncated != 0 || reader.answerCount > maximumRecords
        return hasOtherName || isCut ? .nothing : .noRecord
    }

    /// True if the records behind the answers say whose zone has no such record, as a referral does not.
    private static func isZoneNamed(in reader: inout DNSReader) -> Bool {
        for _ in 0..<min(reader.authorityCount, maximumRecords) {
            guard let record = reader.nextRecord() else { return false }
            if record.type == RecordType.authority { return true }
        }
        return false
    }
}
