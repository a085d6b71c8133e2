/// Reads what `HabitWriter` has written; total: whatever the octets are, it gives numbers or says that it could not.
struct HabitReader {
    private var rest: ArraySlice<UInt8>
    private var zeros: UInt8 = 0
    /// False once something was missing.
    private(set) var isWhole = true

    /// Begins behind the version; nil for another version.
    init?(_ octets: [UInt8], version: UInt8) {
        guard octets.first == version else { return nil }
        rest = octets.dropFirst()
    }

    /// True if everything was read and nothing is left.
    var isAtEnd: Bool { isWhole && rest.isEmpty && zeros == 0 }

    /// The next number; 0 if there is none.
    mutating func read<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number {
        var value: UInt64 = 0
        for place in 0..<UInt64(Number.bitWidth / 8) { value |= UInt64(octet()) << (8 * place) }
        return Number(truncatingIfNeeded: value)
    }

    /// The next numbers.
    mutating func read<let count: Int, Number: FixedWidthInteger>() -> InlineArray<count, Number> {
        var numbers = InlineArray<count, Number>(repeating: 0)
        for index in numbers.indices { numbers[index] = read() }
        return numbers
    }

    private mutating func octet() -> UInt8 {
        if zeros > 0 {
            zeros -= 1
            return 0
        }
        guard let octet = rest.popFirst() else {
            isWhole = false
            return 0
        }
        guard octet == 0 else { return octet }
        guard let run = rest.popFirst(), run > 0 else {
            isWhole = false
            return 0
        }
        zeros = run - 1
        return 0
    }
}
