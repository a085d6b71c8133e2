import TapWire

/// The few different things that came lately, by their digests, each with when it came last.
struct RecentKeys: Hashable, Sendable, Codable {
    private struct Entry: Hashable, Sendable, Codable {
        var key: UInt64
        var time: Timestamp
    }

    /// The oldest first.
    private var entries: [Entry] = []

    /// How many there are.
    var count: Int { entries.count }

    /// Notes one; those older than `window` go first, then the oldest beyond `limit`.
    mutating func insert(_ key: UInt64, at time: Timestamp, within window: Duration, limit: Int) {
        // Times ahead of now are from before the clock was set back; they count as now.
        entries.removeAll { $0.key == key || time.duration(since: $0.time) >= window }
        entries.append(Entry(key: key, time: time))
        entries = entries.suffix(max(1, limit))
    }
}
