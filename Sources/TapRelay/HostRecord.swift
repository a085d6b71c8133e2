import TapWire

/// A host that speaks mail, as client or as server, and who it speaks with.
struct HostRecord: Hashable, Sendable, Codable {
    /// The port of the hub it was last seen behind, in traffic that crossed the hub.
    var port: PortIndex?
    /// True if it was configured as a server of ours when it was seen last; nil if that is not known.
    var isServer: Bool?
    /// Who it speaks with.
    var partners = SightedHosts()
}
