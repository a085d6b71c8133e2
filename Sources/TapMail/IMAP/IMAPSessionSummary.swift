public import TapFlow

/// One attempt to log in to mailboxes.
///
/// The secret is never kept.
public struct IMAPLogin: Hashable, Sendable, Codable {
    /// `LOGIN`, the SASL mechanism in upper case, or `PREAUTH` where the server knew the client already.
    public var mechanism: String
    /// The user's name where it was shown.
    public var user: String?
    /// The server's answer; nil if never seen.
    public var status: IMAPStatus?
    /// Why it was refused, where the server says so by a word in brackets, such as `UNAVAILABLE`, in upper case.
    public var responseCode: String?

    /// Creates an attempt.
    public init(
        mechanism: String,
        user: String?,
        status: IMAPStatus?,
        responseCode: String? = nil
    ) {
        self.mechanism = mechanism
        self.user = user
        self.status = status
        self.responseCode = responseCode
    }
}

/// A whole connection to mailboxes, told when it ends (`event_type` `imap_session`).
public struct IMAPSessionSummary: Hashable, Sendable, Codable {
    /// The side of the flow that is the client.
    public var client: Side
    /// True if TLS was spoken from the first octet.
    public var isImplicitTLS = false
    /// The text of the greeting; nil if never seen.
    public var banner: String?
    /// The capabilities the server named last.
    public var capabilities: [String] = []
    /// How far STARTTLS went; nil if it never came up.
    public var startTLS: STARTTLSState?
    /// What TLS showed of itself.
    public var tls: TLSFacts?
    /// True if the dialogue went on compressed (RFC 4978), so that the rest was not read.
    public var isCompressed = false
    /// Attempts to log in, in order.
    public var logins: [IMAPLogin] = []
    /// Attempts beyond those that are kept.
    public var furtherLogins = 0
    /// Mailboxes that were opened, each once, as many as are kept.
    public var mailboxes: [String] = []
    /// The most messages that an open mailbox held, as the server said (EXISTS); nil if it was not said.
    public var mailboxCount: Int?
    /// Messages of which the server began to send text: one for each FETCH response with any, and one for parts of a message that follow each other.
    public var retrieved = 0
    /// Octets of the texts and headers of messages that the server sent, as far as seen.
    public var retrievedOctets: UInt64 = 0
    /// Messages that the server said are gone while a command asked for it.
    public var expunged = 0
    /// Messages that the client put into mailboxes.
    public var appended = 0
    /// Octets of those.
    public var appendedOctets: UInt64 = 0
    /// True if the server answered LOGOUT.
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

    /// The login that opened the mailboxes, else the last one tried; nil if none was.
    public var login: IMAPLogin? { logins.last { $0.status == .ok } ?? logins.last }
}
