/// Counts the frames of one port by what the kernel counts of its filter, which is to 2^32 and beyond the life of a hub.
package struct ActionMeter: Hashable, Sendable {
    /// Frames that entered.
    package private(set) var frames: UInt64
    /// Frames that another port did not take.
    ///
    /// The kernel counts for each target what it did not take: of frames that several did not take at the same time
    /// that is the most, and so may be less than there were.
    package private(set) var refused: UInt64
    /// What the counters began at, once that is known.
    private var start: PortCounts?
    private var failures: [UInt32] = []
    /// Whether another port was not there when the filter was made, so that no frame leaves by every one.
    package var isIncomplete = false

    /// Goes on from totals.
    package init(frames: UInt64, refused: UInt64) {
        self.frames = frames
        self.refused = refused
    }

    /// The totals, as far as the kernel can count.
    package var counts: PortCounts {
        PortCounts(
            frames: UInt32(truncatingIfNeeded: frames),
            refused: UInt32(truncatingIfNeeded: refused)
        )
    }

    /// The counters of the filter that the port has now begin at `start`.
    package mutating func begin(at start: PortCounts) {
        guard start != self.start else { return }
        self.start = start
        failures = []
    }

    /// Takes in how many frames the kernel dropped, having sent them on.
    ///
    /// - Returns: false if there were none since the last time.
    package mutating func note(drops: UInt32) -> Bool {
        guard let start else { return false }
        let step = start.frames &+ drops &- UInt32(truncatingIfNeeded: frames)
        // Someone else made the discipline anew.
        guard step < Self.implausible else {
            self.start?.frames = UInt32(truncatingIfNeeded: frames) &- drops
            return false
        }
        frames &+= UInt64(step)
        if isIncomplete { refused &+= UInt64(step) }
        return step > 0
    }

    /// Takes in how many frames each target among the hub's ports did not take.
    ///
    /// - Returns: How many that are more than the last time, by target; none for a filter that is new to us.
    @discardableResult
    package mutating func note(failures now: [UInt32]) -> [UInt32] {
        guard let start, !isIncomplete else { return [] }
        guard failures.count == now.count else {
            // It may have counted while no hub ran.
            failures = now
            let missed = start.refused &+ (now.max() ?? 0) &- UInt32(truncatingIfNeeded: refused)
            if missed < Self.implausible { refused &+= UInt64(missed) }
            return []
        }
        let news = zip(now, failures).map { $0 &- $1 }.map { $0 < Self.implausible ? $0 : 0 }
        failures = now
        refused &+= UInt64(news.max() ?? 0)
        return news
    }

    /// More than there can be between two looks.
    private static let implausible: UInt32 = 1 << 31
}
