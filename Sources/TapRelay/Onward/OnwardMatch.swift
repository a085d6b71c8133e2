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
    /// The message as it left, where it left before it was taken; nil if the event itself shows it.
    var departure: Departure?
}

extension OnwardMatch {
    /// A message that had left `server` before the server said that it took it.
    init(_ relay: HeldRelay, _ departure: Departure, by key: Key, at server: IPAddress) {
        self.init(relay: relay, server: server, key: key, delay: .zero)
        self.departure = departure
        if let before = relay.octets, let after = departure.octets {
            growth = Int64(clamping: after) &- Int64(clamping: before)
        }
    }
}
