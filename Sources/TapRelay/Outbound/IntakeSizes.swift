import TapWire

/// The sizes of the latest messages for one recipient that a host took within the hour: what goes to a list is one of them,
/// and its copies are a little larger.
struct IntakeSizes: Hashable, Sendable, Codable {
    private struct Entry: Hashable, Sendable, Codable {
        var time: Timestamp
        var octets: Int64
    }

    /// How many are kept; of more within an hour the first are forgotten.
    private static let limit = 128
    private static let hour = Duration.zero..<Duration.seconds(3_600)

    /// The oldest first.
    private var entries: [Entry] = []

    /// Notes a message.
    mutating func note(_ octets: UInt64, at time: Timestamp) {
        if entries.count >= Self.limit { entries.removeFirst(entries.count - Self.limit + 1) }
        entries.append(Entry(time: time, octets: Int64(clamping: octets)))
    }

    /// True if one of them, with a header more, is as large as a message of `octets` that leaves.
    func hasGrown(to octets: UInt64, at time: Timestamp) -> Bool {
        let octets = Int64(clamping: octets)
        return entries.contains { entry in
            Self.hour.contains(time.duration(since: entry.time))
                && OnwardFacts.growth.contains(octets &- entry.octets)
        }
    }
}
