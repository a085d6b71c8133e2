extension Span<UInt8> {
    /// Where `octet` stands first at `start` or behind it; nil if it does not.
    ///
    /// Looks at 32 octets at a time.
    ///
    /// - Precondition: `start` is not negative.
    public func firstIndex(of octet: UInt8, from start: Int) -> Int? {
        let pattern = UInt64(octet) &* 0x0101_0101_0101_0101
        var index = start
        while index <= count &- 32 {
            let first = uint64(at: index).hasZeroOctet(xor: pattern)
            let second = uint64(at: index &+ 8).hasZeroOctet(xor: pattern)
            let third = uint64(at: index &+ 16).hasZeroOctet(xor: pattern)
            let fourth = uint64(at: index &+ 24).hasZeroOctet(xor: pattern)
            guard first | second | third | fourth == 0 else { break }
            index &+= 32
        }
        while index < count {
            if self[index] == octet { return index }
            index &+= 1
        }
        return nil
    }
}

extension UInt64 {
    /// Not 0 if an octet of this number is that of `pattern`.
    @inline(__always)
    fileprivate func hasZeroOctet(xor pattern: UInt64) -> UInt64 {
        let difference = self ^ pattern
        return (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
    }
}
