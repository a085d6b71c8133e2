import TapMail

extension MailEvent {
    /// What kind of event it is, by which the rules are chosen that are asked about it.
    enum Kind: Int, CaseIterable, Sendable {
        /// A transaction of SMTP whose outcome is known.
        case transaction
        /// A transaction that was inferred inside TLS.
        case inferred
        /// Recipients refused in a transaction that goes on.
        case refusals
        /// Something odd of SMTP.
        case anomaly
        /// The end of a session of SMTP.
        case session
        /// The end of a session of POP3 or IMAP.
        case mailbox
        /// Different octets for the same place.
        case overlap
        /// A command and its reply.
        case exchange
        /// Something that keeps the tap from seeing everything.
        case tap
    }

    /// What kind of event it is.
    var kind: Kind {
        switch self {
        case .smtp(.transaction): .transaction
        case .smtp(.inferred): .inferred
        case .smtp(.refusals): .refusals
        case .smtp(.anomaly): .anomaly
        case .smtp(.session): .session
        case .pop3(.session), .imap(.session): .mailbox
        case .smtp(.overlap), .pop3(.overlap), .imap(.overlap): .overlap
        case .smtp(.exchange), .pop3(.exchange), .imap(.exchange): .exchange
        case .tap: .tap
        }
    }
}
