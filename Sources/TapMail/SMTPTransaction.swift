public import TapFlow
public import TapWire

/// How a mail transaction ended.
public enum SMTPOutcome: String, Sendable, Codable {
    /// The server took responsibility for the message: 2xx to the end of the data.
    case accepted
    /// The server refused the sender, every recipient, or the message.
    case rejected
    /// RSET, a new greeting or STARTTLS ended it.
    case reset
    /// The connection ended in the middle.
    case aborted
    /// The input ended, or what would tell was lost.
    case unfinished
}

/// How the message was sent.
public enum SMTPEncoding: String, Sendable, Codable {
    /// RFC 5321 section 4.1.1.4.
    case data = "DATA"
    /// RFC 3030.
    case bdat = "BDAT"
}

/// What is known of the client's login in this session.
public enum SMTPAuthentication: Hashable, Sendable, Codable {
    /// The session was seen from its start and nobody has logged in.
    case none
    /// Every attempt so far was refused.
    case failed
    /// The server accepted a login; the user's name where the mechanism shows it.
    case user(String?)
    /// The session was picked up in the middle, or is inside TLS: a login may have gone before.
    case unknown
}

/// One recipient and the server's answer.
public struct SMTPRecipient: Hashable, Sendable, Codable {
    /// The argument of RCPT TO as on the wire, with angle brackets added where the client left them out.
    public var address: String
    /// The reply's code; nil if it was never seen.
    public var code: Int?
    /// The reply's text, lines joined with a space, made valid UTF-8 and cut at 512 octets.
    public var text: String
    /// When the reply came.
    public var time: Timestamp
    /// LMTP's reply for this recipient after the data (RFC 2033 section 4.2); nil with SMTP or if never seen.
    public var finalCode: Int?

    /// Creates a recipient.
    public init(address: String, code: Int?, text: String, time: Timestamp) {
        self.address = address
        self.code = code
        self.text = text
        self.time = time
    }

    /// True if the server said 2xx.
    public var isAccepted: Bool { code.map { (200..<300).contains($0) } ?? false }

    /// True if the server said that it takes nothing for this recipient, to RCPT or (LMTP) to the message.
    public var isRefused: Bool {
        [code, finalCode].contains { $0.map { (400..<600).contains($0) } ?? false }
    }
}

/// One mail transaction, as far as it was seen (CONTRACT: `event_type` `smtp`).
public struct SMTPTransaction: Hashable, Sendable, Codable {
    /// The number of the transaction in its session, from 0.
    public var number: Int
    /// The side of the flow that is the client.
    public var client: Side
    /// The name the client gave in HELO, EHLO or LHLO; nil if never seen.
    public var helo: String?
    /// The argument of MAIL FROM as on the wire, angle brackets added where left out; nil if no MAIL was seen.
    public var mailFrom: String?
    /// The reply to MAIL; nil if never seen.
    public var mailCode: Int?
    /// The SIZE parameter of MAIL (RFC 1870), octets.
    public var size: UInt64?
    /// The parameters of MAIL, in order.
    public var parameters: [SMTPParameter]
    /// Every recipient, refused ones too, in order.
    public var recipients: [SMTPRecipient]
    /// Recipients that are known only by their replies, because a gap swallowed the commands.
    public var unseenRecipients: Int
    /// The reply to DATA where that was a refusal; nil if it was accepted or never asked.
    public var dataCode: Int?
    /// Octets of the message after dot-unstuffing, or the sum of the BDAT chunks; nil if no data was sent.
    public var dataOctets: UInt64?
    /// What the header of the message says; nil if no message was seen.
    public var message: MessageFacts? {
        @inlinable _read { yield storedMessage.value }
        set { storedMessage.value = newValue }
    }
    /// The reply that ended the transaction; nil if never seen.
    public var code: Int?
    /// The text of that reply, lines joined with a space, cut at 512 octets: it often names the queue id.
    public var text: String
    /// How it ended.
    public var outcome: SMTPOutcome
    /// What is known of the client's login.
    public var authentication: SMTPAuthentication
    /// True if the transaction was inside TLS, so that the envelope could not be read.
    public var isEncrypted: Bool
    /// How the message was sent; nil if it never came to that.
    public var encoding: SMTPEncoding?
    /// True if octets that belong to the transaction were never seen, or only one side was.
    public var isIncomplete: Bool
    /// The dialect of the session.
    public var dialect: SMTPProtocol
    /// The name the server gave in its greeting; nil if never seen.
    public var serverName: String?
    /// The text of the greeting, which often names the server's software; nil if never seen.
    public var banner: String?
    /// The client's address as a proxy in between gave it (PROXY protocol, XCLIENT); nil if none did.
    public var proxiedClient: String?
    /// When MAIL was sent.
    public var began: Moment
    @usableFromInline var storedMessage = Self.noMessage
    /// What all share whose message was not seen.
    private static let noMessage = Aside<MessageFacts?>(nil)

    /// Creates an empty transaction.
    public init(number: Int, client: Side, began: Moment) {
        self.number = number
        self.client = client
        self.began = began
        parameters = []
        recipients = []
        unseenRecipients = 0
        text = ""
        outcome = .unfinished
        authentication = .none
        isEncrypted = false
        isIncomplete = false
        dialect = .smtp
    }
}
