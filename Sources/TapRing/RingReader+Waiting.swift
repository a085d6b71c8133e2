import CTap
import SystemPackage
import TapLinux

extension RingReader {
    /// Waits until there is an entry to read, at most for `limit`.
    ///
    /// It looks every millisecond at first and every ten in the end, and costs the writer nothing.
    ///
    /// - Returns: false if nothing came.
    /// - Throws: `.replaced` if everything is read and a new ring stands at the path.
    public mutating func wait(upTo limit: Duration) throws(RingError) -> Bool {
        let (seconds, attoseconds) = limit.components
        let whole = max(0, min(seconds, 86_400)) &* 1_000_000_000
        let deadline =
            FileMappingClock.monotonicNanoseconds() &+ whole
            &+ max(0, attoseconds) / 1_000_000_000
        var pause: Int64 = 1_000_000
        while !hasEntry() {
            try checkCurrent()
            let left = deadline &- FileMappingClock.monotonicNanoseconds()
            guard left > 0 else { return false }
            FileMappingClock.pause(nanoseconds: min(pause, left))
            pause = min(pause &* 2, 10_000_000)
        }
        return true
    }

    /// True if `next` has something to give, or at least to find out.
    func hasEntry() -> Bool {
        if gap != nil { return true }
        let state = state(of: place.ordinal)
        let age = state.age(since: place.ordinal)
        if age > 0, file.tail(head: file.head) > place.ordinal { return true }
        if age != 0 || state.committed == 0 { return file.isMissing(place.ordinal) }
        if place.offset == 0 || !place.isSkipping && place.offset < state.committed { return true }
        let next = self.state(of: place.ordinal &+ 1)
        let nextAge = next.age(since: place.ordinal &+ 1)
        return nextAge > 0 || nextAge == 0 && next.committed != 0
            || file.isMissing(place.ordinal &+ 1)
    }

    /// Throws unless the ring that is read is still the one at its path, and as long as it was.
    func checkCurrent() throws(RingError) {
        try file.checkLength()
        // SAFETY: the header lies in the mapping.
        let state = unsafe ctap_ring_writer_state(file.header)
        guard state != UInt32(CTAP_RING_WRITER_REPLACED) else {
            throw RingError(.replaced, path: file.path)
        }
        let (there, ours) = try ringErrors(file.path) { () throws(Errno) in
            (try FileMappingSource.identity(at: FilePath(file.path)), try file.source.identity())
        }
        // Removed and not made again: whoever holds it may still write.
        guard let there, there != ours else { return }
        throw RingError(.replaced, path: file.path)
    }

    private func state(of ordinal: UInt64) -> BlockState {
        // SAFETY: blocks lie in the mapping for any ordinal.
        BlockState(rawValue: unsafe ctap_ring_state(file.block(ordinal)))
    }
}
