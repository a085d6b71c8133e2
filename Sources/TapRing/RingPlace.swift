/// A place in a ring: where a reader stands.
struct RingPlace {
    /// The block.
    var ordinal: UInt64
    /// Where in it; 0 if its header is still to be looked at.
    var offset = 0
    /// The number that must come next; nil if any may.
    var expected: UInt64?
    /// Why there may be a gap in front of the block that is entered next.
    var cause = FrameGap.Cause.missing
    /// True if the rest of the block is damaged.
    var isSkipping = false
}
