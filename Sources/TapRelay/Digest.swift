import TapWire

/// A 64-bit hash that is the same in every process: FNV-1a with a final mix.
struct Digest: Hashable, Sendable {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of what was combined.
    var value: UInt64 {
        var mixed = (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        mixed = (mixed ^ (mixed >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return mixed ^ (mixed >> 33)
    }

    mutating func combine(_ octet: UInt8) {
        state = (state ^ UInt64(octet)) &* Self.prime
    }

    /// Combines the eight octets of `number`, the lowest first.
    mutating func combine(_ number: UInt64) {
        var rest = number
        var zeros = Self.primes.count
        while rest != 0 {
            combine(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
            zeros -= 1
        }
        // Octets that are 0 only multiply, and most numbers end with some.
        if zeros > 0 { state = state &* Self.primes[zeros - 1] }
    }

    private static let prime: UInt64 = 0x100_0000_01B3
    /// The powers of the prime, from the first to the eighth.
    private static let primes: InlineArray<8, UInt64> = {
        var powers = InlineArray<8, UInt64>(repeating: prime)
        for exponent in 1..<8 { powers[exponent] = powers[exponent - 1] &* prime }
        return powers
    }()

    mutating func combine(_ text: String) {
        for octet in text.utf8 { combine(octet) }
        // Ends the text, so that "ab" + "c" and "a" + "bc" differ; no UTF-8 holds this octet.
        combine(UInt8(0xFF))
    }

    mutating func combine(_ address: IPAddress) {
        combine(address.high)
        combine(address.low)
        combine(UInt8(address.isIPv6 ? 6 : 4))
    }
}
