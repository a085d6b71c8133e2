public import TapWire

/// That something simpler than the rules would have raised its voice.
public struct BaselineHit: Hashable, Sendable {
    /// When.
    public var time: Timestamp
    /// Of which server.
    public var server: IPAddress
    /// For which client.
    public var client: IPAddress

    /// Creates a hit.
    public init(time: Timestamp, server: IPAddress, client: IPAddress) {
        self.time = time
        self.server = server
        self.client = client
    }
}
