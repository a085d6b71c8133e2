import TapLinux
package import TapWire

/// Turns the clock that programs in the kernel read into the time of day, in the order of the frames.
package struct CaptureClock {
    private var offset: Int64 = 0
    private var last = Int64.min

    package init() { set() }

    /// Notes how far both clocks are apart; a clock that was set is followed from the next frame on.
    package mutating func set() {
        // Whoever is interrupted between looking at the one and the other looks again.
        for _ in 0..<Self.attempts {
            let before = FileMappingClock.monotonicNanoseconds()
            let time = FileMappingClock.now()
            let after = FileMappingClock.monotonicNanoseconds()
            guard after &- before <= Self.longestLook else { continue }
            set(time, at: before &+ (after &- before) / 2)
            return
        }
    }

    /// Notes that it was `time` at `monotonicNanoseconds`.
    package mutating func set(_ time: Timestamp, at monotonicNanoseconds: Int64) {
        let new = time.nanoseconds &- monotonicNanoseconds
        // A step back of the time of day must not hold all later frames at one instant.
        if new &- offset < -Self.stepNanoseconds { last = Int64.min }
        offset = new
    }

    /// When a frame arrived; never before the one before it.
    ///
    /// Programs on two processors may read the clock in another order than they got their place in the buffer.
    package mutating func time(of monotonicNanoseconds: Int64) -> Timestamp {
        last = max(last, monotonicNanoseconds &+ offset)
        return Timestamp(nanoseconds: last)
    }

    private static let attempts = 8
    private static let longestLook: Int64 = 50_000
    private static let stepNanoseconds: Int64 = 1_000_000
}
