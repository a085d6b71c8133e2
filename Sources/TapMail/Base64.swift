/// Base64 of RFC 4648 section 4, as SASL uses it.
enum Base64 {
    /// The octets that `text` stands for; nil if it is no base64.
    ///
    /// Missing padding is let pass.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount = 0
        var isPadded = false
        for octet in text {
            if octet == UInt8(ascii: "=") {
                isPadded = true
                continue
            }
            guard !isPadded, let value = value(of: octet) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount &+= 6
            guard bitCount >= 8 else { continue }
            bitCount &-= 8
            result.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
        }
        return bitCount == 6 ? nil : result
    }

    private static func value(of octet: UInt8) -> UInt8? {
        switch octet {
        case 0x41...0x5A: octet &- 0x41
        case 0x61...0x7A: octet &- 0x61 &+ 26
        case 0x30...0x39: octet &- 0x30 &+ 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
