/// One attempt to log in.
public struct ExpectedLogin: Hashable, Sendable {
    /// The mechanism in upper case.
    public var mechanism: String
    /// The user's name where the mechanism shows it.
    public var user: String?
    /// The last reply.
    public var code: Int?

    /// Creates an attempt.
    public init(mechanism: String, user: String?, code: Int?) {
        self.mechanism = mechanism
        self.user = user
        self.code = code
    }
}

/// A connection as it must be reported; names and meanings are those of the event `smtp_session`.
public struct ExpectedSession: Hashable, Sendable {
    /// `smtp` or `lmtp`.
    public var dialect = "smtp"
    /// The text of the greeting.
    public var banner: String?
    /// The code of the greeting.
    public var bannerCode: Int?
    /// The last name that was accepted.
    public var helo: String?
    /// The keywords of the last accepted EHLO.
    public var capabilities: [String] = []
    /// `offered`, `refused`, `established` or nil.
    public var startTLS: String?
    /// Attempts to log in.
    public var logins: [ExpectedLogin] = []
    /// Transactions that were accepted.
    public var accepted = 0
    /// Transactions that were rejected.
    public var rejected = 0
    /// Octets the client sent.
    public var clientOctets: UInt64 = 0
    /// Octets the server sent.
    public var serverOctets: UInt64 = 0
    /// True if only one side said anything.
    public var isOneSided = false
    /// The client behind a proxy.
    public var proxiedClient: String?
    /// What was odd.
    public var anomalies: Set<String> = []

    /// Creates an empty session.
    public init() {}
}
