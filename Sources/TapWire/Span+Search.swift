extension Span<UInt8> {
    /// Where `octet` stands first at `start` or behind it; nil if it does not.
    ///
    /// Looks at 128 octets at a time.
    ///
    /// - Precondition: `start` is not negative.
    public func firstIndex(of octet: UInt8, from start: Int) -> Int? {
        let pattern = UInt64(octet) &* 0x0101_0101_0101_0101
        var index = start
        let wanted = SIMD16(repeating: octet)
        while count &- index >= 128, !extracting(index..<index &+ 128).mayHold(wanted) {
            index &+= 128
        }
        while count &- index >= 8 {
            let matches = word(at: index).octets(like: pattern)
            if matches != 0 { return index &+ matches.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < count {
            if self[index] == octet { return index }
            index &+= 1
        }
        return nil
    }

    /// How many octets differ from those of `other`, as far as both reach.
    ///
    /// Looks at 64 octets at a time, and at each where they are not all the same.
    public func differences(from other: Span<UInt8>) -> Int {
        let common = Swift.min(count, other.count)
        var (differences, start) = (0, 0)
        while start < common {
            let block = start..<Swift.min(common, start &+ 64)
            let (mine, theirs) = (extracting(block), other.extracting(block))
            if !mine.isSame(as: theirs) {
                for index in mine.indices where mine[index] != theirs[index] {
                    differences &+= 1
                }
            }
            start = block.upperBound
        }
        return differences
    }

    /// True if 64 octets are those of `other`; false if there are fewer, whatever they are.
    @inline(__always)
    private func isSame(as other: Span<UInt8>) -> Bool {
        guard count == 64, other.count == 64 else { return false }
        let first =
            (lanes(at: 0) .!= other.lanes(at: 0)) .| (lanes(at: 16) .!= other.lanes(at: 16))
        let second =
            (lanes(at: 32) .!= other.lanes(at: 32)) .| (lanes(at: 48) .!= other.lanes(at: 48))
        return !(first .| second).holdsAny
    }

    /// True if one of 128 octets is one of `wanted`, which are all the same.
    ///
    /// Their number is told once, so that nothing is asked of each.
    @inline(__always)
    private func mayHold(_ wanted: SIMD16<UInt8>) -> Bool {
        guard count == 128 else { return true }
        return (lanes(from: 0, like: wanted) .| lanes(from: 64, like: wanted)).holdsAny
    }

    /// Which lanes of the four from `offset` on are like those of `wanted`, in any of the four.
    @inline(__always)
    private func lanes(from offset: Int, like wanted: SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>> {
        let first = (lanes(at: offset) .== wanted) .| (lanes(at: offset &+ 16) .== wanted)
        let second = (lanes(at: offset &+ 32) .== wanted) .| (lanes(at: offset &+ 48) .== wanted)
        return first .| second
    }

    /// Sixteen octets.
    @inline(__always)
    private func lanes(at offset: Int) -> SIMD16<UInt8> {
        precondition(offset >= 0 && offset <= count &- 16)
        var lanes = SIMD16<UInt8>()
        for lane in lanes.indices { lanes[lane] = self[offset &+ lane] }
        return lanes
    }

    /// Eight octets, the first in the lowest place.
    @inline(__always)
    private func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= count &- 8)
        let low =
            UInt64(self[offset]) | UInt64(self[offset &+ 1]) << 8
            | UInt64(self[offset &+ 2]) << 16 | UInt64(self[offset &+ 3]) << 24
        let high =
            UInt64(self[offset &+ 4]) << 32 | UInt64(self[offset &+ 5]) << 40
            | UInt64(self[offset &+ 6]) << 48 | UInt64(self[offset &+ 7]) << 56
        return low | high
    }
}

extension SIMDMask<SIMD16<Int8>> {
    /// True if one of the sixteen is.
    ///
    /// The compiler makes of this what it does not make of `any`: one test for all.
    @inline(__always)
    fileprivate var holdsAny: Bool {
        let found = SIMD16<UInt8>(repeating: 0).replacing(with: 1, where: self)
        let eight = found.lowHalf | found.highHalf
        let four = eight.lowHalf | eight.highHalf
        let two = four.lowHalf | four.highHalf
        return two.x | two.y != 0
    }
}

extension UInt64 {
    /// Not 0 if an octet of this number is that of `pattern`; then the lowest bit that is set stands in the first.
    @inline(__always)
    fileprivate func octets(like pattern: UInt64) -> UInt64 {
        let difference = self ^ pattern
        return (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
    }
}
