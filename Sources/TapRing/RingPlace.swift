/// A place in a ring: where a reader stands.
struct RingPlace {
    /// The block.
    var ordinal: UInt64
    /// Where in it; 0 if its header is still to be looked at.
    var offset = 0
    /// The number that must come next; nil if any may.
    var expected: UInt64?
    /// The number of the frame that stands there; those from `expected` on to it are damaged.
    var sequence: UInt64 = 0
    /// What the checksums of the block's frames begin with.
    var seed: UInt32 = 0
    /// Why there may be a gap in front of the block that is entered next.
    var cause = FrameGap.Cause.missing
    /// True if the rest of the block is damaged.
    var isSkipping = false
}

extension RingPlace {
    /// Goes on behind the frame that stands here, which ends at `end`.
    @inline(__always)
    mutating func pass(to end: Int) {
        offset = end
        sequence &+= 1
        expected = sequence
    }
}
