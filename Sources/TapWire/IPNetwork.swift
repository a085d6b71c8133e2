/// A range of addresses with a common prefix, such as `192.0.2.0/24`.
public struct IPNetwork: Hashable, Sendable, BitwiseCopyable {
    /// The lowest address of the network.
    public let address: IPAddress
    /// How many leading bits all its addresses have in common.
    public let prefixLength: UInt8

    /// The network of `prefixLength` leading bits that `address` is in; nil if there are not so many bits.
    public init?(_ address: IPAddress, prefixLength: Int) {
        guard (0...(address.isIPv6 ? 128 : 32)).contains(prefixLength) else { return nil }
        self.address = address.masked(to: prefixLength)
        self.prefixLength = UInt8(prefixLength)
    }

    /// Whether `candidate` is in the network; an IPv4-mapped IPv6 address counts as the IPv4 address.
    @inlinable
    public func contains(_ candidate: IPAddress) -> Bool {
        guard !address.isIPv6 else {
            return candidate.isIPv6 && candidate.masked(to: Int(prefixLength)) == address
        }
        let candidate = candidate.unmapped
        guard !candidate.isIPv6 else { return false }
        return (candidate.low ^ address.low) >> (32 - UInt64(prefixLength)) == 0
    }
}

extension IPNetwork: LosslessStringConvertible {
    /// Reads an address and a prefix length with a slash between them; an address alone is a network of one.
    public init?(_ description: String) {
        let parts = description.split(
            separator: "/",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard let text = parts.first, let address = IPAddress(String(text)) else { return nil }
        guard parts.count == 2 else {
            self.init(address, prefixLength: address.isIPv6 ? 128 : 32)
            return
        }
        guard let length = UInt64(strictDecimal: parts[1], upTo: 128) else { return nil }
        self.init(address, prefixLength: Int(length))
    }

    /// The lowest address and the prefix length with a slash between them.
    public var description: String { "\(address)/\(prefixLength)" }
}

extension IPAddress {
    /// The address with all bits behind the first `prefixLength` cleared.
    @usableFromInline
    func masked(to prefixLength: Int) -> IPAddress {
        // Shifts of the whole width and more give 0, as `<<` promises for any amount.
        guard isIPv6 else {
            return IPAddress(v4: UInt32(truncatingIfNeeded: low) & (.max << (32 - prefixLength)))
        }
        let highMask = UInt64.max << max(0, 64 - prefixLength)
        let lowMask = UInt64.max << min(64, 128 - prefixLength)
        return IPAddress(v6High: high & highMask, low: low & lowMask)
    }
}
