import TapMail

/// A recipient whose address hides a stranger's destination.
struct OddRecipient: Sendable {
    /// The recipient, with the server's answer.
    let recipient: SMTPRecipient
    /// The form, and where the mail goes if the server follows it.
    let hidden: HiddenDestination
}
