import TapMail

/// The addresses of a transaction, each read once for all rules and handed on by reference.
final class EnvelopeAddresses: Sendable {
    /// The sender; nil if no MAIL was seen.
    let sender: MailAddress?
    /// The recipients, in the order of the transaction.
    let recipients: [MailAddress]

    init(_ transaction: Shared<SMTPTransaction>) {
        sender = transaction.mailFrom.map(MailAddress.init)
        // By a span, so that no recipient is copied for its address.
        let named = transaction.recipients
        let list = named.span
        recipients = list.indices.map { MailAddress(list[$0].address) }
    }

    /// True if the sender is `<>`.
    var isFromNobody: Bool { sender?.destination == .nobody }
}
