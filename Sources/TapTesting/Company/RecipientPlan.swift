/// A recipient of a planned mail, and what the server will say.
struct RecipientPlan: Hashable, Sendable {
    /// What the server says to RCPT.
    enum Answer: Hashable, Sendable {
        case taken, relayRefused, unknown, deferred
        /// Other words, code first.
        case words(String)
    }

    /// The address without brackets.
    var address: String
    /// What the server says.
    var answer = Answer.taken

    /// The reply of `software` in full.
    func reply(_ software: MailServerSoftware) -> String {
        let path = "<\(address)>"
        return switch answer {
        case .taken: software.recipientTaken(path)
        case .relayRefused: software.relayRefused(path)
        case .unknown: software.recipientUnknown(path)
        case .deferred: software.recipientDeferred(path)
        case .words(let words): words
        }
    }
}
