public import TapFlow

/// Something in a dialogue that is told at once and not when the connection ends (`event_type` `smtp_anomaly`).
///
/// The session's `anomalies` name it too. Of commands only the verbs are kept: they may stand beside secrets.
public struct SMTPAnomaly: Hashable, Sendable, Codable {
    /// What it is.
    public enum Kind: String, Sendable, Codable {
        /// The server said 2xx to a message that ended with something else than CRLF.CRLF.
        case oddEndOfData = "nonstandard_end_of_data"
        /// It took what stood behind such an end for commands (CVE-2023-51764, CVE-2023-51765, CVE-2023-51766).
        case smuggling = "smuggling_accepted"
        /// Plain text stood between STARTTLS and its reply (CVE-2011-0411).
        case commandsBehindSTARTTLS = "plaintext_behind_starttls"
        /// The server spoke on in the clear behind its 220 to STARTTLS, and the client had said nothing (CVE-2021-38371).
        case replyBehindSTARTTLS = "reply_behind_starttls"
    }

    /// What it is.
    public var kind: Kind
    /// The side of the flow that is the client.
    public var client: Side
    /// Octets of the message before the end that is none; nil where it is not about a message.
    public var messageOctets: UInt64?
    /// What was taken for the end: line breaks, a dot, NULs, at most 7 octets; empty where it is not about a message.
    public var terminator: [UInt8]
    /// The verbs of the commands that stood behind it, the first 8, `?` for a line that is no command.
    public var verbs: [String]
    /// How many octets stood behind it.
    public var octets: Int
    /// The code of the reply that shows it; nil if there is none.
    public var code: Int?
    /// The text of that reply, cut at 512 octets.
    public var text: String
    /// The client's name in HELO so far.
    public var helo: String?
    /// The name the server gave in its greeting.
    public var serverName: String?
    /// True if octets of the session were never seen, or only one side was.
    public var isIncomplete: Bool

    /// Creates an anomaly of which only the kind is known.
    public init(_ kind: Kind, client: Side) {
        self.kind = kind
        self.client = client
        terminator = []
        verbs = []
        octets = 0
        text = ""
        isIncomplete = false
    }

    /// True if a second envelope stood behind it.
    public var hasEnvelope: Bool { verbs.contains(SMTPVerb.mail.rawValue) }

    /// The end that is none as Swift writes it: `\n.\r\n`.
    public var escapedTerminator: String {
        terminator.reduce(into: "") { text, octet in
            switch octet {
            case 0x0D: text += "\\r"
            case 0x0A: text += "\\n"
            case 0x00: text += "\\0"
            default: text += "."
            }
        }
    }
}
