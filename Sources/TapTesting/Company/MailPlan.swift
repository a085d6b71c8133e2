/// One mail of a planned session.
struct MailPlan: Hashable, Sendable {
    /// The sender without brackets; empty for nobody.
    var from: String
    /// The recipients.
    var recipients: [RecipientPlan]
    /// The message; nil if the client stops behind the recipients.
    var message: MailMessage?
    /// True for chunks instead of DATA, where the server offers them.
    var isChunked = false
    /// The reply to the message, code first; nil for the usual one with a queue id.
    var finalWords: String?
    /// What the server does with the message once it has taken it.
    var onward: [OnwardPlan] = []
}

/// How a server hands a message on.
struct OnwardPlan: Hashable, Sendable {
    /// To whom.
    var host: RemoteHost
    /// The sender of the envelope; nil for the same.
    var from: String?
    /// The recipients.
    var recipients: [String]
    /// How long after the message was taken.
    var delay: Duration
    /// What the other server says to a recipient.
    var answer = RecipientPlan.Answer.taken
    /// The client's address in the Received field; nil for the true one.
    var claimedClient: String?
    /// The message, where it is not the one that was taken: a bounce.
    var otherMessage: MailMessage?
}
