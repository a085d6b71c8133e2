import TapMail
import TapWire

/// How long a server takes to answer one kind of command: usually, and of late.
///
/// What is usual is a histogram by powers of two of milliseconds, halved now and then so that it follows slow changes.
struct ReplyHabit: Hashable, Sendable, Codable {
    /// A time that was seen lately.
    private struct Sample: Hashable, Sendable, Codable {
        var time: Timestamp
        var milliseconds: Int
    }

    /// The time over which answers are looked at.
    struct Window: Sendable {
        let length: Duration
        /// In nanoseconds, and of how many of them one sample is kept; worked out once, for all answers come by here.
        fileprivate let (nanoseconds, place): (Int64, Int64)

        init(_ length: Duration) {
            self.length = length
            (nanoseconds, place) = (
                length.wholeNanoseconds, (length / keptSamples).wholeNanoseconds
            )
        }
    }

    private var usual = Self.nothing
    private var recent: [Sample] = []
    private static let places = 24
    /// What all share who have no habit yet.
    private static let nothing = Array(repeating: 0, count: places)
    /// The window has so many places for one sample each, so that those that are kept cover it on a busy server, too.
    private static let keptSamples = 64
    /// When the histogram holds so many it is halved.
    private static let full = 4_096
    /// So many make a habit.
    private static let habit = 50
    /// So many are needed to tell of now.
    private static let few = 10

    /// Takes a time, one of its place in `window`; those older than that become a part of what is usual.
    mutating func take(_ milliseconds: Int, at time: Timestamp, window: Window) {
        if let last = recent.last {
            let gap = time.nanoseconds(since: last.time)
            guard gap < 0 || gap >= window.place else { return }
        }
        while let first = recent.first {
            let age = time.nanoseconds(since: first.time)
            guard age >= window.nanoseconds || age < 0 || recent.count >= Self.keptSamples else {
                break
            }
            file(first.milliseconds)
            recent.removeFirst()
        }
        recent.append(Sample(time: time, milliseconds: max(0, milliseconds)))
    }

    private mutating func file(_ milliseconds: Int) {
        let place = min(Self.places - 1, Int.bitWidth - milliseconds.leadingZeroBitCount)
        // A memory that was damaged may have fewer places.
        guard usual.indices.contains(place) else { return }
        usual[place] &+= 1
        if usual.reduce(0, &+) >= Self.full { usual = usual.map { $0 / 2 } }
    }

    /// The median that is usual, in milliseconds, as the upper end of its power of two; nil if there is no habit yet.
    var usualMedian: Int? {
        let count = usual.reduce(0, &+)
        guard count >= Self.habit else { return nil }
        var sum = 0
        for (place, seen) in usual.enumerated() {
            sum &+= seen
            if 2 &* sum >= count { return 1 << place }
        }
        return nil
    }

    /// How long answers took of late, if `window` is covered: at least `few` times over more than four fifths of it.
    func recent(window: Window) -> Quantiles? {
        guard recent.count >= Self.few, let first = recent.first, let last = recent.last,
            last.time.duration(since: first.time).seconds >= 0.8 * window.length.seconds
        else { return nil }
        return Quantiles(recent.map(\.milliseconds).sorted())
    }

    /// How long the slower ones of many answers took at least, in milliseconds.
    struct Quantiles: Hashable, Sendable {
        /// The slower half.
        let median: Int
        /// The slowest tenth.
        let tenth: Int
        /// The slowest twentieth.
        let twentieth: Int

        /// Those of some times, shortest first.
        ///
        /// - Precondition: there is one at least.
        fileprivate init(_ sorted: [Int]) {
            median = sorted[sorted.count / 2]
            tenth = sorted[sorted.count - 1 - sorted.count / 10]
            twentieth = sorted[sorted.count - 1 - sorted.count / 20]
        }
    }
}
