import TapWire

/// Reads the header of a message, octet by octet, up to the empty line, and keeps the facts of it.
///
/// Limits: `keptField` octets of a field, `headerLimit` octets in all, `keptHops` Received fields.
struct HeaderReader: Sendable {
    /// Octets of a field that are looked at, folded lines included.
    static let keptField = 2_048
    /// Octets after which the rest is not looked at.
    static let headerLimit = 262_144
    /// Received fields that are kept.
    static let keptHops = 20
    /// Octets of a value that are kept.
    private static let keptValue = 512

    /// What was read so far.
    private(set) var facts = MessageFacts()
    /// True if nothing more is looked at.
    private(set) var isDone = false

    private let keepsSubject: Bool
    private var field: [UInt8] = []
    private var octetCount = 0
    private var isLineEmpty = true
    private var isAtLineStart = true

    /// Starts in front of the message.
    init(keepsSubject: Bool) { self.keepsSubject = keepsSubject }

    /// Takes the next octet of the message, its dot-stuffing taken off.
    mutating func take(_ octet: UInt8) {
        guard !isDone else { return }
        octetCount &+= 1
        guard octetCount <= Self.headerLimit else { return stop() }
        switch octet {
        case 0x0A where isLineEmpty: end()
        case 0x0A:
            isLineEmpty = true
            isAtLineStart = true
        case 0x0D: break
        default:
            isLineEmpty = false
            if isAtLineStart, !octet.isBlank { endField() }
            isAtLineStart = false
            if field.count < Self.keptField { field.append(octet) }
        }
    }

    /// Takes the next octets of the message, as far as they belong to the header.
    mutating func take(_ bytes: Span<UInt8>) {
        var index = 0
        while index < bytes.count, !isDone {
            if !isAtLineStart {
                index &+= take(restOfLine: bytes.extracting(droppingFirst: index))
                guard index < bytes.count else { return }
            }
            take(bytes[index])
            index &+= 1
        }
    }

    /// Takes, in the middle of a line, octets up to a line break or NUL.
    ///
    /// - Returns: How many; 0 at such an octet, and where nothing more is looked at.
    mutating func take(restOfLine bytes: Span<UInt8>) -> Int {
        // No further than is read at all: each octet is looked at once.
        let room = min(bytes.count, Self.headerLimit &- octetCount)
        var count = 0
        while count < room, !bytes[count].isBreakOrNUL { count &+= 1 }
        octetCount &+= count
        field.append(bytes.extracting(first: count), limit: Self.keptField)
        return count
    }

    /// Octets of memory that it takes at most.
    ///
    /// Mutating only because the compiler copies the reader to lend it.
    var keptByteCount: Int {
        mutating get { min(octetCount, Self.keptHops &* 3 &* Self.keptValue) }
    }

    /// Forgets all that was read, and reads no more.
    mutating func forget() {
        facts = MessageFacts()
        octetCount = 0
        stop()
    }

    /// Octets are lost, or the message may have ended here: nothing behind it is taken for the header.
    mutating func stop() {
        guard !isDone else { return }
        isDone = true
        // The last field may go on behind the hole.
        field = []
    }

    private mutating func end() {
        endField()
        isDone = true
        facts.isCut = false
    }

    private mutating func endField() {
        defer { field.removeAll(keepingCapacity: true) }
        guard let colon = field.firstIndex(of: UInt8(ascii: ":")) else { return }
        take(name: field[..<colon].trimmed, field[(colon + 1)...].trimmed)
    }

    private mutating func take(name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        if name.equals(ignoringCase: "RECEIVED") {
            facts.hopCount &+= 1
            if facts.hops.count < Self.keptHops { facts.hops.append(MessageHop(received: value)) }
        } else if name.equals(ignoringCase: "MESSAGE-ID") {
            Self.keep(value, in: &facts.identifier)
        } else if name.equals(ignoringCase: "DATE") {
            Self.keep(value, in: &facts.date)
        } else if name.equals(ignoringCase: "SUBJECT") {
            if facts.subjectWords.isEmpty { facts.subjectWords = AddressWords.digests(in: value) }
            if keepsSubject { Self.keep(value, in: &facts.subject) }
        } else if name.equals(ignoringCase: "AUTO-SUBMITTED") {
            Self.keep(value, in: &facts.autoSubmitted)
        } else if name.equals(ignoringCase: "PRECEDENCE") {
            if value.hasPrefix(ignoringCase: "list") { facts.isFromList = true }
        } else if name.hasPrefix(ignoringCase: "LIST-") {
            facts.isFromList = true
            if name.equals(ignoringCase: "LIST-ID") { Self.keep(value, in: &facts.listIdentifier) }
        }
    }

    /// The first of several fields counts.
    private static func keep(_ value: ArraySlice<UInt8>, in place: inout String?) {
        if place == nil { place = String(repairing: value, limit: keptValue) }
    }
}

extension MessageHop {
    /// Reads the value of a Received field: `from NAME (REVERSE [ADDRESS]) by SERVER ...`.
    fileprivate init(received value: ArraySlice<UInt8>) {
        self.init(from: nil, address: nil, by: nil)
        var place = value.startIndex
        var previous = place..<place
        while true {
            while place < value.endIndex, Self.isBetweenWords(value[place]) { place += 1 }
            guard place < value.endIndex else { break }
            let start = place
            while place < value.endIndex, !Self.isBetweenWords(value[place]) { place += 1 }
            if (2...4).contains(previous.count) {
                keep(value[start..<place], behind: value[previous])
            }
            previous = start..<place
        }
        address = Self.address(in: value)
    }

    /// Keeps a word that stands behind `from`, `by` or `id`, the first of each.
    private mutating func keep(_ word: ArraySlice<UInt8>, behind name: ArraySlice<UInt8>) {
        if from == nil, name.equals(ignoringCase: "from") {
            from = String(repairing: word, limit: 255)
        } else if by == nil, name.equals(ignoringCase: "by") {
            by = String(repairing: word, limit: 255)
        } else if identifier == nil, name.equals(ignoringCase: "id") {
            identifier = String(repairing: word, limit: 255)
        }
    }

    private static func isBetweenWords(_ octet: UInt8) -> Bool {
        octet.isBlank || octet == UInt8(ascii: ";")
    }

    /// The first address in square brackets, in front of the server's name.
    private static func address(in value: ArraySlice<UInt8>) -> IPAddress? {
        var rest = value
        while let open = rest.firstIndex(of: UInt8(ascii: "[")) {
            rest = rest[(open + 1)...]
            guard let close = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            var text = rest[..<close]
            if text.hasPrefix(ignoringCase: "IPv6:") { text = text.dropFirst(5) }
            if text.count <= 45, let address = IPAddress(String(decoding: text, as: UTF8.self)) {
                return address
            }
            rest = rest[close...]
        }
        return nil
    }
}
