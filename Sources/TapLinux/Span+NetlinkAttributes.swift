import TapWire

extension Span<UInt8> {
    /// Hands over each netlink attribute from `start` on; false if one ends beyond the span.
    func forEachAttribute(from start: Int = 0, _ visit: (UInt16, Span<UInt8>) -> Void) -> Bool {
        var offset = start
        while count &- offset >= 4 {
            let length = Int(littleEndianUInt16(at: offset))
            guard length >= 4, length <= count &- offset else { return false }
            // The two highest bits say how a value is nested and ordered, not what it is.
            let type = littleEndianUInt16(at: offset &+ 2) & 0x3FFF
            visit(type, extracting((offset &+ 4)..<(offset &+ length)))
            offset &+= Self.alignedForNetlink(length)
        }
        return true
    }

    /// The first attribute of a type, or nil.
    func attribute<Value>(
        _ type: UInt16,
        from start: Int = 0,
        _ read: (Span<UInt8>) -> Value?
    ) -> Value? {
        var found: Value?
        let isWhole = forEachAttribute(from: start) { other, value in
            if other == type, found == nil { found = read(value) }
        }
        return isWhole ? found : nil
    }

    /// Messages and attributes begin at multiples of four octets.
    static func alignedForNetlink(_ length: Int) -> Int { (length &+ 3) & ~3 }
}
