/// Puts the messages of one side's handshake together from the fragments of its records, while they are in the clear.
///
/// Only messages that are read are kept, each up to `Kind.keptByteCount`; others are passed over by their lengths.
struct TLSHandshakeReader: Sendable {
    private var head: [UInt8] = []
    /// Octets of the message that are still to come; nil while its head is read.
    private var remaining: Int?
    private var kind: TLSHandshakeMessage.Kind?
    private var body: [UInt8] = []
    /// True if no more messages can be read.
    private(set) var isDone = false

    /// How many octets at most the next call of `take` may be given: up to the end of a head or of a message.
    var wanted: Int { remaining ?? 4 &- head.count }

    /// Takes the next octets, at most as many as are wanted; returns the message that they complete.
    mutating func take(_ octets: Span<UInt8>) -> TLSHandshakeMessage? {
        guard let left = remaining else {
            head.append(octets, limit: 4)
            var reader = OctetReader(head[...])
            guard let type = reader.uint8(), let length = reader.uint24() else { return nil }
            head.removeAll(keepingCapacity: true)
            kind = TLSHandshakeMessage.Kind(rawValue: type)
            remaining = length
            return length == 0 ? complete() : nil
        }
        if let kind { body.append(octets, limit: kind.keptByteCount) }
        remaining = max(0, left &- octets.count)
        return octets.count >= left ? complete() : nil
    }

    private mutating func complete() -> TLSHandshakeMessage? {
        defer {
            remaining = nil
            body = []
        }
        return kind.map { TLSHandshakeMessage(kind: $0, body: body) }
    }

    /// What follows is encrypted, or cannot be read any more.
    mutating func end() { self = TLSHandshakeReader(isDone: true) }

    /// Stands before the first message.
    init() {}

    private init(isDone: Bool) { self.isDone = isDone }
}
