import TapWire

/// How often something happened in about the last hour, in steps of ten minutes.
struct HourCount: Hashable, Sendable, Codable {
    private static let step: Int64 = 600_000_000_000
    /// A step counts no further, so that no sum of what was told can overflow.
    private static let most = 1 << 32
    /// The last 50 to 60 minutes.
    static let hour = 6
    /// The last 60 to 70 minutes: surely the whole hour.
    static let wholeHour = 7

    /// The number of the latest step.
    private var newest: Int64 = 0
    /// Counts of each step, the latest first.
    private var counts: [Int] = []

    /// It happened so many times.
    mutating func add(_ number: Int, at time: Timestamp) {
        let ahead = ahead(of: time)
        if counts.isEmpty || ahead.magnitude >= UInt64(Self.wholeHour) {
            // Also behind a clock that was set back: nothing tells of the time since.
            (counts, newest) = ([0], time.nanoseconds / Self.step)
        } else if ahead > 0 {
            counts.insert(contentsOf: repeatElement(0, count: Int(ahead)), at: 0)
            counts.removeLast(max(0, counts.count - Self.wholeHour))
            newest = time.nanoseconds / Self.step
        }
        guard let latest = counts.first else { return }
        counts[0] = min(latest &+ min(max(0, number), Self.most), Self.most)
    }

    /// How often it happened in the latest so many steps up to `time`.
    func count(at time: Timestamp, steps: Int = hour) -> Int {
        // Events of the same moment come in no certain order: what is a little earlier is as of now.
        let ahead = max(0, ahead(of: time))
        guard ahead < Int64(steps) else { return 0 }
        return counts.prefix(steps - Int(ahead)).reduce(0, &+)
    }

    private func ahead(of time: Timestamp) -> Int64 {
        (time.nanoseconds / Self.step).subtractingReportingOverflow(newest).partialValue
    }
}
