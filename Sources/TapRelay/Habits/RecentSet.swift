/// About which things were seen lately, in a field of bits that grows no larger: a Bloom filter of two generations.
///
/// What was put in is found until the generation after the next begins. What was not is found by mistake with a
/// probability that grows with the number of things: 3 % at 60 things in a generation of 512 bits.
/// Source: B. H. Bloom, Space/Time Trade-offs in Hash Coding with Allowable Errors, 1970.
struct RecentSet<let words: Int>: Sendable {
    /// This generation.
    private(set) var current = InlineArray<words, UInt64>(repeating: 0)
    /// The one before.
    private(set) var former = InlineArray<words, UInt64>(repeating: 0)

    /// An empty set.
    init() {}

    /// A set of stored words.
    init(current: InlineArray<words, UInt64>, former: InlineArray<words, UInt64>) {
        self.current = current
        self.former = former
    }

    /// Whether the thing of this digest was seen in either generation.
    func contains(_ digest: UInt64) -> Bool {
        Self.isSet(digest, in: current) || Self.isSet(digest, in: former)
    }

    /// Whether it was seen in the generation before this one.
    func containedFormerly(_ digest: UInt64) -> Bool { Self.isSet(digest, in: former) }

    /// Notes it; true if it was surely not there.
    @discardableResult
    mutating func insert(_ digest: UInt64) -> Bool {
        let isNew = !contains(digest)
        Self.withBits(of: digest) { word, mask in current[word] |= mask }
        return isNew
    }

    /// Begins the next generation.
    mutating func rotate() {
        former = current
        current = InlineArray(repeating: 0)
    }

    private static func isSet(_ digest: UInt64, in field: InlineArray<words, UInt64>) -> Bool {
        var isSet = true
        withBits(of: digest) { word, mask in isSet = isSet && field[word] & mask != 0 }
        return isSet
    }

    /// Three bits for each digest, from parts of it that do not overlap.
    private static func withBits(of digest: UInt64, _ body: (Int, UInt64) -> Void) {
        for shift: UInt64 in [0, 21, 42] {
            let bit = Int((digest >> shift) & 0x1F_FFFF) % (words * 64)
            body(bit / 64, 1 << UInt64(bit % 64))
        }
    }
}
