import TapWire

/// A session that will be held.
struct SessionPlan: Hashable, Sendable {
    /// What the client wants.
    enum Purpose: Hashable, Sendable {
        case mail([MailPlan])
        /// Reads a mailbox: `pop3` or `imap`.
        case mailbox(MailboxProtocol, isTaken: Bool)
        /// Says these lines, word for word; `true` marks what the server says, the second what ends a mail.
        case script([ScriptStep])
    }

    /// Steps of a session that is not ordinary.
    struct ScriptStep: Hashable, Sendable {
        var isServer: Bool
        var text: String
        var isFinalReply = false
    }

    /// How mailboxes are read.
    enum MailboxProtocol: Hashable, Sendable { case pop3, imap }

    var time: Timestamp
    var client: IPAddress
    var server: IPAddress
    var port: UInt16 = 25
    var isClientInside = false
    var isServerInside = true
    var helo: String
    var serverName: String
    var software: MailServerSoftware
    var offersTLS = true
    var offersLogin = false
    /// True if the client asks for STARTTLS.
    var usesTLS = false
    var logins: [LoginPlan] = []
    var purpose: Purpose
    var isPipelined = false
    var segmentSize = 1_460
    /// The site whose server it is, or who is the client; -1 for none.
    var site = -1
    /// The abuse it is part of.
    var incident: Int?
    /// The hard negative it is part of.
    var role: CompanyRole
}
