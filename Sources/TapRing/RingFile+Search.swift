import TapWire

extension RingFile {
    /// Where `position` is now.
    func find(_ position: RingPosition) throws(RingError) -> RingPlace {
        try checkLength()
        guard let oldest = oldestHeld() else {
            // Nothing was written yet; or the writer is just about to.
            let head = head
            return RingPlace(ordinal: max(1, head), expected: head == 0 ? 0 : nil)
        }
        switch position {
        case .oldest:
            return beginning(oldest, expecting: oldest.header.firstSequence)
        case .newest:
            return place(in: lastHeld(from: oldest) { _ in true }) { _, _ in false }
        case .sequence(let number):
            guard number >= oldest.header.firstSequence else {
                return beginning(oldest, expecting: number)
            }
            let block = lastHeld(from: oldest) { $0.firstSequence <= number }
            return place(in: block) { _, sequence in sequence == number }
        case .time(let time):
            guard oldest.header.firstTime < time else {
                return beginning(oldest, expecting: oldest.header.firstSequence)
            }
            let block = lastHeld(from: oldest) { $0.firstTime < time }
            return place(in: block) { frame, _ in frame.time >= time }
        }
    }

    private func beginning(_ block: HeldBlock, expecting sequence: UInt64) -> RingPlace {
        RingPlace(ordinal: block.header.ordinal, expected: sequence, cause: .overrun)
    }

    private func place(
        in block: HeldBlock,
        before isWanted: (HeldFrame, UInt64) -> Bool
    ) -> RingPlace {
        let walk = walk(block, until: isWanted)
        return RingPlace(
            ordinal: block.header.ordinal,
            offset: walk.offset,
            expected: walk.sequence,
            sequence: walk.sequence,
            seed: block.header.checksum
        )
    }
}

extension RingFile {
    /// The oldest block that holds frames; nil if none does.
    func oldestHeld() -> HeldBlock? {
        let head = head
        let tail = tail(head: head)
        guard head >= tail else { return nil }
        for ordinal in tail...head {
            if let held = held(ordinal) { return held }
        }
        return nil
    }

    /// The last block that `isBefore` holds for, found by halving.
    ///
    /// It must hold for `first` and, where it does not hold, for no later block either.
    func lastHeld(from first: HeldBlock, where isBefore: (BlockHeader) -> Bool) -> HeldBlock {
        var best = first
        var low = first.header.ordinal
        let head = head
        let span = head > low ? min(head - low, UInt64(geometry.blockCount)) : 0
        var high = low + span
        while low < high {
            let middle = high - (high - low) / 2
            let nearest = nearestHeld(at: middle, above: low)
            if let nearest, !isBefore(nearest.header) {
                high = nearest.header.ordinal - 1
            } else {
                best = nearest ?? best
                low = middle
            }
        }
        return best
    }

    // A block that is damaged, or begun and still empty, says nothing: the one before it has to.
    private func nearestHeld(at middle: UInt64, above low: UInt64) -> HeldBlock? {
        var ordinal = middle
        while ordinal > low {
            if let held = held(ordinal) { return held }
            ordinal -= 1
        }
        return nil
    }
}
