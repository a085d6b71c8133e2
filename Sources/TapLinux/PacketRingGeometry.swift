/// How the kernel's receive ring of one port is cut into slots.
public struct PacketRingGeometry: Hashable, Sendable {
    /// Octets of a slot.
    public let slotByteCount: Int
    /// Slots of a block.
    public let slotsPerBlock: Int
    /// Octets of a block, contiguous in memory if the kernel can.
    public let blockByteCount: Int
    /// Blocks of the ring.
    public let blockCount: Int

    /// A ring of at least `slotCount` slots that hold any frame an interface of this MTU receives.
    ///
    /// Two tags fit, as the kernel takes the outer one out. A slot is an odd number of cache lines
    /// long: with a power of two all slots would share the same few sets of the cache.
    public init(mtu: Int, slotCount: Int) {
        let needed = Self.frameOffset + Self.ethernetByteCount + 4 + min(max(mtu, 68), 65_535)
        let lines = (needed + Self.lineByteCount - 1) / Self.lineByteCount
        slotByteCount = (lines | 1) * Self.lineByteCount
        var blockByteCount = 64 * 1024
        while blockByteCount < slotByteCount { blockByteCount *= 2 }
        self.blockByteCount = blockByteCount
        slotsPerBlock = blockByteCount / slotByteCount
        blockCount = max(1, (slotCount + slotsPerBlock - 1) / slotsPerBlock)
    }

    /// Slots of the ring.
    public var slotCount: Int { slotsPerBlock * blockCount }
    /// Octets of the ring.
    public var byteCount: Int { blockByteCount * blockCount }

    // TPACKET2_HDRLEN, a link header, the virtio header and the alignment of the network header.
    private static let frameOffset = 76
    private static let ethernetByteCount = 14
    private static let lineByteCount = 64
}
