public import TapWire

/// What the header of a message says, as far as it tells where the message comes from (RFC 5322); never its body.
public struct MessageFacts: Hashable, Sendable, Codable {
    /// Message-ID, with its angle brackets.
    public var identifier: String?
    /// Date, as written.
    public var date: String?
    /// Subject, as written; only where the configuration asks for subjects.
    public var subject: String?
    /// The digests of the words of the subject that look like addresses (`AddressWords`), the first few.
    public var subjectWords: [UInt64] = []
    /// Auto-Submitted (RFC 3834), such as `auto-replied`.
    public var autoSubmitted: String?
    /// List-Id (RFC 2919).
    public var listIdentifier: String?
    /// True if there is a header field of a mailing list: List-*, or Precedence that says so.
    public var isFromList = false
    /// The servers that took the message before, the latest first; no more than are kept.
    public var hops: [MessageHop] = []
    /// How many servers took the message before (Received fields).
    public var hopCount = 0
    /// True if the header was not seen to its end.
    public var isCut = true

    /// Creates facts of which nothing is known yet.
    public init() {}

    /// How many octets of the wire it holds.
    var byteCount: Int {
        let names = hops.reduce(0) {
            $0 &+ $1.from.byteCount &+ $1.by.byteCount &+ $1.identifier.byteCount
        }
        return identifier.byteCount &+ date.byteCount &+ subject.byteCount
            &+ autoSubmitted.byteCount &+ listIdentifier.byteCount &+ 8 &* subjectWords.count
            &+ names
    }
}

extension String? {
    /// Octets of the text in UTF-8; 0 if there is none.
    fileprivate var byteCount: Int { self?.utf8.count ?? 0 }
}

/// What a Received field claims (RFC 5321 section 4.4); only that of a server one trusts is worth anything.
public struct MessageHop: Hashable, Sendable, Codable {
    /// The name the client gave.
    public var from: String?
    /// The client's address.
    public var address: IPAddress?
    /// The server that took the message.
    public var by: String?
    /// What that server calls the message: often its name in the queue.
    public var identifier: String?

    /// Creates a hop.
    public init(from: String?, address: IPAddress?, by: String?, identifier: String? = nil) {
        self.from = from
        self.address = address
        self.by = by
        self.identifier = identifier
    }
}
