public import TapFlow

/// A mail transaction inside TLS, as the lengths of the records tell it.
///
/// It is inferred, never read: `confidence` says how well and how uniquely the lengths fit.
public struct InferredTransaction: Hashable, Sendable {
    /// The number among the inferred transactions of the session, from 0.
    public var number = 0
    /// The name the client gave before TLS; nil if it gave none.
    public var helo: String?
    /// The name the server gave before TLS; nil if it gave none.
    public var serverName: String?
    /// The side of the flow that is the client.
    public var client = Side.a
    /// What is supposed of the client's login before the transaction.
    public var login = InferredLogin.none
    /// True if the server took the sender.
    public var isSenderAccepted = false
    /// Recipients the server took.
    public var acceptedRecipients = 0
    /// Recipients it refused.
    public var refusedRecipients = 0
    /// True if the client sent a message, or a part of one.
    public var hasData = false
    /// How the message was sent.
    public var encoding: SMTPEncoding?
    /// Octets of the message as sent, dot-stuffing included; nil if none was sent.
    public var messageOctets: OctetRange?
    /// How it ended.
    public var outcome = SMTPOutcome.unfinished
    /// How well and how uniquely the lengths fit, 0 to 1.
    public var confidence = 0.0
    /// When its first command was sent.
    public var began: Moment

    /// Creates an empty transaction.
    public init(began: Moment) { self.began = began }

    /// True if `other` says the same, but for the size of the message.
    func agrees(with other: InferredTransaction) -> Bool {
        login == other.login && acceptedRecipients == other.acceptedRecipients
            && refusedRecipients == other.refusedRecipients && outcome == other.outcome
            && hasData == other.hasData && isSenderAccepted == other.isSenderAccepted
    }
}
