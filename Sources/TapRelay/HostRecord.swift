import TapWire

/// A host that speaks mail, as client or as server, and who it speaks with.
struct HostRecord: Hashable, Sendable, Codable {
    /// The port of the hub it was last seen behind, in traffic that crossed the hub.
    var port: PortIndex?
    /// One bit of 64 for each partner, by a hash of its address: counts few partners well, and many as many.
    var partners: UInt64 = 0

    /// About how many partners it has.
    var partnerCount: Int { partners.nonzeroBitCount }

    /// Notes that it spoke with `partner`.
    mutating func meet(_ partner: IPAddress) {
        var digest = Digest()
        digest.combine(partner)
        partners |= 1 << (digest.value >> 58)
    }
}
