import CTap
import TapWire

/// The place in a ring where its writer goes on.
struct RingEnd {
    /// The block to write into; 0 if none was begun.
    var ordinal: UInt64
    /// Where in that block; the length of a block means that the next frame begins the next one.
    var offset: Int
    /// The number of the next frame.
    var sequence: UInt64
    /// How many frames the block holds.
    var frameCount: UInt32

    /// The beginning of a new ring.
    init(fresh geometry: RingGeometry) {
        ordinal = 0
        offset = geometry.blockByteCount
        sequence = 0
        frameCount = 0
    }
}

extension RingEnd {
    /// Finds where the last writer ended, by looking at every block rather than trusting the header.
    ///
    /// What a writer killed half-way left behind the committed length is cut off. A block that it had
    /// begun and put nothing in is begun again, because readers may be waiting in it already.
    init(of file: borrowing RingFile) throws(RingError) {
        self.init(fresh: file.geometry)
        let head = file.head
        guard let (newest, held) = Self.newestBlock(of: file) else {
            guard head <= 1 else { throw RingError(.damaged, path: file.path) }
            return
        }
        let walk = file.walk(newest, held) { _, _ in false }
        sequence = walk.sequence
        guard head == newest else {
            // Begun, and empty: `beginBlock` counts one up from here.
            ordinal = max(newest, head &- 1)
            return
        }
        ordinal = newest
        offset = walk.offset
        frameCount = UInt32(truncatingIfNeeded: walk.sequence &- held.header.firstSequence)
    }

    private static func newestBlock(of file: borrowing RingFile) -> (UInt64, HeldBlock)? {
        var newest: (UInt64, HeldBlock)?
        for slot in 0..<UInt64(file.geometry.blockCount) {
            // SAFETY: blocks lie in the mapping for any ordinal.
            let ordinal = unsafe file.block(slot).pointee.ordinal
            guard ordinal != 0, ordinal % UInt64(file.geometry.blockCount) == slot,
                ordinal > newest?.0 ?? 0, let held = file.held(ordinal)
            else { continue }
            newest = (ordinal, held)
        }
        return newest
    }
}
