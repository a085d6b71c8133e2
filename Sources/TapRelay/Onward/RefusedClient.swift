import TapWire

/// The latest client that a server refused as a relay.
struct RefusedClient: Hashable, Sendable, Codable {
    var client: IPAddress
    var time: Timestamp
}
