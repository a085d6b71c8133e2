import TapWire

/// Where a walk through a block came to.
struct BlockWalk {
    /// The offset of the frame it stopped at, or behind the last whole one.
    var offset = RingGeometry.blockHeaderByteCount
    /// The number of the frame that stands or will stand there.
    var sequence: UInt64
    /// When the frame before it arrived; nil if there is none in the block.
    var last: Timestamp?
    /// How many whole frames of each port it has passed.
    var portFrames = InlineArray<32, UInt64>(repeating: 0)

    init(sequence: UInt64) { self.sequence = sequence }
}
