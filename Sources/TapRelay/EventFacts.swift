import TapFlow
import TapMail
import TapObserve

/// What an event of mail holds, taken apart once and handed to every rule by reference.
final class EventFacts: Sendable {
    /// What was observed.
    let event: MailEvent
    /// Where and when.
    let context: EventContext
    /// The transaction; nil for other events.
    let transaction: Shared<SMTPTransaction>?
    /// What the transaction's addresses say; nil for other events.
    let envelope: EnvelopeAddresses?
    /// The session of SMTP that ended; nil for other events.
    let session: Shared<SMTPSessionSummary>?
    /// The transaction inside TLS as it was inferred; nil for other events.
    let inferred: Shared<InferredTransaction>?

    init(_ event: MailEvent, in context: EventContext) {
        self.event = event
        self.context = context
        guard case .smtp(let observed) = event else {
            (transaction, envelope, session, inferred) = (nil, nil, nil, nil)
            return
        }
        switch observed {
        case .transaction(let transaction):
            self.transaction = Shared(transaction)
            envelope = EnvelopeAddresses(transaction)
            (session, inferred) = (nil, nil)
        case .session(let summary):
            session = Shared(summary)
            (transaction, envelope, inferred) = (nil, nil, nil)
        case .inferred(let transaction):
            inferred = Shared(transaction)
            (self.transaction, envelope, session) = (nil, nil, nil)
        case .refusals, .anomaly, .overlap, .exchange:
            (transaction, envelope, session, inferred) = (nil, nil, nil, nil)
        }
    }
}
