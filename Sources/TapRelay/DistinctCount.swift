/// About how many different things were seen, in little memory: exactly up to a limit, then estimated.
///
/// Beyond the limit each thing sets one bit of a field by its hash, and the share of bits that are still clear tells
/// how many there were (linear counting; K.-Y. Whang et al., A Linear-Time Probabilistic Counting Algorithm, 1990).
package struct DistinctCount: Hashable, Sendable, Codable {
    /// Up to so many the count is exact.
    package static let exactLimit = 32
    /// Bits of the field: counts up to some ten thousand within a few percent.
    private static let bits = 8_192

    private var digests: [UInt64] = []
    private var field: [UInt64] = []

    /// Starts with nothing.
    package init() {}

    /// Notes a thing by its digest; true if it was surely not seen before.
    @discardableResult
    package mutating func insert(_ digest: UInt64) -> Bool {
        guard field.isEmpty else { return set(digest) }
        guard !digests.contains(digest) else { return false }
        guard digests.count >= Self.exactLimit else {
            digests.append(digest)
            return true
        }
        field = Array(repeating: 0, count: Self.bits / 64)
        for earlier in digests { _ = set(earlier) }
        digests = []
        return set(digest)
    }

    /// True if a thing was surely not seen before, which a look does not change.
    package func isSurelyNew(_ digest: UInt64) -> Bool {
        let bit = digest % UInt64(Self.bits)
        guard field.isEmpty else {
            let (word, mask) = (Int(bit / 64), UInt64(1) << (bit % 64))
            return field.indices.contains(word) && field[word] & mask == 0
        }
        // With one more the field would begin, in which two can have the same bit.
        guard digests.count < Self.exactLimit else {
            return !digests.contains { $0 % UInt64(Self.bits) == bit }
        }
        return !digests.contains(digest)
    }

    /// How many there were.
    package var count: Int {
        guard !field.isEmpty else { return digests.count }
        let clear = max(1, field.reduce(Self.bits) { $0 - $1.nonzeroBitCount })
        return Int(-Double(Self.bits) * Logarithm.natural(Double(clear) / Double(Self.bits)) + 0.5)
    }

    private mutating func set(_ digest: UInt64) -> Bool {
        let bit = Int(digest % UInt64(Self.bits))
        // A memory that was damaged may have a shorter field.
        guard field.indices.contains(bit / 64) else { return false }
        let mask: UInt64 = 1 << UInt64(bit % 64)
        defer { field[bit / 64] |= mask }
        return field[bit / 64] & mask == 0
    }
}
