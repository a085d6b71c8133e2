/// A dialogue with a mailbox, and everything that must be reported of it.
public struct MailboxScenario: Hashable, Sendable {
    /// The protocol that is spoken.
    public enum Dialect: String, Sendable, CaseIterable {
        case pop3, imap
    }

    /// The protocol that is spoken.
    public var dialect: Dialect
    /// The seed it was made from.
    public var seed: UInt64
    /// What is said.
    public var dialogue: Dialogue
    /// What belongs together in it.
    public var course: MailboxCourse
    /// What must be reported.
    public var expectation: MailboxExpectation
    /// Messages that were marked to be deleted at any time, those unmarked again too.
    public var markedCount: Int
    /// Everything that was ever named a capability.
    public var capabilities: Set<String>
    /// Octets that must never be reported: passwords, as they are and as they are on the wire.
    public var secrets: [String]

    /// Makes the dialogue of a seed; the same seed always gives the same.
    public init(_ dialect: Dialect, seed: UInt64) {
        var writer = MailboxScenarioWriter(seed: seed)
        switch dialect {
        case .pop3: writer.writePOP3()
        case .imap: writer.writeIMAP()
        }
        self.dialect = dialect
        self.seed = seed
        dialogue = writer.dialogue
        course = writer.course
        expectation = writer.expected
        markedCount = writer.markedCount
        capabilities = writer.capabilities
        secrets = writer.secrets
    }
}
