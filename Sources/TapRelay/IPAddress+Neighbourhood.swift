import TapWire

extension IPAddress {
    /// The network that one hand may hold: the /24 of IPv4, the /48 of IPv6.
    var neighbourhood: IPAddress {
        isIPv6
            ? IPAddress(v6High: high & 0xFFFF_FFFF_FFFF_0000, low: 0)
            : IPAddress(v4: UInt32(truncatingIfNeeded: low) & 0xFFFF_FF00)
    }

    /// That network as people write it.
    var neighbourhoodName: String { "\(neighbourhood)/\(isIPv6 ? 48 : 24)" }
}
