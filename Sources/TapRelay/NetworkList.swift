package import TapWire

/// Networks that addresses are looked up in, with what a look needs worked out before.
package struct NetworkList: Sendable {
    /// A network of IPv4: its bits, and how many of an address do not matter.
    private struct Range: Sendable {
        let bits: UInt64
        let shift: UInt64
    }

    private let ranges: [Range]
    /// The lowest and the highest address of all ranges: most addresses lie outside.
    private let (lowest, highest): (UInt64, UInt64)
    private let others: [IPNetwork]

    /// Lays out `networks`, none or any number of either version.
    package init(_ networks: [IPNetwork]) {
        others = networks.filter(\.address.isIPv6)
        ranges = networks.filter { !$0.address.isIPv6 }.map { network in
            Range(bits: network.address.low, shift: 32 - UInt64(network.prefixLength))
        }
        lowest = ranges.map(\.bits).min() ?? 1
        highest = ranges.map { $0.bits | ((1 << $0.shift) - 1) }.max() ?? 0
    }

    /// True if there is none.
    package var isEmpty: Bool { ranges.isEmpty && others.isEmpty }

    /// True if `address` is in one of them; an IPv4-mapped IPv6 address counts as the IPv4 address.
    package func contains(_ address: IPAddress) -> Bool {
        if !others.isEmpty, others.contains(where: { $0.contains(address) }) { return true }
        let bare = address.unmapped
        guard !bare.isIPv6, lowest <= bare.low, bare.low <= highest else { return false }
        let list = ranges.span
        return list.indices.contains { (bare.low ^ list[$0].bits) >> list[$0].shift == 0 }
    }
}
