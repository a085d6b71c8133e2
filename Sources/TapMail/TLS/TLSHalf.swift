/// One side of a TLS connection: its records, and the handshake in them while that is in the clear.
struct TLSHalf: Sendable {
    /// What some octets have brought.
    struct Step: Sendable {
        /// How many octets they were.
        var consumed = 0
        /// What could be read in them.
        var content: Content?
        /// The record that they have ended.
        var record: TLSRecordHead?
        /// True if records of this side before that one are unknown.
        var followsLoss = false
    }

    /// What can be read.
    enum Content: Sendable {
        case message(TLSHandshakeMessage)
        /// The hello of SSL 2.0, without its version.
        case version2Hello([UInt8], version: UInt16)
        case alert(level: UInt8, description: UInt8)
    }

    private(set) var records = TLSRecordReader()
    private var messages = TLSHandshakeReader()
    /// An alert, or a hello of SSL 2.0.
    private var kept: [UInt8] = []
    /// True if records are unknown since the last one that was told.
    private var followsLoss = false
    /// True once this side has said that it goes on encrypted.
    private(set) var hasChangedCipher = false
    /// True once a message of the handshake came behind that: `Finished`.
    private(set) var hasFinished = false
    /// True once application data came that is longer than an alert that TLS 1.3 hides among it.
    private(set) var hasSentData = false

    /// An alert under TLS 1.3: two octets, one of kind, 16 of the tag.
    private static let hiddenAlertLength = 19
    /// Octets of a hello of SSL 2.0 that are kept.
    private static let keptHello = 16_384

    /// Stands before the first record.
    init() {}

    /// Takes a part of `bytes`, at least one octet.
    mutating func take(from bytes: Span<UInt8>) -> Step {
        var rest = bytes
        if records.current?.type == .handshake, !messages.isDone {
            rest = bytes.extracting(first: messages.wanted)
        }
        let (consumed, piece) = records.take(from: rest)
        var step = Step(consumed: consumed)
        switch piece {
        case .head: break
        case .fragment(let head): step.content = read(rest.extracting(first: consumed), of: head)
        case .record(let head):
            if head.length > 0 {
                step.content = read(rest.extracting(first: consumed), of: head)
            }
            step.content = end(of: head) ?? step.content
            tell(head, in: &step)
        case .lost: lose()
        }
        return step
    }

    /// Octets are lost; the step says if they ended a record all the same.
    mutating func lose(byteCount: Int?) -> Step {
        var step = Step()
        switch records.lose(byteCount: byteCount) {
        case .inside(let head): tear(head)
        case .completed(let head):
            tear(head)
            _ = end(of: head)
            tell(head, in: &step)
        case .lost: lose()
        }
        return step
    }

    /// What follows in this side's handshake is not read.
    mutating func endHandshake() { messages.end() }

    private mutating func lose() {
        messages.end()
        kept = []
        followsLoss = true
    }

    /// A part of a record's fragment is lost.
    private mutating func tear(_ head: TLSRecordHead) {
        if head.type == .handshake { messages.end() }
        kept = []
    }

    private mutating func tell(_ head: TLSRecordHead, in step: inout Step) {
        step.record = head
        step.followsLoss = followsLoss
        followsLoss = false
    }

    private mutating func read(_ octets: Span<UInt8>, of head: TLSRecordHead) -> Content? {
        switch head.type {
        case .handshake:
            guard !messages.isDone else { return nil }
            return messages.take(octets).map { .message($0) }
        case .alert: kept.append(octets, limit: 2)
        case .version2Hello: kept.append(octets, limit: Self.keptHello)
        case .changeCipherSpec, .applicationData, .heartbeat: break
        }
        return nil
    }

    /// A record has ended; returns what was kept of it.
    private mutating func end(of head: TLSRecordHead) -> Content? {
        switch head.type {
        case .alert, .version2Hello:
            let octets = kept
            kept = []
            return head.type == .alert
                ? Self.alert(octets, of: head) : .version2Hello(octets, version: head.version)
        case .changeCipherSpec: hasChangedCipher = true
        case .handshake: hasFinished = hasFinished || hasChangedCipher
        case .applicationData:
            hasSentData = hasSentData || head.length > Self.hiddenAlertLength
        case .heartbeat: break
        }
        return nil
    }

    /// An alert in the clear has two octets; an encrypted one has more (RFC 8446 section 6).
    private static func alert(_ octets: [UInt8], of head: TLSRecordHead) -> Content? {
        guard head.length == 2, let level = octets.first, let description = octets.last,
            octets.count == 2
        else { return nil }
        return .alert(level: level, description: description)
    }
}
