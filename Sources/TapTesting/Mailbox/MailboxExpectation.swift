/// What must be reported of a dialogue with a mailbox; names and meanings are those of the events `pop3_session` and
/// `imap_session`.
public struct MailboxExpectation: Hashable, Sendable {
    /// One attempt to log in.
    public struct Login: Hashable, Sendable {
        /// The mechanism in upper case.
        public var mechanism: String
        /// The user's name where the mechanism shows it.
        public var user: String?
        /// The word of the server's answer; nil if none was seen.
        public var status: String?

        /// Creates an attempt.
        public init(mechanism: String, user: String?, status: String?) {
            self.mechanism = mechanism
            self.user = user
            self.status = status
        }
    }

    /// A command and its reply.
    public struct Exchange: Hashable, Sendable {
        /// The verb in upper case; empty for the greeting, `?` for a command that is not known.
        public var verb: String
        /// What stood behind the verb; `*` for a secret, `~` for a literal.
        public var argument: String
        /// The word of the server's answer; nil if none was seen.
        public var status: String?
        /// The text of the answer.
        public var text: String

        /// Creates an exchange.
        public init(verb: String, argument: String, status: String?, text: String) {
            self.verb = verb
            self.argument = argument
            self.status = status
            self.text = text
        }
    }

    /// The text of the greeting.
    public var banner: String?
    /// The capabilities that were named last.
    public var capabilities: [String] = []
    /// `offered`, `refused`, `established` or nil.
    public var startTLS: String?
    /// Attempts to log in, in order.
    public var logins: [Login] = []
    /// Mailboxes that were opened.
    public var mailboxes: [String] = []
    /// Messages that the server sent.
    public var retrieved = 0
    /// Octets of messages that the server sent.
    public var retrievedOctets: UInt64 = 0
    /// Messages that are marked to be deleted (POP3), or are gone (IMAP).
    public var deleted = 0
    /// Messages that the client put into mailboxes.
    public var appended = 0
    /// Octets of those.
    public var appendedOctets: UInt64 = 0
    /// True if the server answered the client's farewell.
    public var isCompleted = false
    /// Commands and replies, in the order of the replies.
    public var exchanges: [Exchange] = []

    /// Creates an empty expectation.
    public init() {}
}
