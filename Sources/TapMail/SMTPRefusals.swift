public import TapFlow

/// Recipients that were refused in a transaction that still goes on (`event_type` `smtp_refusals`).
///
/// Who tries out addresses may keep an envelope open for hours. So the sixth to the tenth recipient that a session was
/// refused is told at once, and then every tenth. The transaction has them all once it ends.
public struct SMTPRefusals: Hashable, Sendable, Codable {
    /// The number of the transaction in its session, from 0.
    public var number: Int
    /// The side of the flow that is the client.
    public var client: Side
    /// The client's name in HELO; nil if never seen.
    public var helo: String?
    /// The name the server gave in its greeting.
    public var serverName: String?
    /// The argument of MAIL FROM; nil if no MAIL was seen.
    public var mailFrom: String?
    /// What is known of the client's login.
    public var authentication: SMTPAuthentication
    /// Those of the transaction that were refused since it was told last.
    public var recipients: [SMTPRecipient]
    /// How many of it were accepted since.
    public var accepted: Int
    /// How many the session was refused, with those of earlier transactions.
    public var refusedInSession: Int
    /// When MAIL was sent.
    public var began: Moment

    /// Creates the event of a transaction.
    public init(of transaction: SMTPTransaction, recipients: [SMTPRecipient]) {
        number = transaction.number
        client = transaction.client
        helo = transaction.helo
        serverName = transaction.serverName
        mailFrom = transaction.mailFrom
        authentication = transaction.authentication
        self.recipients = recipients
        accepted = 0
        refusedInSession = recipients.count
        began = transaction.began
    }
}
