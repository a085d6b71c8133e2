/// What the lengths of a session's records tell of it as a whole.
public struct InferredSession: Hashable, Sendable, Codable {
    /// The login that counts at the end.
    public var login = InferredLogin.none
    /// Attempts to log in that were refused.
    public var failedLogins = 0
    /// Transactions.
    public var transactions = 0
    /// Those that ended with `accepted`.
    public var accepted = 0
    /// Those that ended with `rejected`.
    public var rejected = 0
    /// Recipients the server took, of all transactions.
    public var acceptedRecipients = 0
    /// Recipients it refused.
    public var refusedRecipients = 0
    /// True if the client said QUIT and was answered.
    public var hasQuit = false
    /// The family whose texts fit best; nil if none does.
    public var family: ReplyFamily?
    /// How well and how uniquely the lengths fit, 0 to 1.
    public var confidence = 0.0

    /// Nothing was inferred yet.
    public init() {}
}
