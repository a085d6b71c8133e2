/// What a port's counters in the kernel begin at: the ledger as it was, less what the kernel had counted by then.
///
/// The kernel counts to 2^32, and so do these.
package struct PortCounts: Hashable, Sendable {
    /// Frames that entered.
    package var frames: UInt32
    /// Frames that another port did not take.
    package var refused: UInt32

    package init(frames: UInt32, refused: UInt32) {
        self.frames = frames
        self.refused = refused
    }

    /// Two numbers in one word.
    var word: String { "\(frames):\(refused)" }

    init?(word: String) {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let frames = UInt32(parts[0]), let refused = UInt32(parts[1])
        else { return nil }
        self.init(frames: frames, refused: refused)
    }
}
