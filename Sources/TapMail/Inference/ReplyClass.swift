/// What a reply answers, and whether with yes.
public struct ReplyClass: Hashable, Sendable {
    /// What a reply answers.
    public enum Subject: String, Hashable, Sendable, CaseIterable {
        case greeting, hello, mail, recipient, data
        /// The end of the data.
        case message
        /// The last chunk (BDAT).
        case lastChunk
        /// A chunk that is not the last.
        case chunk
        case reset, quit
        /// The end of a login.
        case login
        /// A step in the middle of a login (334).
        case challenge
        case other
    }

    /// What it answers.
    public var subject: Subject
    /// True for 2xx and 3xx.
    public var isPositive: Bool

    /// Creates a class.
    public init(_ subject: Subject, isPositive: Bool) {
        self.subject = subject
        self.isPositive = isPositive
    }
}
