public import TapFlow

/// A server's answer to STARTTLS, and when it came.
public struct STARTTLSAnswer: Hashable, Sendable, Codable {
    /// The code: 220 agrees (RFC 3207 section 4).
    public var code: Int
    /// The frame that completed the reply.
    public var at: Moment

    /// Creates an answer.
    public init(code: Int, at: Moment) {
        self.code = code
        self.at = at
    }
}
