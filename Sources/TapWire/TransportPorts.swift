/// The ports that TCP and UDP both begin with.
public struct TransportPorts: Hashable, Sendable, BitwiseCopyable {
    /// The sender's port.
    public var source: UInt16
    /// The receiver's port.
    public var destination: UInt16

    /// Reads the ports at the start of `bytes`; nil for another protocol, or if they are not there.
    public init?(of transport: IPProtocol, in bytes: Span<UInt8>) {
        guard transport == .tcp || transport == .udp, bytes.count >= 4 else { return nil }
        source = bytes.uint16(at: 0)
        destination = bytes.uint16(at: 2)
    }
}
