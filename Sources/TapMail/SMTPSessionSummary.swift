public import TapFlow

/// Which dialect of SMTP a session speaks.
public enum SMTPProtocol: String, Sendable, Codable {
    case smtp
    /// Port 587 (RFC 6409).
    case submission
    /// TLS from the first octet (RFC 8314).
    case smtps
    /// RFC 2033.
    case lmtp
}

/// How far STARTTLS went.
public enum STARTTLSState: String, Sendable, Codable {
    /// The server named it in its EHLO reply.
    case offered
    /// The client asked and the server refused.
    case refused
    /// The server agreed and TLS records followed.
    case established
}

/// One attempt to log in.
///
/// The secret is never kept.
public struct SMTPLogin: Hashable, Sendable, Codable {
    /// The SASL mechanism in upper case.
    public var mechanism: String
    /// The user's name where the mechanism shows it.
    public var user: String?
    /// The server's final reply; nil if never seen.
    public var code: Int?

    /// Creates an attempt.
    public init(mechanism: String, user: String?, code: Int?) {
        self.mechanism = mechanism
        self.user = user
        self.code = code
    }
}

/// A whole connection, told when it ends (CONTRACT: `event_type` `smtp_session`).
public struct SMTPSessionSummary: Hashable, Sendable, Codable {
    /// The dialect.
    public var dialect: SMTPProtocol
    /// The side of the flow that is the client.
    public var client: Side
    /// The text of the greeting; nil if never seen.
    public var banner: String?
    /// The code of the greeting; nil if never seen.
    public var bannerCode: Int?
    /// The last name the server accepted in HELO, EHLO or LHLO; nil if none was.
    public var helo: String?
    /// The keywords of the last EHLO reply, with their parameters.
    public var capabilities: [String]
    /// What the server said to the last EHLO or LHLO before TLS; nil if it never was accepted there.
    public var offer: ServerOffer?
    /// The same behind 220 to STARTTLS, where a capture shows it in clear; nil where it does not.
    public var securedOffer: ServerOffer? {
        @inlinable _read { yield rare.value.securedOffer }
        set { setRare(\.securedOffer, to: newValue) }
    }
    /// The server's last answer to STARTTLS; nil if it was never asked or never seen.
    public var startTLSAnswer: STARTTLSAnswer? {
        @inlinable _read { yield rare.value.startTLSAnswer }
        set { setRare(\.startTLSAnswer, to: newValue) }
    }
    /// How far STARTTLS went; nil if it never came up.
    public var startTLS: STARTTLSState?
    /// What TLS showed of itself.
    public var tls: TLSFacts? {
        @inlinable _read { yield rare.value.tls }
        set { setRare(\.tls, to: newValue) }
    }
    /// How long the server took to answer.
    public var replyTimes = SMTPReplyTimes()
    /// Attempts to log in, in order.
    public var logins: [SMTPLogin]
    /// Mail transactions seen.
    public var transactions: Int
    /// Transactions that ended with `accepted`.
    public var accepted: Int
    /// Transactions that ended with `rejected`.
    public var rejected: Int
    /// Octets the client sent, those inside TLS too.
    public var clientOctets: UInt64
    /// Octets the server sent, those inside TLS too.
    public var serverOctets: UInt64
    /// Holes in either stream.
    public var gaps: Int
    /// True if the session was picked up in the middle.
    public var isMidstream: Bool
    /// True if of one side no frame was seen, or nothing but holes; one that answered and said nothing was seen.
    public var isOneSided: Bool
    /// The client's address as a proxy in between gave it (PROXY protocol, XCLIENT); nil if none did.
    public var proxiedClient: String? {
        @inlinable _read { yield rare.value.proxiedClient }
        set { setRare(\.proxiedClient, to: newValue) }
    }
    /// What was odd, each named once: `line_too_long`, `plaintext_after_starttls`, ...
    public var anomalies: [String]
    /// What the lengths of its records tell of what was said inside TLS; nil if there was none, or nothing to tell.
    public var inferred: InferredSession? {
        @inlinable _read { yield rare.value.inferred }
        set { setRare(\.inferred, to: newValue) }
    }
    /// Why the connection ended.
    public var reason: CloseReason
    @usableFromInline var rare = Rare.none

    /// Creates an empty summary.
    public init(dialect: SMTPProtocol, client: Side) {
        self.dialect = dialect
        self.client = client
        capabilities = []
        logins = []
        transactions = 0
        accepted = 0
        rejected = 0
        clientOctets = 0
        serverOctets = 0
        gaps = 0
        isMidstream = false
        isOneSided = false
        anomalies = []
        reason = .inputEnded
    }

    /// What most connections do not have, or not before they end.
    @usableFromInline
    struct Rare: Hashable, Sendable, Codable {
        @usableFromInline var securedOffer: ServerOffer?
        @usableFromInline var startTLSAnswer: STARTTLSAnswer?
        @usableFromInline var tls: TLSFacts?
        @usableFromInline var proxiedClient: String?
        @usableFromInline var inferred: InferredSession?

        /// Nothing of it, which most share.
        static let none = Aside(Rare())
    }

    private mutating func setRare<Value: Equatable>(
        _ property: WritableKeyPath<Rare, Value?>,
        to newValue: Value?
    ) {
        var value = rare.value
        guard value[keyPath: property] != newValue else { return }
        value[keyPath: property] = newValue
        rare.value = value
    }
}
