import TapWire

/// The network of a client, as coarse as an operator's: /16 of IPv4, /32 of IPv6.
///
/// The part of the world it lies in, and a digest of 24 bits; 0 is the inside, all of it.
struct ClientNetwork: Hashable, Sendable {
    /// Region and digest.
    let rawValue: UInt32

    /// The inside of the site.
    static let inside = ClientNetwork(rawValue: 0)

    /// A stored network.
    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The network of an address outside.
    init(of address: IPAddress) {
        var digest = Digest()
        digest.combine(address.isIPv6 ? address.high >> 32 : address.low >> 16)
        digest.combine(UInt8(address.isIPv6 ? 6 : 4))
        // What IANA hands to the registries of the world's regions: a /8 of IPv4, a /12 of IPv6.
        let region = address.isIPv6 ? address.high >> 52 & 0xFF : address.low >> 24 & 0xFF
        // Never the inside.
        rawValue = UInt32(region) << 24 | UInt32(truncatingIfNeeded: digest.value) & 0xFF_FFFF | 1
    }

    /// The block of addresses it belongs to that one registry was given: coarser than a country, and never out of date.
    var region: UInt8 { UInt8(rawValue >> 24) }

    /// Spread over 64 bits, for sets.
    var digest: UInt64 {
        var digest = Digest()
        digest.combine(UInt64(rawValue))
        return digest.value
    }
}
