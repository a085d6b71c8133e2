import TapWire

/// A clock that only goes forward, and never by more than a day at once.
///
/// What is learned ages by it, so that a clock that jumps neither makes everything old at once nor stops the ageing.
/// Its hours begin with those of the clock on the wall until that one is set.
struct HabitClock: Hashable, Sendable, Codable {
    /// The longest step, seconds: a weekend without mail counts as one day.
    static let longestStep: UInt32 = 86_400
    /// Where it starts, so that 0 stands for "long ago": a whole day.
    static let start: UInt32 = 200 * 86_400
    /// Further back than any order of events explains, seconds: the clock on the wall was set.
    private static let disorder: Int64 = 120

    /// Seconds since its start.
    private(set) var seconds = HabitClock.start
    /// The latest time it was shown; nil at first.
    private var latest: Timestamp?

    /// Starts.
    init() {}

    /// Hours since its start.
    var hour: UInt32 { seconds / 3_600 }

    /// Is at least so far.
    mutating func catchUp(to other: UInt32) { seconds = max(seconds, other) }

    /// Goes forward to `time`; a time before the latest does not move it.
    mutating func advance(to time: Timestamp) {
        guard let latest else {
            latest = time
            seconds += UInt32(max(0, time.nanoseconds) / 1_000_000_000 % 86_400)
            return
        }
        let step = time.wholeSeconds(since: latest)
        guard step >= 1 else {
            if step < -Self.disorder { self.latest = time }
            return
        }
        let capped = UInt32(min(step, Int64(Self.longestStep)))
        let (sum, isFull) = seconds.addingReportingOverflow(capped)
        seconds = isFull ? .max : sum
        let reached = Timestamp(nanoseconds: latest.nanoseconds &+ step &* 1_000_000_000)
        self.latest = step > Int64(Self.longestStep) ? time : reached
    }
}
