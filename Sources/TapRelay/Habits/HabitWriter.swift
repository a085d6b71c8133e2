/// Writes numbers one behind the other, the lowest octet first; a run of zeros takes two octets.
struct HabitWriter {
    /// What was written.
    private(set) var octets: [UInt8]
    private var zeros: UInt8 = 0

    /// Begins with the version.
    init(version: UInt8) {
        octets = [version]
        octets.reserveCapacity(256)
    }

    /// Writes a number.
    mutating func write(_ number: some FixedWidthInteger) {
        var rest = UInt64(truncatingIfNeeded: number)
        for _ in 0..<type(of: number).bitWidth / 8 {
            write(octet: UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Writes numbers.
    mutating func write<let count: Int>(_ numbers: InlineArray<count, some FixedWidthInteger>) {
        for index in numbers.indices { write(numbers[index]) }
    }

    /// Ends a run of zeros that is still open.
    mutating func finish() -> [UInt8] {
        endRun()
        return octets
    }

    private mutating func write(octet: UInt8) {
        guard octet == 0 else {
            endRun()
            octets.append(octet)
            return
        }
        zeros += 1
        if zeros == .max { endRun() }
    }

    private mutating func endRun() {
        guard zeros > 0 else { return }
        octets += [0, zeros]
        zeros = 0
    }
}
