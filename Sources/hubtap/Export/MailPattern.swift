import TapMail
import TapRelay

/// Which mail is looked for.
struct MailPattern: Sendable {
    /// Who sends it; nil for anybody.
    var sender: AddressPattern?
    /// Whom it is for, accepted or refused; nil for anybody.
    var recipient: AddressPattern?

    /// True if `transaction` is such mail.
    func matches(_ transaction: SMTPTransaction) -> Bool {
        if let sender {
            guard let from = transaction.mailFrom, sender.matches(from) else { return false }
        }
        guard let recipient else { return true }
        return transaction.recipients.contains { recipient.matches($0.address) }
    }
}
