/// Reads integers off the front of octets; past the end everything is nil or empty.
struct OctetReader {
    private var rest: ArraySlice<UInt8>

    /// Stands before the first of `octets`.
    init(_ octets: ArraySlice<UInt8>) { rest = octets }

    /// True if nothing is left.
    var isEmpty: Bool { rest.isEmpty }

    /// The next octet.
    mutating func uint8() -> UInt8? { rest.popFirst() }

    /// The next two octets as a number.
    mutating func uint16() -> UInt16? {
        guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    /// The next three octets as a number.
    mutating func uint24() -> Int? {
        guard let high = uint8(), let low = uint16() else { return nil }
        return Int(high) << 16 | Int(low)
    }

    /// Leaves out `count` octets, or what there is.
    mutating func skip(_ count: Int) { rest = rest.dropFirst(count) }

    /// The next `count` octets, or what there is.
    mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { skip(count) }
        return rest.prefix(count)
    }

    /// The octets behind their length in one octet, or what there is of them.
    mutating func vector8() -> OctetReader { OctetReader(take(Int(uint8() ?? 0))) }

    /// The octets behind their length in two octets, or what there is of them.
    mutating func vector16() -> OctetReader { OctetReader(take(Int(uint16() ?? 0))) }

    /// All that is left, in numbers of two octets.
    mutating func numbers() -> [UInt16] {
        var numbers: [UInt16] = []
        while let number = uint16() { numbers.append(number) }
        return numbers
    }

    /// All that is left.
    mutating func remainder() -> ArraySlice<UInt8> { take(rest.count) }
}
