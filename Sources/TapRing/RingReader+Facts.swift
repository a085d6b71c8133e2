public import TapWire

extension RingReader {
    /// What the ring holds now.
    public func statistics() throws(RingError) -> RingStatistics {
        try file.checkLength()
        let geometry = file.geometry
        var statistics = RingStatistics(
            byteCount: geometry.fileByteCount,
            usedByteCount: 0,
            blockByteCount: geometry.blockByteCount,
            oldestSequence: 0,
            nextSequence: 0,
            portFrames: Array(repeating: 0, count: geometry.portCount)
        )
        guard let oldest = file.oldestHeld() else { return statistics }
        let newest = file.lastHeld(from: oldest) { _ in true }
        let walk = file.walk(newest) { _, _ in false }
        let before = newest.header.ordinal &- oldest.header.ordinal
        let blocks = Int(clamping: min(before, UInt64(geometry.blockCount - 1)))
        statistics.usedByteCount = blocks * geometry.blockByteCount + newest.committed
        statistics.oldestSequence = oldest.header.firstSequence
        statistics.nextSequence = max(walk.sequence, oldest.header.firstSequence)
        statistics.oldestTime = oldest.header.firstTime
        statistics.newestTime = walk.last ?? newest.header.firstTime
        statistics.portFrames = (0..<geometry.portCount).map { port in
            newest.header.portFrames[port] &+ walk.portFrames[port]
                &- oldest.header.portFrames[port]
        }
        return statistics
    }

    /// What became of the frames of each port, as the writer last published it.
    ///
    /// - Throws: `.damaged` if it cannot be read; a ledger never published is all zeros.
    public func ledger() throws(RingError) -> Ledger {
        try file.checkLength()
        return try file.loadLedger().ledger
    }

    /// Who fills the ring, and whether frames can still come.
    public func writer() throws(RingError) -> RingWriterStatus {
        try file.checkLength()
        return try file.writerStatus()
    }
}
