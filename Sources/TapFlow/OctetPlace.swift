/// Where octets lie in a store, in one word: there is one for each frame under way.
struct OctetPlace: Equatable, Sendable, BitwiseCopyable {
    /// Where they begin, above how many there are in the lowest 16 bits.
    private var word: UInt64 = 0

    private static let maximumCount = 0xFFFF
    private static let maximumStart = 1 << 48 - 1

    /// The place of no octets.
    init() {}

    /// Nil for more octets than a packet has without jumbograms, and for those beyond 256 TiB.
    init?(_ range: Range<Int>) {
        guard range.count <= Self.maximumCount, 0...Self.maximumStart ~= range.lowerBound else {
            return nil
        }
        word = UInt64(range.lowerBound) << 16 | UInt64(range.count)
    }

    /// How many octets lie there.
    var count: Int { Int(word & UInt64(Self.maximumCount)) }

    /// True if none do.
    var isEmpty: Bool { count == 0 }

    /// Their indices in the store.
    var range: Range<Int> {
        let start = Int(word >> 16)
        return start..<start &+ count
    }

    /// Leaves out the first `byteCount`, all of them if there are not as many.
    mutating func removeFirst(_ byteCount: Int) {
        let range = range
        let start = range.lowerBound &+ min(max(byteCount, 0), range.count)
        self = OctetPlace(start..<range.upperBound) ?? OctetPlace()
    }
}
