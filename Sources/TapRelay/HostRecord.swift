import TapWire

/// A host that speaks mail, as client or as server, and who it speaks with.
struct HostRecord: Hashable, Sendable, Codable {
    /// The port of the hub it was last seen behind, in traffic that crossed the hub.
    var port: PortIndex?
    /// Who it speaks with.
    var partners = SightedHosts()
}
