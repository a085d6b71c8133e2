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
            let header = BlockHeader(unsafe ctap_ring_block_at(block), checksum),
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
        let captured = Int(raw.captured_and_port & 0xFF_FFFF)
        let end = offset &+ RingGeometry.footprint(captured: captured)
        guard captured <= RingConfiguration.maximumFrameByteCount, end <= committed,
            raw.sequence_low == UInt16(truncatingIfNeeded: sequence),
            raw.captured_and_port >> 24 < geometry.portCount
        else { return nil }
        return HeldFrame(raw: raw, end: end)
    }

    /// Whether the frame at `offset` has the checksum that its header states.
    @unsafe func isWhole(
        _ frame: HeldFrame,
        numbered sequence: UInt64,
        in block: UnsafePointer<ctap_ring_block>,
        at offset: Int,
        seed: UInt32
    ) -> Bool {
        var raw = frame.raw
        // SAFETY: `frame(in:at:)` found that header and octets lie in the block.
        let octets = unsafe UnsafeRawPointer(block) + offset + RingGeometry.frameHeaderByteCount
        let register = unsafe ctap_ring_frame_register(seed, sequence, &raw)
        return unsafe ~ctap_crc32c(register, octets, frame.captured) == raw.crc
    }

    /// Goes through the whole frames of a block from its beginning.
    ///
    /// It stops in front of the first one for which `isWanted`, asked with its number, is true.
    /// A damaged frame is passed as long as those behind it can be found.
    func walk(_ held: HeldBlock, until isWanted: (HeldFrame, UInt64) -> Bool) -> BlockWalk {
        // SAFETY: blocks lie in the mapping for any ordinal.
        let block = unsafe self.block(held.header.ordinal)
        var walk = BlockWalk(sequence: held.header.firstSequence)
        var offset = walk.offset
        var sequence = walk.sequence
        while let found = unsafe frame(
            in: block,
            at: offset,
            committed: held.committed,
            sequence: sequence
        ) {
            if unsafe isWhole(
                found,
                numbered: sequence,
                in: block,
                at: offset,
                seed: held.header.checksum
            ) {
                walk.offset = offset
                walk.sequence = sequence
                if isWanted(found, sequence) { return walk }
                walk.offset = found.end
                walk.sequence = sequence &+ 1
                walk.last = found.time
                walk.portFrames[Int(found.port)] &+= 1
            }
            offset = found.end
            sequence &+= 1
        }
        return walk
    }

    /// The ordinal of the block begun last; 0 if there is none.
    var head: UInt64 {
        // SAFETY: the header lies in the mapping.
        max(unsafe ctap_ring_head(header), newestAtOpening)
    }

    /// True if a block of this ordinal was begun, and left again, and is not in its place, nor a later one.
    ///
    /// Only a loss of power or damage can have taken it away: the writer commits a frame of a block before it
    /// stores the next head, and stores the head before it uses a place again. So the state is loaded
    /// behind the head, and the head again behind the state.
    func isMissing(_ ordinal: UInt64) -> Bool {
        guard head > ordinal else { return false }
        // SAFETY: blocks lie in the mapping for any ordinal.
        let state = BlockState(rawValue: unsafe ctap_ring_state(block(ordinal)))
        let age = state.age(since: ordinal)
        guard age <= 0 else { return tail(head: head) <= ordinal }
        return age < 0 || state.committed == 0
    }

    /// True if no block was ever begun, as far as the blocks tell.
    func isBlank() -> Bool {
        (0..<UInt64(geometry.blockCount)).allSatisfy { slot in
            // SAFETY: blocks lie in the mapping for any ordinal.
            let raw = unsafe ctap_ring_block_at(block(slot))
            return raw.state == 0 && raw.ordinal == 0 && raw.crc == 0
        }
    }

    /// The newest block with an undamaged header and something in it, found by looking at all.
    func newestBlock() -> HeldBlock? {
        var newest: HeldBlock?
        for slot in 0..<UInt64(geometry.blockCount) {
            // SAFETY: blocks lie in the mapping for any ordinal.
            let ordinal = unsafe block(slot).pointee.ordinal
            guard ordinal != 0, ordinal % UInt64(geometry.blockCount) == slot,
                ordinal > newest?.header.ordinal ?? 0, let held = held(ordinal)
            else { continue }
            newest = held
        }
        return newest
    }

    /// The ordinal of the oldest block that can still be held when `head` was begun last.
    func tail(head: UInt64) -> UInt64 {
        let count = UInt64(geometry.blockCount)
        return head < count ? 1 : head &- count &+ 1
    }
}
