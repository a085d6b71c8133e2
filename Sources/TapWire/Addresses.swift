/// An Ethernet address, EUI-48.
public struct MACAddress: Hashable, Sendable, BitwiseCopyable {
    /// The 48 bits of the address, the first octet highest.
    public var bits: UInt64

    /// Creates an address from its 48 bits; higher bits are cleared.
    @inlinable
    public init(bits: UInt64) { self.bits = bits & 0xFFFF_FFFF_FFFF }
}

/// An IPv4 or IPv6 address.
///
/// Both stand as 128 bits, so that tables need one kind of key.
public struct IPAddress: Hashable, Sendable, BitwiseCopyable {
    /// The higher 64 bits of an IPv6 address; 0 for IPv4.
    public var high: UInt64
    /// The lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address.
    public var low: UInt64
    /// True for IPv6.
    public var isIPv6: Bool

    /// An IPv4 address from its 32 bits, the first octet highest.
    @inlinable
    public init(v4 bits: UInt32) {
        high = 0
        low = UInt64(bits)
        isIPv6 = false
    }

    /// An IPv6 address from its two halves.
    @inlinable
    public init(v6High high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        isIPv6 = true
    }

    /// Hashes what is not 0: most addresses have but one word of it.
    @inlinable
    public func hash(into hasher: inout Hasher) {
        if high != 0 { hasher.combine(high) }
        hasher.combine(low)
    }
}

/// An address and a TCP or UDP port.
public struct Endpoint: Hashable, Sendable, BitwiseCopyable {
    /// The IP address.
    public var address: IPAddress
    /// The TCP or UDP port.
    public var port: UInt16

    /// Creates an endpoint.
    @inlinable
    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }
}
