/// Why octets could not be read as a header.
public struct DecodeError: Error, Hashable, Sendable {
    /// The layer whose header is damaged.
    public enum Layer: UInt8, Sendable {
        case link, ethernet, vlan, mpls, pppoe, gre, ipv4, ipv6, tcp, udp, icmp, erspan, tunnel
    }

    /// What is wrong with the header.
    public enum Problem: UInt8, Sendable {
        /// The octets end before the header does.
        case truncated
        /// A field has a value that the format does not allow.
        case malformed
    }

    /// The layer whose header is damaged.
    public var layer: Layer
    /// What is wrong with it.
    public var problem: Problem
    /// Where in the frame the header begins.
    public var offset: Int
    /// How many octets the header needs.
    public var required: Int
    /// How many octets there are.
    public var available: Int

    /// Creates an error for one header.
    public init(
        layer: Layer,
        problem: Problem = .truncated,
        offset: Int,
        required: Int,
        available: Int
    ) {
        self.layer = layer
        self.problem = problem
        self.offset = offset
        self.required = required
        self.available = available
    }
}
