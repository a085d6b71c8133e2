/// What a session showed in clear text before TLS, and where it takes place.
public struct ClearFacts: Hashable, Sendable {
    /// Octets of the client's EHLO line with its end.
    public var hello: Int?
    /// Octets of the name in it.
    public var clientName: Int?
    /// Octets of the server's reply to it.
    public var helloReply: Int?
    /// Octets of what the greeting calls the session (Gmail).
    public var session: Int?
    /// Octets of the server's own name.
    public var serverName: Int?
    /// Whose texts the greeting says the server has.
    public var family: ReplyFamily?
    /// True if the server offers PIPELINING, false if not; nil if its keywords were not heard.
    public var isPipelining: Bool?
    /// As `isPipelining`, for CHUNKING.
    public var isChunking: Bool?
    /// True for ports where clients log in (465 and 587).
    public var isSubmission = false
    /// True if the greeting itself is inside TLS (RFC 8314).
    public var isImplicit = false
    /// True for TLS 1.3: the server's session tickets are among its records.
    public var hasTickets = false

    /// Nothing is known.
    public init() {}
}
