extension MACAddress: LosslessStringConvertible {
    /// Reads six octets in hexadecimal with colons or hyphens between them.
    public init?(_ description: String) {
        let groups = description.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        guard groups.count == 6 else { return nil }
        var bits: UInt64 = 0
        for group in groups {
            guard group.utf8.count == 2, let octet = UInt64(hexadecimal: group) else { return nil }
            bits = bits << 8 | octet
        }
        self.init(bits: bits)
    }

    /// Six octets in hexadecimal, lower case, with colons between them.
    public var description: String {
        var text = ""
        for shift in stride(from: 40, through: 0, by: -8) {
            let octet = String(bits >> UInt64(shift) & 0xFF, radix: 16)
            if !text.isEmpty { text += ":" }
            if octet.utf8.count == 1 { text += "0" }
            text += octet
        }
        return text
    }

    /// True for addresses of groups, the broadcast address included.
    public var isGroup: Bool { bits >> 40 & 1 == 1 }
}

extension UInt64 {
    /// Reads hexadecimal digits and nothing else: no sign, no prefix.
    init?(hexadecimal digits: Substring) {
        guard digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
            return nil
        }
        self.init(digits, radix: 16)
    }

    /// Reads decimal digits and nothing else: no sign, and no leading zero, which some readers take for octal.
    init?(strictDecimal digits: Substring, upTo limit: UInt64) {
        guard let first = digits.utf8.first, digits.utf8.count == 1 || first != UInt8(ascii: "0")
        else {
            return nil
        }
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard let value = UInt64(digits), value <= limit else { return nil }
        self = value
    }
}
