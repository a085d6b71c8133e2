extension IPAddress: LosslessStringConvertible {
    /// Reads an IPv4 address in dotted decimal, or an IPv6 address as in RFC 4291 section 2.2; no zone, no brackets.
    public init?(_ description: String) {
        guard description.utf8.count <= 45 else { return nil }
        if let v4 = UInt32(dottedDecimal: Substring(description)) {
            self.init(v4: v4)
            return
        }
        guard let groups = IPv6Groups(description) else { return nil }
        self.init(v6High: groups.high, low: groups.low)
    }

    /// Dotted decimal for IPv4; for IPv6 the one form of RFC 5952.
    public var description: String {
        guard isIPv6 else { return UInt32(truncatingIfNeeded: low).dottedDecimal }
        guard !isIPv4Mapped else {
            return "::ffff:" + UInt32(truncatingIfNeeded: low).dottedDecimal
        }
        let zeros = longestZeroRun
        var text = ""
        for index in 0..<8 {
            if zeros.contains(index) {
                if index == zeros.lowerBound { text += "::" }
                continue
            }
            if index > 0, index != zeros.upperBound { text += ":" }
            text += String(group(index), radix: 16)
        }
        return text
    }

    /// The 16-bit group at `index`, from 0 at the left to 7.
    private func group(_ index: Int) -> UInt64 {
        (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)) & 0xFFFF
    }

    /// The first of the longest runs of two or more zero groups; empty if there is none.
    private var longestZeroRun: Range<Int> {
        var best = -1 ..< -1
        var start = 0
        for index in 0...8 where index == 8 || group(index) != 0 {
            if index - start >= 2, index - start > best.count { best = start..<index }
            start = index + 1
        }
        return best
    }
}

extension UInt32 {
    /// Reads four decimal octets with dots between them, none with a leading zero, which some readers take for octal.
    fileprivate init?(dottedDecimal text: Substring) {
        var bits: UInt32 = 0
        var octet: UInt32 = 0
        var digitCount = 0
        var dotCount = 0
        for unit in text.utf8 {
            switch unit {
            case UInt8(ascii: "0")...UInt8(ascii: "9") where digitCount == 0 || octet > 0:
                octet = octet &* 10 &+ UInt32(unit &- UInt8(ascii: "0"))
                digitCount &+= 1
                guard octet <= 255 else { return nil }
            case UInt8(ascii: ".") where digitCount > 0 && dotCount < 3:
                bits = bits << 8 | octet
                (octet, digitCount) = (0, 0)
                dotCount &+= 1
            default: return nil
            }
        }
        guard dotCount == 3, digitCount > 0 else { return nil }
        self = bits << 8 | octet
    }

    fileprivate var dottedDecimal: String {
        var text: [UInt8] = []
        text.reserveCapacity(15)
        for shift: UInt32 in stride(from: 24, through: 0, by: -8) {
            let octet = UInt8(truncatingIfNeeded: self >> shift)
            if octet >= 100 { text.append(0x30 + octet / 100) }
            if octet >= 10 { text.append(0x30 + octet / 10 % 10) }
            text.append(0x30 + octet % 10)
            if shift > 0 { text.append(UInt8(ascii: ".")) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// The eight groups of an IPv6 address while it is read.
private struct IPv6Groups {
    var high: UInt64 = 0
    var low: UInt64 = 0

    init?(_ text: String) {
        // "::" splits the text in two at most; without it there must be eight groups.
        let halves = Self.halves(of: text)
        guard let left = Self.groups(of: halves[0], mayEmbedIPv4: halves.count == 1) else {
            return nil
        }
        guard halves.count == 2 else {
            guard left.count == 8 else { return nil }
            fill(left)
            return
        }
        guard let right = Self.groups(of: halves[1], mayEmbedIPv4: true) else { return nil }
        guard left.count + right.count <= 7 else { return nil }
        fill(left + Array(repeating: 0, count: 8 - left.count - right.count) + right)
    }

    private mutating func fill(_ groups: [UInt64]) {
        for group in groups {
            high = high << 16 | low >> 48
            low = low << 16 | group
        }
    }

    /// The text before and after the first "::", or all of it.
    private static func halves(of text: String) -> [Substring] {
        var previous: Character?
        for index in text.indices {
            if text[index] == ":", previous == ":" {
                return [text[..<text.index(before: index)], text[text.index(after: index)...]]
            }
            previous = text[index]
        }
        return [Substring(text)]
    }

    /// The groups of one half, the last of which may be an IPv4 address in dotted decimal.
    private static func groups(of half: Substring, mayEmbedIPv4: Bool) -> [UInt64]? {
        guard !half.isEmpty else { return [] }
        let parts = half.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt64] = []
        for (index, part) in parts.enumerated() {
            if mayEmbedIPv4, index == parts.count - 1, let v4 = UInt32(dottedDecimal: part) {
                groups += [UInt64(v4 >> 16), UInt64(v4 & 0xFFFF)]
                continue
            }
            guard (1...4).contains(part.utf8.count), let group = UInt64(hexadecimal: part) else {
                return nil
            }
            groups.append(group)
        }
        return groups
    }
}
