import TapWire

/// Where a walk through a block came to.
struct BlockWalk {
    /// The offset of the frame it stopped at.
    var offset = RingGeometry.blockHeaderByteCount
    /// The number of that frame.
    var sequence: UInt64
    /// When the frame before it arrived; nil if there is none in the block.
    var last: Timestamp?
    /// False if it stopped because the block is damaged there.
    var isWhole = false

    init(sequence: UInt64) { self.sequence = sequence }
}
