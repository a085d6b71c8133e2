public import TapWire

/// The two ends of a conversation as people write them, such as `192.0.2.1:40000-192.0.2.25:25`.
public struct EndpointPair: Hashable, Sendable {
    /// The end that was named first.
    public let one: Endpoint
    /// The other end, of the same kind of address.
    public let other: Endpoint

    /// What is spoken between these ends, by TCP or UDP.
    public var conversations: Set<Conversation> {
        [
            Conversation(.tcp, between: one, and: other),
            Conversation(.udp, between: one, and: other),
        ]
    }
}

extension EndpointPair: LosslessStringConvertible {
    /// Reads two endpoints with a `-` between them; nil if one is none, or one is IPv4 and the other IPv6.
    public init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let one = Endpoint(String(parts[0])),
            let other = Endpoint(String(parts[1])), one.address.isIPv6 == other.address.isIPv6
        else {
            return nil
        }
        self.one = one
        self.other = other
    }

    /// Both endpoints with a `-` between them.
    public var description: String { "\(one)-\(other)" }
}
