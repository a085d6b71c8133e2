import TapWire

/// Whose posture it is: a server answers clients of the house otherwise than strangers.
struct PostureKey: Hashable, Sendable, Codable {
    var server: IPAddress
    var port: UInt16
    var side: ClientSide
}
