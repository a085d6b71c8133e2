/// What a port's counters in the kernel begin at: the ledger as it was, less what the kernel had counted by then.
///
/// The kernel counts to 2^32, and so do these.
package struct PortCounts: Hashable, Sendable {
    /// Frames that entered.
    package var frames: UInt32
    /// Frames that another port did not take.
    package var refused: UInt32
    /// The ring whose ledger is meant.
    package var ring: UInt64

    package init(frames: UInt32, refused: UInt32, ring: UInt64 = 0) {
        self.frames = frames
        self.refused = refused
        self.ring = ring
    }

    /// Three numbers in one word.
    var word: String { "\(frames):\(refused):\(String(ring, radix: 16))" }

    init?(word: String) {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let frames = UInt32(parts[0]), let refused = UInt32(parts[1]),
            let ring = UInt64(parts[2], radix: 16)
        else { return nil }
        self.init(frames: frames, refused: refused, ring: ring)
    }
}
