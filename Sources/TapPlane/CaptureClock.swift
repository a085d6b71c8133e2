import TapLinux
package import TapWire

/// Turns the clock that programs in the kernel read into the time of day, in the order of the frames.
package struct CaptureClock {
    private var offset: Int64 = 0
    private var last = Int64.min

    package init() { set() }

    /// Notes how far both clocks are apart; a clock that was set is followed from the next frame on.
    package mutating func set() {
        let time = FileMappingClock.now().nanoseconds &- FileMappingClock.monotonicNanoseconds()
        // A step back of the time of day must not hold all later frames at one instant.
        if time &- offset < -Self.stepNanoseconds { last = Int64.min }
        offset = time
    }

    /// When a frame arrived; never before the one before it.
    ///
    /// Programs on two processors may read the clock in another order than they got their place in the buffer.
    package mutating func time(of monotonicNanoseconds: Int64) -> Timestamp {
        last = max(last, monotonicNanoseconds &+ offset)
        return Timestamp(nanoseconds: last)
    }

    private static let stepNanoseconds: Int64 = 1_000_000
}
