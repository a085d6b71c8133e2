import TapWire

/// The sizes of the latest messages for one recipient that a host took within the hour: what goes to a list is one of them,
/// and its copies are a little larger.
///
/// On a busy server every message is as large, but for a header, as one that came lately, and leaves soon behind another. So
/// a likeness counts only where it is not to be expected: where, by how many came in the hour, fewer than a quarter of one
/// would be alike by chance in the time since.
struct IntakeSizes: Hashable, Sendable, Codable {
    private struct Entry: Hashable, Sendable, Codable {
        var time: Timestamp
        var octets: Int64
    }

    /// In nanoseconds, as there are many to be held against it.
    private static let hour: Int64 = 3_600_000_000_000
    /// So many by chance are few: where so many are expected there is one in 10 % of all cases.
    private static let fewByChance = 0.1

    /// The oldest first.
    private var entries: [Entry] = []

    /// Notes a message; of more than are kept the first are forgotten.
    mutating func note(_ octets: UInt64, at time: Timestamp) {
        let limit = RelayLimits.intakeSizes
        if entries.count >= limit { entries.removeFirst(entries.count - limit + 1) }
        entries.append(Entry(time: time, octets: Int64(clamping: octets)))
    }

    /// True if one of them, with a header more, is as large as a message of `octets` that leaves, and hardly by chance.
    func hasGrown(to octets: UInt64, at time: Timestamp) -> Bool {
        let octets = Int64(clamping: octets)
        let growth = OnwardFacts.growth
        var (latest, count) = (Self.hour, 0)
        for entry in entries where growth.contains(octets &- entry.octets) {
            guard let age = age(of: entry, at: time) else { continue }
            (latest, count) = (min(latest, age), count + 1)
        }
        return count > 0 && isTelling(latest, others: count - 1, at: time)
    }

    /// True if so few come that one hardly came by chance within so long before `time`.
    ///
    /// All times are in nanoseconds.
    func isTelling(_ wait: Int64, at time: Timestamp) -> Bool {
        let count = entries.count { age(of: $0, at: time) != nil }
        return isTelling(wait, others: max(0, count - 1), at: time)
    }

    /// True if of so many `others` in the time that is remembered few are expected within `wait`.
    private func isTelling(_ wait: Int64, others: Int, at time: Timestamp) -> Bool {
        guard others > 0 else { return true }
        var remembered = Self.hour
        if entries.count >= RelayLimits.intakeSizes, let first = entries.first {
            remembered = age(of: first, at: time) ?? Self.hour
        }
        return Double(others) * Double(wait) < Self.fewByChance * Double(remembered)
    }

    /// How long before `time` one came; nil if that is an hour or more, or the clock was set back.
    private func age(of entry: Entry, at time: Timestamp) -> Int64? {
        let age = time.nanoseconds(since: entry.time)
        return (0..<Self.hour).contains(age) ? age : nil
    }
}
