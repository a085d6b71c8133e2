import CTap
import TapWire

/// The header of a block, copied out and checked.
struct BlockHeader {
    /// The number of the block since the ring was made, from 1 on.
    let ordinal: UInt64
    /// The number of its first frame.
    let firstSequence: UInt64
    /// When its first frame arrived.
    let firstTime: Timestamp
    /// How many frames of each port stood in the ring before it, ever.
    let portFrames: InlineArray<32, UInt64>
    /// Its checksum, with which those of its frames begin.
    let checksum: UInt32

    /// The header in `raw`, or nil if its checksum is wrong.
    init?(_ raw: ctap_ring_block, _ ring: RingChecksum) {
        guard raw.crc == ring.sum(raw) else { return nil }
        ordinal = raw.ordinal
        firstSequence = raw.first_sequence
        firstTime = Timestamp(nanoseconds: raw.first_time)
        checksum = raw.crc
        // SAFETY: both are 32 words.
        portFrames = unsafe unsafeBitCast(raw.port_frames, to: InlineArray<32, UInt64>.self)
    }
}
