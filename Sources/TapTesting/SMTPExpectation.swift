/// What must be reported of an SMTP dialogue, as the two programs that held it know it.
public struct SMTPExpectation: Hashable, Sendable {
    /// The mail transactions, in the order in which they ended.
    public var transactions: [ExpectedTransaction] = []
    /// The connection.
    public var session = ExpectedSession()
    /// Every RCPT that a server answered, whether or not a transaction came of it.
    public var recipients: Set<ExpectedRecipient> = []
    /// The path of every MAIL that a server answered, and its reply's code.
    public var senders: [String: Set<Int>] = [:]
    /// The codes and texts of all replies to the end of a message.
    public var finalReplies: Set<ExpectedReply> = []

    /// Creates an expectation of nothing.
    public init() {}
}

/// The code and the text of a reply.
public struct ExpectedReply: Hashable, Sendable {
    /// The three digits.
    public var code: Int
    /// The text of its lines, joined with a space.
    public var text: String

    /// Creates a reply.
    public init(code: Int, text: String) {
        self.code = code
        self.text = text
    }
}
