import TapWire

/// Whose posture it is: a server answers clients of the house otherwise than strangers.
struct PostureKey: Hashable, Sendable, Codable {
    var server: IPAddress
    var port: UInt16
    var side: ClientSide

    /// Hashes server and port: they have two sides at the most.
    func hash(into hasher: inout Hasher) {
        hasher.combine(server)
        hasher.combine(port)
    }
}
