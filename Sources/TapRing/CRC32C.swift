/// The Castagnoli checksum (RFC 3720, appendix B.4) of a few words.
///
/// It guards headers of blocks, one a block, so it is short rather than fast.
enum CRC32C {
    /// The checksum of the words' octets, the lowest first.
    static func checksum(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> UInt32 {
        ~add(third, to: add(second, to: add(first, to: ~0)))
    }

    private static func add(_ word: UInt64, to checksum: UInt32) -> UInt32 {
        // 64 bits at once: the register stands in the low half and is shifted out bit by bit.
        var register = word ^ UInt64(checksum)
        for _ in 0..<64 {
            register = register & 1 == 0 ? register >> 1 : register >> 1 ^ 0x82F6_3B78
        }
        return UInt32(truncatingIfNeeded: register)
    }
}
