import TapMail

/// A recipient that is neither the house's nor one it hands mail on to by right.
struct Stranger: Sendable {
    /// The recipient, with what the server said to it.
    let recipient: SMTPRecipient
    /// Its address, read.
    let address: MailAddress
}
