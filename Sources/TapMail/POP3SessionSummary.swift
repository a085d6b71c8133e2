public import TapFlow

/// One attempt to open a mailbox.
///
/// The secret is never kept.
public struct POP3Login: Hashable, Sendable, Codable {
    /// `USER`, `APOP`, or the SASL mechanism in upper case.
    public var mechanism: String
    /// The user's name where it was shown.
    public var user: String?
    /// The server's answer; nil if never seen.
    public var status: POP3Status?
    /// Why it was refused, where the server says so by a word in brackets, such as `SYS/TEMP`, in upper case.
    public var responseCode: String?

    /// Creates an attempt.
    public init(
        mechanism: String,
        user: String?,
        status: POP3Status?,
        responseCode: String? = nil
    ) {
        self.mechanism = mechanism
        self.user = user
        self.status = status
        self.responseCode = responseCode
    }
}

/// A whole connection to a mailbox, told when it ends (CONTRACT: `event_type` `pop3_session`).
public struct POP3SessionSummary: Hashable, Sendable, Codable {
    /// The side of the flow that is the client.
    public var client: Side
    /// True if TLS was spoken from the first octet.
    public var isImplicitTLS = false
    /// The text of the greeting; nil if never seen.
    public var banner: String?
    /// The capabilities of the last CAPA reply, with their parameters.
    public var capabilities: [String] = []
    /// How far STLS went; nil if it never came up.
    public var startTLS: STARTTLSState?
    /// What TLS showed of itself.
    public var tls: TLSFacts?
    /// Attempts to log in, in order.
    public var logins: [POP3Login] = []
    /// Attempts beyond those that are kept.
    public var furtherLogins = 0
    /// Messages that the server began to send whole.
    public var retrieved = 0
    /// Octets of the messages sent whole or in part, their dot-stuffing taken off, as far as seen.
    public var retrievedOctets: UInt64 = 0
    /// Messages that the mailbox held, as the server said to STAT, LIST or UIDL; nil if the client did not ask.
    public var mailboxCount: Int?
    /// Messages marked to be deleted and not unmarked again.
    public var deleted = 0
    /// True if the server answered QUIT: only then is deleted what was marked (RFC 1939 section 6).
    public var isCompleted = false
    /// Octets the client sent, those inside TLS too.
    public var clientOctets: UInt64 = 0
    /// Octets the server sent, those inside TLS too.
    public var serverOctets: UInt64 = 0
    /// Holes in either stream.
    public var gaps = 0
    /// True if the session was picked up in the middle.
    public var isMidstream = false
    /// True if of one side no frame was seen, or nothing but holes; one that answered and said nothing was seen.
    public var isOneSided = false
    /// What was odd, each named once: `line_too_long`, `plaintext_behind_starttls`, ...
    public var anomalies: [String] = []
    /// Why the connection ended.
    public var reason = CloseReason.inputEnded

    /// Creates an empty summary.
    public init(client: Side) { self.client = client }

    /// The login that opened the mailbox, else the last one tried; nil if none was.
    public var login: POP3Login? { logins.last { $0.status == .ok } ?? logins.last }
}
