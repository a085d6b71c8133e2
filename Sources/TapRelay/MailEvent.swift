import TapFlow
public import TapMail
import TapObserve

/// What the rules are held against: the events of every observer of mail.
///
/// Nothing else goes in, so that recorded events can be judged again.
public enum MailEvent: Sendable {
    /// A transaction or a session of SMTP.
    case smtp(SMTPEvent)
    /// A session of POP3.
    case pop3(POP3Event)
    /// A session of IMAP.
    case imap(IMAPEvent)
    /// Something that keeps the tap itself from seeing everything.
    indirect case tap(TapCondition)

    /// The side of the flow that is the client.
    var client: Side {
        switch self {
        case .smtp(let event): event.client
        case .pop3(let event): event.client
        case .imap(let event): event.client
        case .tap(let condition): condition.client
        }
    }

    /// The transaction; nil for other events.
    var transaction: Shared<SMTPTransaction>? {
        guard case .smtp(.transaction(let transaction)) = self else { return nil }
        return transaction
    }

    /// The session of SMTP that ended; nil for other events.
    var session: Shared<SMTPSessionSummary>? {
        guard case .smtp(.session(let summary)) = self else { return nil }
        return summary
    }

    /// The transaction inside TLS as it was inferred; nil for other events.
    var inferred: Shared<InferredTransaction>? {
        guard case .smtp(.inferred(let transaction)) = self else { return nil }
        return transaction
    }

    /// True for what is told to those who watch live, and never recorded.
    var isForWatchersOnly: Bool {
        switch self {
        case .smtp(let event): event.isForWatchersOnly
        case .pop3(let event): event.isForWatchersOnly
        case .imap(let event): event.isForWatchersOnly
        case .tap: false
        }
    }

    /// The event as it is told.
    var observed: any ObservedEvent {
        switch self {
        case .smtp(let event): event
        case .pop3(let event): event
        case .imap(let event): event
        case .tap(let condition): condition
        }
    }
}
