/// Something that is told of a dialogue with a mailbox, and that stands by itself.
public enum MailboxFact: Hashable, Sendable {
    /// What is told in the same way.
    public enum Kind: String, Sendable, CaseIterable {
        /// Commands beside their replies.
        case exchanges
        /// Who tried to get in, how, and with what success.
        case logins
        /// Messages that were read, deleted and put in.
        case messages
        /// What the server offers, TLS, the mailboxes that were opened, the farewell.
        case states
    }

    case exchange(MailboxExpectation.Exchange)
    case login(MailboxExpectation.Login)
    case messageRead
    case messageDeleted
    case messagePutIn
    case capabilities([String])
    /// `offered`, `refused` or `established`.
    case startTLS(String)
    case mailboxOpened(String)
    case farewell

    /// Its kind.
    public var kind: Kind {
        switch self {
        case .exchange: .exchanges
        case .login: .logins
        case .messageRead, .messageDeleted, .messagePutIn: .messages
        case .capabilities, .startTLS, .mailboxOpened, .farewell: .states
        }
    }
}
