import DequeModule

/// The headers of messages that are sent in chunks (RFC 3030), each until the reply to its last chunk comes.
///
/// Once octets of the client are lost it is no longer certain which message a chunk belongs to, and nothing is told.
struct ChunkedHeaders: Sendable {
    private var reader: HeaderReader?
    // Asked with every segment, for which the reader is too large.
    /// True if there is a `reader`.
    private var isBegun = false
    /// True until it has come to the end of the header.
    private var isInHeader = false
    private var isLastChunk = false
    /// Octets of the chunk that are still to come.
    private var remaining: UInt64 = 0
    private var ended: Deque<MessageFacts> = []
    /// Octets of memory that the headers in `ended` take, about.
    private var endedByteCount = 0
    /// What `reader` takes.
    private var headerByteCount = 0
    private var isLost = false

    /// Messages that wait for their reply at most.
    private static let limit = 64

    /// A chunk of `size` follows.
    mutating func begin(_ size: SMTPChunkSize, keepsSubject: Bool) {
        guard !isLost else { return }
        if !isBegun {
            reader = HeaderReader(keepsSubject: keepsSubject)
            (isBegun, isInHeader) = (true, true)
            headerByteCount = 0
        }
        isLastChunk = size.isLast
        remaining = size.byteCount
        endIfComplete()
    }

    /// Takes octets of the chunk.
    mutating func take(_ bytes: Span<UInt8>) {
        guard isBegun else { return }
        if isInHeader { readHeader(bytes) }
        remaining &-= min(remaining, UInt64(bytes.count))
        endIfComplete()
    }

    /// Takes octets of the chunk that neither belong to a header nor end the chunk; false, with nothing taken, of all others.
    mutating func takeText(byteCount: Int) -> Bool {
        guard isBegun, !isInHeader, remaining > UInt64(byteCount) else { return false }
        remaining &-= UInt64(byteCount)
        return true
    }

    /// What the header of the message says whose last chunk has its reply now.
    mutating func takeFacts() -> MessageFacts? {
        guard let facts = ended.popFirst() else { return nil }
        endedByteCount &-= Self.weight(of: facts)
        return facts
    }

    /// The message begun in chunks is given up.
    mutating func reset() {
        reader = nil
        isBegun = false
    }

    /// Octets of memory that the headers take, about.
    ///
    /// Asked after each event, so that nothing is counted here.
    var keptByteCount: Int {
        endedByteCount &+ (isBegun ? headerByteCount : 0)
    }

    private static func weight(of facts: MessageFacts) -> Int {
        facts.byteCount &+ MemoryLayout<MessageFacts>.stride
    }

    /// Octets of the client are lost.
    mutating func lose() {
        isLost = true
        reset()
        ended = []
        endedByteCount = 0
    }

    private mutating func readHeader(_ bytes: Span<UInt8>) {
        guard var reader = reader.take() else { return }
        reader.take(bytes)
        isInHeader = !reader.isDone
        headerByteCount = reader.keptByteCount
        self.reader = reader
    }

    private mutating func endIfComplete() {
        guard remaining == 0, isLastChunk, isBegun, let finished = reader else { return }
        reset()
        guard ended.count < Self.limit else { return lose() }
        let facts = finished.facts
        endedByteCount &+= Self.weight(of: facts)
        ended.append(facts)
    }
}
