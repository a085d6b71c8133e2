extension IPAddress {
    /// True for an IPv6 address that stands for an IPv4 address (::ffff:0:0/96, RFC 4291 section 2.5.5.2).
    @inlinable
    public var isIPv4Mapped: Bool { isIPv6 && high == 0 && low >> 32 == 0xFFFF }

    /// The IPv4 address that an IPv4-mapped address stands for; every other address unchanged.
    @inlinable
    public var unmapped: IPAddress {
        isIPv4Mapped ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : self
    }

    /// True for 127.0.0.0/8 and ::1.
    public var isLoopback: Bool {
        let address = unmapped
        return address.isIPv6 ? address.high == 0 && address.low == 1 : address.low >> 24 == 127
    }

    /// True for 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291).
    public var isLinkLocal: Bool {
        let address = unmapped
        return address.isIPv6 ? address.high >> 54 == 0xFE80 >> 6 : address.low >> 16 == 0xA9FE
    }

    /// True for 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918).
    public var isPrivateIPv4: Bool {
        let address = unmapped
        guard !address.isIPv6 else { return false }
        return address.low >> 24 == 10 || address.low >> 20 == 0xAC1 || address.low >> 16 == 0xC0A8
    }

    /// True for fc00::/7 (RFC 4193).
    public var isUniqueLocal: Bool { isIPv6 && high >> 57 == 0xFC >> 1 }

    /// True for 100.64.0.0/10, which providers use behind their own NAT (RFC 6598).
    public var isSharedSpace: Bool {
        let address = unmapped
        return !address.isIPv6 && address.low >> 22 == 0x6440 >> 6
    }

    /// True for addresses that only have a meaning inside a site: RFC 1918 and unique local ones.
    public var isPrivate: Bool { isPrivateIPv4 || isUniqueLocal }

    /// True for addresses of groups: 224.0.0.0/4 and ff00::/8.
    public var isMulticast: Bool {
        let address = unmapped
        return address.isIPv6 ? address.high >> 56 == 0xFF : address.low >> 28 == 0xE
    }

    /// True for 0.0.0.0 and ::.
    public var isUnspecified: Bool { high == 0 && low == 0 }
}
