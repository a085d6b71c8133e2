import TapWire

/// A message that a stranger brought and the server handed on.
struct OnwardMatch: Sendable {
    /// What showed that it is the same message, the surest first.
    enum Key: Int, Hashable, Sendable, Comparable, CaseIterable {
        /// The same Message-ID.
        case identifier
        /// The name in the server's queue stands in a Received field.
        case queue
        /// The same recipient.
        case recipient
        /// Its size, to a server that was not called for an hour.
        case size

        static func < (lhs: Key, rhs: Key) -> Bool { lhs.rawValue < rhs.rawValue }

        /// The name in structured data.
        var name: String {
            switch self {
            case .identifier: "message-id"
            case .queue: "queue-id"
            case .recipient: "recipient"
            case .size: "size"
            }
        }
    }

    /// The message as it came.
    var relay: HeldRelay
    /// The server it came to, which may go out by another address.
    var server: IPAddress
    /// What showed that it is the same message.
    var key: Key
    /// From the server's taking it to its handing it on.
    var delay: Duration
    /// How much it has grown, where both sizes are known.
    var growth: Int64?
}
