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
    /// When the last frame arrived that was being committed as this was read.
    let lastTime: Timestamp

    /// The header in `raw`, or nil if its checksum is wrong.
    init?(_ raw: ctap_ring_block) {
        let sum = CRC32C.checksum(
            raw.ordinal,
            raw.first_sequence,
            UInt64(bitPattern: raw.first_time)
        )
        guard raw.header_crc == sum else { return nil }
        ordinal = raw.ordinal
        firstSequence = raw.first_sequence
        firstTime = Timestamp(nanoseconds: raw.first_time)
        lastTime = Timestamp(nanoseconds: raw.last_time)
    }
}
