import TapWire

/// How many sessions of a server were open at once, looked at sixteen times in a window.
///
/// A session is known when it ends, and counts for every moment at which it was open; so those that still go on are missing,
/// and the number is the least that it was.
struct OpenSessions: Hashable, Sendable, Codable {
    private static let places = 16
    /// For each of the latest moments, the latest last.
    private var counts: [UInt16] = []
    /// The number of the latest moment, in steps since 1970.
    private var latest: Int64 = 0

    /// Takes a session that is over; `step` is that of the window.
    mutating func take(from opened: Timestamp, to ended: Timestamp, step: Int64) {
        let (first, last) = (opened.nanoseconds / step + 1, ended.nanoseconds / step)
        turn(to: last)
        guard first <= last else { return }
        for moment in max(first, latest - Int64(Self.places) + 1)...last {
            let place = counts.count - 1 - Int(clamping: latest - moment)
            guard counts.indices.contains(place), counts[place] < .max else { continue }
            counts[place] += 1
        }
    }

    /// The most that were open at once in the window up to `time`, of which `step` is.
    mutating func most(at time: Timestamp, step: Int64) -> Int {
        turn(to: time.nanoseconds / step)
        return Int(counts.max() ?? 0)
    }

    /// How far the moments of a window lie apart, in nanoseconds.
    static func step(of window: Duration) -> Int64 {
        max(1, window.components.seconds / Int64(places) * 1_000_000_000)
    }

    /// Goes on to a moment; what lies more than a window before it, or behind a clock that was set back, is forgotten.
    private mutating func turn(to moment: Int64) {
        let (steps, reach) = (moment &- latest, Int64(Self.places) - 1)
        guard (-reach...reach).contains(steps),
            counts.count == Self.places
        else {
            counts = Array(repeating: 0, count: Self.places)
            latest = moment
            return
        }
        guard steps > 0 else { return }
        for place in counts.indices {
            let next = place + Int(steps)
            counts[place] = next < counts.count ? counts[next] : 0
        }
        latest = moment
    }
}
