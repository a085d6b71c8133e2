extension DNSReader {
    /// The address whose reverse lookup asks for the name at `offset` (RFC 1035 section 3.5, RFC 3596 section 2.5).
    ///
    /// Nil for any other name: one of a network, or of a part of one (RFC 2317), stands for no address.
    func reversedAddress(at offset: Int) -> IPAddress? {
        var labels = DNSLabels(message, at: offset)
        var parts = ReversedParts()
        while let label = labels.next() {
            let octets = message.extracting(label)
            guard !parts.take(octets) else { continue }
            // What is no part must be the first of the two labels that all such names end with.
            guard let address = parts.address(in: octets), let root = labels.next(),
                message.extracting(root).isText("arpa"), labels.next() == nil, labels.isWhole
            else { return nil }
            return address
        }
        return nil
    }
}

/// An address that is gathered from its last part on, as long as it may still be one of either family.
private struct ReversedParts {
    private var count = 0
    private var areOctets = true
    private var areNibbles = true
    private var v4: UInt32 = 0
    private var high: UInt64 = 0
    private var low: UInt64 = 0

    /// Takes a label that stands for a part; false if it does not.
    mutating func take(_ label: Span<UInt8>) -> Bool {
        let (octet, nibble) = (Self.octet(label), Self.nibble(label))
        guard octet != nil || nibble != nil else { return false }
        count += 1
        areOctets = areOctets && octet != nil
        areNibbles = areNibbles && nibble != nil
        v4 = v4 >> 8 | UInt32(octet ?? 0) << 24
        low = low >> 4 | high << 60
        high = high >> 4 | UInt64(nibble ?? 0) << 60
        return true
    }

    /// The address, if the label behind its parts names their family and no part is missing.
    func address(in zone: Span<UInt8>) -> IPAddress? {
        if areOctets, count == 4, zone.isText("in-addr") { return IPAddress(v4: v4) }
        if areNibbles, count == 32, zone.isText("ip6") {
            return IPAddress(v6High: high, low: low)
        }
        return nil
    }

    /// A decimal octet without leading zeros.
    private static func octet(_ label: Span<UInt8>) -> UInt8? {
        guard (1...3).contains(label.count), label.count == 1 || label[0] != UInt8(ascii: "0")
        else { return nil }
        var value = 0
        for index in label.indices {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(label[index]) else { return nil }
            value = value * 10 + Int(label[index] - UInt8(ascii: "0"))
        }
        return UInt8(exactly: value)
    }

    /// A hexadecimal digit.
    private static func nibble(_ label: Span<UInt8>) -> UInt8? {
        guard label.count == 1 else { return nil }
        let letter = label[0].loweredLetter
        return switch letter {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): letter - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// True for this text, which is in lower case, in whatever case.
    fileprivate func isText(_ text: String) -> Bool {
        let wanted = text.utf8.span
        guard count == wanted.count else { return false }
        for index in indices where self[index].loweredLetter != wanted[index] { return false }
        return true
    }
}
