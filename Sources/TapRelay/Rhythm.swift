package import TapWire

/// The times of suspect events of a server, and whether they follow a rhythm.
///
/// Two tests over the intervals between events, as the abuse of a relay by a timer shows them: the coefficient of
/// variation of the latest few, or, where some events were missed, the share that the median absolute deviation,
/// scaled to a standard deviation, has of the median of twice as many. Periodic things are not bad by themselves:
/// a rhythm raises what is suspect anyhow.
package struct Rhythm: Hashable, Sendable, Codable {
    /// What counts as a rhythm.
    package struct Test: Hashable, Sendable {
        /// How many intervals the coefficient of variation is taken of; the robust test takes twice as many.
        package var intervals: Int
        /// The largest coefficient of variation, and the largest share of the deviation in the median.
        package var spread: Double
        /// The shortest period; what comes faster is a flood.
        package var shortest: Duration

        /// Creates a test.
        package init(intervals: Int, spread: Double, shortest: Duration) {
            self.intervals = intervals
            self.spread = spread
            self.shortest = shortest
        }
    }

    /// A rhythm that was found.
    package struct Beat: Hashable, Sendable {
        /// The time from one event to the next.
        package var period: Duration
        /// The standard deviation of it.
        package var deviation: Duration
        /// How many events are in it.
        package var count: Int
        /// When the first of them was.
        package var since: Timestamp
    }

    /// The latest times, oldest first, as nanoseconds.
    private var times: [Int64] = []
    /// When the beat was told of last.
    package var toldAt: Timestamp?

    /// Starts with no event.
    package init() {}

    /// Takes an event.
    package mutating func observe(_ time: Timestamp, by test: Test) {
        // A clock that was set back begins a new count.
        if let last = times.last, time.nanoseconds < last { times = [] }
        times.append(time.nanoseconds)
        let excess = times.count - (2 * test.intervals + 1)
        if excess > 0 { times.removeFirst(excess) }
    }

    /// The rhythm of the latest events; nil if there is none.
    package func beat(by test: Test) -> Beat? {
        let intervals = zip(times, times.dropFirst()).map { Double($1) - Double($0) }
        // Times out of a damaged memory may be any.
        guard intervals.allSatisfy((0...Self.longest).contains) else { return nil }
        return Self.steady(intervals.suffix(test.intervals), test, since: times)
            ?? Self.robust(intervals.suffix(2 * test.intervals), test, since: times)
    }

    /// Nanoseconds, about thirty years.
    private static let longest = 1e18

    /// By mean and standard deviation.
    private static func steady(
        _ intervals: ArraySlice<Double>,
        _ test: Test,
        since times: [Int64]
    ) -> Beat? {
        guard intervals.count == test.intervals, !intervals.isEmpty else { return nil }
        let mean = intervals.reduce(0, +) / Double(intervals.count)
        let squares = intervals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(intervals.count)).squareRoot()
        return beat(mean, deviation, of: intervals, test, times)
    }

    /// By median and median absolute deviation; 1.4826 makes it the standard deviation of normal values.
    private static func robust(
        _ intervals: ArraySlice<Double>,
        _ test: Test,
        since times: [Int64]
    ) -> Beat? {
        guard intervals.count == 2 * test.intervals else { return nil }
        let middle = median(of: Array(intervals))
        // A flood is no rhythm, and most that has none is one.
        guard Duration.nanoseconds(Int64(middle)) >= test.shortest else { return nil }
        let deviation = 1.4826 * median(of: intervals.map { abs($0 - middle) })
        return beat(middle, deviation, of: intervals, test, times)
    }

    private static func beat(
        _ period: Double,
        _ deviation: Double,
        of intervals: ArraySlice<Double>,
        _ test: Test,
        _ times: [Int64]
    ) -> Beat? {
        let length = Duration.nanoseconds(Int64(period))
        guard length >= test.shortest, deviation <= test.spread * period else { return nil }
        return Beat(
            period: length,
            deviation: .nanoseconds(Int64(deviation)),
            count: intervals.count + 1,
            since: Timestamp(nanoseconds: times.suffix(intervals.count + 1).first ?? 0)
        )
    }

    private static func median(of values: [Double]) -> Double {
        let sorted = values.sorted()
        guard let upper = sorted.dropFirst(sorted.count / 2).first else { return 0 }
        guard sorted.count.isMultiple(of: 2) else { return upper }
        return (upper + (sorted.prefix(sorted.count / 2).last ?? upper)) / 2
    }
}
