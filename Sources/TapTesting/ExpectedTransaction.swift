/// One recipient and what the server said to it.
public struct ExpectedRecipient: Hashable, Sendable {
    /// The path, in angle brackets.
    public var address: String
    /// The reply to RCPT; nil if there was none.
    public var code: Int?
    /// The text of that reply.
    public var text: String
    /// LMTP's reply for this recipient behind the message.
    public var finalCode: Int?

    /// Creates a recipient.
    public init(address: String, code: Int?, text: String, finalCode: Int? = nil) {
        self.address = address
        self.code = code
        self.text = text
        self.finalCode = finalCode
    }
}

/// What is known of a client's login.
public enum ExpectedAuthentication: Hashable, Sendable {
    case none
    case failed
    case user(String?)
    case unknown
}

/// One mail transaction as it must be reported; names and meanings are those of the event `smtp`.
public struct ExpectedTransaction: Hashable, Sendable {
    /// How it ended.
    public enum Outcome: String, Sendable {
        case accepted, rejected, reset, aborted, unfinished
    }

    /// The name the client gave.
    public var helo: String?
    /// The path of MAIL in angle brackets; nil if there was no MAIL.
    public var mailFrom: String?
    /// The reply to MAIL.
    public var mailCode: Int?
    /// The value of SIZE.
    public var size: UInt64?
    /// The parameters of MAIL as `NAME` or `NAME=value`, xtext decoded.
    public var parameters: [String] = []
    /// Every recipient, in order.
    public var recipients: [ExpectedRecipient] = []
    /// The reply to DATA where that was a refusal.
    public var dataCode: Int?
    /// Octets of the message without dot-stuffing, or the sum of the chunks.
    public var dataOctets: UInt64?
    /// False if the dialogue leaves open how long the message was.
    public var hasCertainOctets = true
    /// The reply that ended it.
    public var code: Int?
    /// The text of that reply.
    public var text = ""
    /// How it ended.
    public var outcome = Outcome.unfinished
    /// What is known of the login.
    public var authentication = ExpectedAuthentication.none
    /// `DATA`, `BDAT` or nil.
    public var encoding: String?
    /// The client behind a proxy.
    public var proxiedClient: String?

    /// Creates an empty transaction.
    public init() {}
}
