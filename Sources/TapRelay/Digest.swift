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
        var zeros = 8
        while rest != 0 {
            combine(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
            zeros -= 1
        }
        // Octets that are 0 only multiply, and most numbers end with some.
        if zeros & 1 != 0 { state = state &* Self.prime }
        if zeros & 2 != 0 { state = state &* Self.prime2 }
        if zeros & 4 != 0 { state = state &* Self.prime4 }
        if zeros & 8 != 0 { state = state &* Self.prime8 }
    }

    private static let prime: UInt64 = 0x100_0000_01B3
    /// Its second, fourth and eighth power: constants, which need no look at whether they were computed.
    private static let prime2: UInt64 = 0x000366000002E329
    private static let prime4: UInt64 = 0x9FFAAC085635BC91
    private static let prime8: UInt64 = 0x1EFAC7090AEF4A21

    mutating func combine(_ text: String) {
        // By a span: an iterator asks for each octet how the text is stored.
        let octets = text.utf8.span
        for index in octets.indices { combine(octets[index]) }
        // Ends the text, so that "ab" + "c" and "a" + "bc" differ; no UTF-8 holds this octet.
        combine(UInt8(0xFF))
    }

    /// Combines the octets of a text, letters of ASCII in lower case; what follows must tell where it ends.
    mutating func combineFolded(_ text: Substring) {
        let octets = text.utf8.span
        for index in octets.indices { combine(octets[index].lowercasedASCII) }
    }

    /// The hash of the text of an address, which is not written for it if it is short.
    static func value(ofTextOf address: IPAddress) -> UInt64 {
        guard !address.isIPv6 else { return value(of: address.description) }
        var digest = Digest()
        for shift: UInt64 in [24, 16, 8, 0] {
            let octet = UInt8(truncatingIfNeeded: address.low >> shift)
            if octet >= 100 { digest.combine(UInt8(ascii: "0") + octet / 100) }
            if octet >= 10 { digest.combine(UInt8(ascii: "0") + octet / 10 % 10) }
            digest.combine(UInt8(ascii: "0") + octet % 10)
            if shift > 0 { digest.combine(UInt8(ascii: ".")) }
        }
        digest.combine(UInt8(0xFF))
        return digest.value
    }

    mutating func combine(_ address: IPAddress) {
        combine(address.high)
        combine(address.low)
        combine(UInt8(address.isIPv6 ? 6 : 4))
    }
}
