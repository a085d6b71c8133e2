/// The one word by which writer and readers of a block understand each other.
///
/// The low 32 bits count the octets of the block that are committed, its header included; 0 means
/// that the header is not written yet. The high 32 bits are the low half of the block's ordinal, so
/// that one load tells whether the block is still the one that is meant, and how much of it stands.
struct BlockState: Equatable {
    var rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    @inline(__always)
    init(ordinal: UInt64, committed: Int) {
        rawValue = ordinal << 32 | UInt64(UInt32(truncatingIfNeeded: committed))
    }

    /// Octets that are committed, header included.
    var committed: Int { Int(rawValue & 0xFFFF_FFFF) }

    /// How many blocks later than `ordinal` the state's block was begun; negative for earlier.
    func age(since ordinal: UInt64) -> Int {
        let tag = UInt32(truncatingIfNeeded: rawValue >> 32)
        return Int(Int32(bitPattern: tag &- UInt32(truncatingIfNeeded: ordinal)))
    }
}
