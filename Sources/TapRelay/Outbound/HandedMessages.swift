import TapWire

/// About which messages the servers of ours took within a day, by digests of server and Message-ID: two filters of bits
/// that take turns, 64 KiB in all.
///
/// What was taken is found for a day at the least, and for two at the most. A message that was not is found by mistake, so
/// that it says nothing: of those in a day of 20,000 messages one in 60, of 50,000 one in 6, of 100,000 every second one.
/// Source: B. H. Bloom, Space/Time Trade-offs in Hash Coding with Allowable Errors, 1970.
struct HandedMessages: Hashable, Sendable, Codable {
    /// Words of 64 bits in each filter: 2^18 bits.
    private static let size = RelayLimits.handedWords
    private static let bitsOfPlace: UInt64 = 18
    /// How many bits a message has.
    private static let parts = 3
    /// How long a filter is the young one, nanoseconds.
    private static let turn: Int64 = 86_400_000_000_000
    /// By so much events may be told out of order, nanoseconds; a clock that was set back by less is waited for.
    private static let disorder: Int64 = 3_600_000_000_000

    /// This day's; empty before the first message.
    private var young: [UInt64] = []
    /// The day's before; empty if there were none.
    private var old: [UInt64] = []
    /// When the young one began.
    private var since = Timestamp.distantPast
    /// Since when messages are looked for without a gap that is known of; nil before that.
    private var began: Timestamp?

    /// Moves time on, while messages are looked for.
    mutating func watch(at time: Timestamp) {
        // Behind a clock that was set back nothing tells how long that has been.
        began = min(began ?? time, time)
        let age = time.nanoseconds(since: since)
        guard age >= Self.turn || age < -Self.disorder else { return }
        // So long without any mail is a tap that was off, or a clock that was set: what was handed in meanwhile is not known.
        let isGap = age >= Self.turn * 2
        if isGap { began = time }
        (old, young) = (isGap ? [] : young, [])
        since = time
    }

    /// True if all messages of a day before `time` were looked for.
    func knowsDay(before time: Timestamp) -> Bool {
        began.map { time.nanoseconds(since: $0) >= Self.turn } ?? false
    }

    /// Notes a message that is taken now.
    mutating func insert(_ digest: UInt64) {
        if young.isEmpty { young = Array(repeating: 0, count: Self.size) }
        for part in 0..<Self.parts {
            let (word, mask) = Self.place(part, of: digest)
            if young.indices.contains(word) { young[word] |= mask }
        }
    }

    /// True if it was noted; seldom of one that was not.
    func contains(_ digest: UInt64) -> Bool {
        Self.contains(digest, in: young) || Self.contains(digest, in: old)
    }

    private static func contains(_ digest: UInt64, in filter: [UInt64]) -> Bool {
        (0..<parts).allSatisfy { part in
            let (word, mask) = place(part, of: digest)
            // A memory that was damaged may have a shorter filter.
            return filter.indices.contains(word) && filter[word] & mask != 0
        }
    }

    /// Where the bit of a part of a digest lies; the parts do not overlap.
    private static func place(_ part: Int, of digest: UInt64) -> (word: Int, mask: UInt64) {
        let bit = (digest >> (part * 21)) & ((1 << bitsOfPlace) - 1)
        return (Int(bit / 64), 1 << (bit % 64))
    }
}
