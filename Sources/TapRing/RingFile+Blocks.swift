import CTap
import TapWire

extension RingFile {
    /// The block of this ordinal, if it is held, has a committed frame and an undamaged header.
    func held(_ ordinal: UInt64) -> HeldBlock? {
        // SAFETY: blocks lie in the mapping for any ordinal.
        let block = unsafe self.block(ordinal)
        let state = BlockState(rawValue: unsafe ctap_ring_state(block))
        guard state.age(since: ordinal) == 0,
            state.committed > RingGeometry.blockHeaderByteCount,
            state.committed <= geometry.blockByteCount,
            let header = BlockHeader(unsafe ctap_ring_block_at(block)),
            header.ordinal == ordinal,
            BlockState(rawValue: unsafe ctap_ring_state_again(block)).age(since: ordinal) == 0
        else { return nil }
        return HeldBlock(header: header, committed: state.committed)
    }

    /// The frame at `offset` of `block`, or nil if no frame numbered `sequence` can stand there.
    @inline(__always)
    @unsafe func frame(
        in block: UnsafePointer<ctap_ring_block>,
        at offset: Int,
        committed: Int,
        sequence: UInt64
    ) -> HeldFrame? {
        guard offset >= RingGeometry.blockHeaderByteCount,
            offset &+ RingGeometry.frameHeaderByteCount <= committed,
            committed <= geometry.blockByteCount
        else { return nil }
        // SAFETY: the header of the frame lies within the committed octets, those within the block.
        let raw = unsafe ctap_ring_frame_at(UnsafeRawPointer(block) + offset)
        let captured = Int(raw.captured_octets)
        let end = offset &+ RingGeometry.footprint(captured: captured)
        guard captured <= RingConfiguration.maximumFrameByteCount, end <= committed,
            raw.sequence_low == UInt32(truncatingIfNeeded: sequence),
            raw.port < geometry.portCount
        else { return nil }
        return HeldFrame(raw: raw, end: end)
    }

    /// Goes through the frames of a block from its beginning, without their octets.
    ///
    /// It stops in front of the first frame for which `isWanted`, asked with its number, is true.
    func walk(
        _ ordinal: UInt64,
        _ held: HeldBlock,
        until isWanted: (HeldFrame, UInt64) -> Bool
    ) -> BlockWalk {
        // SAFETY: blocks lie in the mapping for any ordinal.
        let block = unsafe self.block(ordinal)
        var walk = BlockWalk(sequence: held.header.firstSequence)
        while walk.offset < held.committed {
            let found = unsafe frame(
                in: block,
                at: walk.offset,
                committed: held.committed,
                sequence: walk.sequence
            )
            guard let found else { return walk }
            if isWanted(found, walk.sequence) { break }
            walk.offset = found.end
            walk.sequence &+= 1
            walk.last = found.time
        }
        walk.isWhole = true
        return walk
    }

    /// The ordinal of the block begun last; 0 if there is none.
    var head: UInt64 {
        // SAFETY: the header lies in the mapping.
        unsafe ctap_ring_head(header)
    }

    /// The ordinal of the oldest block that can still be held when `head` was begun last.
    func tail(head: UInt64) -> UInt64 {
        let count = UInt64(geometry.blockCount)
        return head < count ? 1 : head &- count &+ 1
    }
}
