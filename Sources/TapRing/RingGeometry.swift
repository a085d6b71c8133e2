import CTap
import TapWire

/// Where things stand in a ring: checked once, then trusted.
struct RingGeometry: Hashable, Sendable {
    /// The version of the layout that this code knows.
    static let version: UInt32 = UInt32(CTAP_RING_VERSION)
    /// The octets "HUBTAPR" and a line feed, as a little-endian number.
    static let magic: UInt64 = 0x0A52_5041_5442_5548
    /// Octets before the first block.
    static let dataOffset = Int(CTAP_RING_DATA_OFFSET)
    /// Octets of the header of a block.
    static let blockHeaderByteCount = MemoryLayout<ctap_ring_block>.size
    /// Octets of the header of a frame.
    static let frameHeaderByteCount = MemoryLayout<ctap_ring_frame>.size

    /// Octets of a block, its header included.
    let blockByteCount: Int
    /// How many blocks there are.
    let blockCount: Int
    /// How many ports there are.
    let portCount: Int
    /// Octets kept of each frame; 0 for all.
    let snapLength: Int

    /// Octets of the whole file.
    var fileByteCount: Int { Self.dataOffset + blockCount * blockByteCount }

    /// The most octets one frame may have in this ring.
    var maximumCaptureByteCount: Int {
        min(
            RingConfiguration.maximumFrameByteCount,
            blockByteCount - Self.blockHeaderByteCount - Self.frameHeaderByteCount
        )
    }

    /// Octets that a frame takes in its block.
    @inline(__always)
    static func footprint(captured: Int) -> Int {
        (frameHeaderByteCount &+ captured &+ 7) & ~7
    }
}

extension RingGeometry {
    /// The geometry that a configuration asks for, or the reason why there is none.
    init(_ configuration: RingConfiguration, portCount: Int) throws(RingError) {
        func refuse(_ reason: String) -> RingError {
            RingError(.invalid(reason: reason), path: configuration.path)
        }
        guard !configuration.path.isEmpty else { throw refuse("it has no path") }
        let byteCount = configuration.byteCount
        guard byteCount >= RingConfiguration.minimumByteCount, byteCount <= 1 << 46 else {
            throw refuse("its size must be 128 KiB to 64 TiB, not \(byteCount) octets")
        }
        guard (1...PortIndex.maximumCount).contains(portCount) else {
            throw refuse("it takes 1 to \(PortIndex.maximumCount) ports, not \(portCount)")
        }
        guard (0...RingConfiguration.maximumFrameByteCount).contains(configuration.snapLength)
        else {
            throw refuse(
                "its snaplen must be 0 to \(RingConfiguration.maximumFrameByteCount) octets, "
                    + "not \(configuration.snapLength)"
            )
        }
        let interval = configuration.syncInterval
        guard interval >= .zero, interval <= RingConfiguration.maximumSyncInterval else {
            throw refuse("it is to be written out every 0 to 3600 s, not \(interval)")
        }
        let block = configuration.blockByteCount ?? Self.defaultBlockByteCount(ring: byteCount)
        guard block >= 4096, block <= 64 << 20, block % 4096 == 0 else {
            throw refuse("its blocks must be a multiple of 4096 octets up to 64 MiB, not \(block)")
        }
        blockByteCount = block
        blockCount = (byteCount - Self.dataOffset) / block
        self.portCount = portCount
        snapLength = configuration.snapLength
        guard blockCount >= 2 else {
            throw refuse("\(byteCount) octets do not hold two blocks of \(block)")
        }
    }

    // A block holds the longest frame, and a ring enough blocks that recycling one is a small loss.
    private static func defaultBlockByteCount(ring: Int) -> Int {
        switch ring {
        // Every block is looked at to find where writing goes on: there are at most some thousands.
        case (128 << 30)...: 64 << 20
        case (16 << 30)...: 16 << 20
        case (4 << 30)...: 4 << 20
        case (16 << 20)...: 1 << 20
        case (2 << 20)...: 512 << 10
        case (512 << 10)...: 64 << 10
        default: 16 << 10
        }
    }
}
