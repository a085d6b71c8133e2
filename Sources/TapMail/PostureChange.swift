public import TapFlow

/// A change of what a server shows of itself.
public struct PostureChange: Hashable, Sendable {
    /// Which fact has changed.
    public enum Subject: String, Sendable, Codable {
        /// Whether STARTTLS stands among the keywords: `none` or `offered`.
        case startTLS = "starttls"
        /// What became of STARTTLS when it was asked for: `established` or `refused`.
        case handshake = "tls"
        /// The mechanisms of AUTH before TLS.
        case mechanisms = "auth"
        /// The mechanisms of AUTH behind STARTTLS.
        case securedMechanisms = "auth_tls"
        /// The other keywords before TLS.
        case keywords
        /// The other keywords behind STARTTLS.
        case securedKeywords = "keywords_tls"
        /// A version of TLS that the server had not chosen before.
        case version = "tls_version"
        /// A cipher suite that the server had not chosen before, under a version that it had.
        case cipher = "tls_cipher"
        /// The certificate.
        case certificate
        /// The answer to a stranger's mail for a stranger: `accepted` or `refused`.
        case relay
        /// The software that the greeting names.
        case software
    }

    /// What it means for the safety of the server.
    public enum Meaning: String, Sendable, Codable {
        /// Strangers' mail for strangers is refused where it was accepted.
        case fixed
        /// TLS or AUTH is there where it was not.
        case strengthened
        /// Protection that was there is gone.
        case weakened
        /// Neither better nor worse by itself.
        case changed
    }

    /// Which fact has changed.
    public var subject: Subject
    /// What it was.
    public var from: String
    /// What it is.
    public var to: String
    /// What it was, word by word, where it is a list; nil for all others.
    public var listBefore: [String]?
    /// What it means.
    public var meaning: Meaning
    /// When the old value was seen last.
    public var before: Moment
    /// When the new value was seen first.
    public var after: Moment

    /// Creates a change.
    public init(
        _ subject: Subject,
        from: String,
        to: String,
        meaning: Meaning,
        before: Moment,
        after: Moment
    ) {
        self.subject = subject
        self.from = from
        self.to = to
        self.meaning = meaning
        self.before = before
        self.after = after
    }

    /// Puts the change of a fact in words.
    public init<Value>(
        _ subject: Subject,
        _ change: PostureFact<Value>.Change,
        meaning: Meaning = .changed,
        words: (Value) -> String
    ) {
        self.subject = subject
        from = words(change.from)
        to = words(change.to)
        self.meaning = meaning
        before = change.before
        after = change.after
    }
}
