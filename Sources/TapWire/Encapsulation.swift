/// What stood around an IP packet on the wire: VLAN tags and tunnels.
///
/// It tells the packets of one network from those of another, in which the same addresses may live.
public struct Encapsulation: Hashable, Sendable, BitwiseCopyable {
    /// The VLANs; those of the inner frame where a tunnel carries frames.
    public internal(set) var vlans: VLANStack
    /// How many tunnels the packet was in.
    public private(set) var tunnelCount: UInt8 = 0
    /// The identifier with a bit above it that says it is there.
    private var networkBits: UInt32 = 0

    /// A packet in no tunnel.
    public init(vlans: VLANStack = VLANStack()) { self.vlans = vlans }

    /// The 24 bits that name the virtual network of the innermost VXLAN, Geneve or NVGRE tunnel; nil outside of such.
    public var network: UInt32? { networkBits == 0 ? nil : networkBits & 0xFF_FFFF }

    /// Goes into a tunnel, which may name its network.
    mutating func enterTunnel(network: UInt32? = nil) {
        tunnelCount &+= 1
        if let network { networkBits = 1 << 24 | network & 0xFF_FFFF }
    }

    /// All of it in 64 bits, different for different values.
    public var bits: UInt64 { tunnelBits ^ UInt64(vlans.word) }

    /// The tunnels in 64 bits, whatever VLANs there are: different for different ones, and 0 for none.
    public var tunnelBits: UInt64 { UInt64(tunnelCount) << 57 ^ UInt64(networkBits) << 32 }
}
