import TapWire

/// Which domains a host has sent to in about a month, in a few hundred octets: two filters that take turns.
///
/// A domain sets three bits of the young filter (B. Bloom, 1970). Every half month the young becomes the old one. With
/// more than some hundred domains the filters say "seen" of things that were not, never the other way round: who sends
/// everywhere is surprised by nothing.
struct SeenDomains: Hashable, Sendable, Codable {
    /// Words of 64 bits in each filter.
    static let usualSize = 32
    private static let turn = Duration.seconds(15 * 86_400)

    private var young: [UInt64] = []
    private var old: [UInt64] = []
    private var since = Timestamp.distantPast

    /// Notes a domain by its digest; true if it was surely not seen before.
    ///
    /// A filter that begins gets `size` words.
    mutating func insert(_ digest: UInt64, at time: Timestamp, size: Int = usualSize) -> Bool {
        let age = time.duration(since: since)
        if young.isEmpty || age >= Self.turn || age < .zero {
            old = age >= Self.turn * 2 ? [] : young
            young = Array(repeating: 0, count: max(1, size))
            since = time
        }
        var isNew = false
        for shift in [UInt64(0), 21, 42] {
            let bit = Int((digest >> shift) % UInt64(64 * young.count))
            let (word, mask) = (bit / 64, UInt64(1) << UInt64(bit % 64))
            // A memory that was damaged may have a shorter filter.
            guard young.indices.contains(word) else { return false }
            let isInOld = old.indices.contains(word) && old[word] & mask != 0
            if young[word] & mask == 0, !isInOld { isNew = true }
            young[word] |= mask
        }
        return isNew
    }
}
