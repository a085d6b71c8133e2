import CTap
import TapWire

/// The place in a ring where its writer goes on.
struct RingEnd {
    /// The block begun last, 0 if none was: the next frame begins the one after it.
    var ordinal: UInt64 = 0
    /// The number of the next frame.
    var sequence: UInt64 = 0
    /// How many frames of each port the ring was ever given.
    var portFrames = InlineArray<32, UInt64>(repeating: 0)

    /// The beginning of a new ring.
    init() {}
}

extension RingEnd {
    /// Finds where the last writer ended, by looking at every block rather than trusting the header.
    ///
    /// What a writer killed half-way left behind the committed length is nothing. A block that it had
    /// begun and put nothing in is begun again, because readers may be waiting in it already. A block
    /// with frames is left as it is: what a loss of power left of it is never mixed with new frames.
    init(of file: borrowing RingFile) throws(RingError) {
        let head = file.head
        guard let newest = file.newestBlock() else {
            guard head <= 1 || file.isBlank() else { throw RingError(.damaged, path: file.path) }
            ordinal = max(1, head) - 1
            return
        }
        let walk = file.walk(newest) { _, _ in false }
        ordinal = max(newest.header.ordinal, head &- 1)
        sequence = walk.sequence
        for port in portFrames.indices {
            portFrames[port] = newest.header.portFrames[port] &+ walk.portFrames[port]
        }
    }
}
