internal import TapWire

/// What one tick of an interface's clock is, and where its count begins.
///
/// `rawValue` is pcapng's `if_tsresol`: a negative power of 10, or of 2 with the highest bit set.
struct TimeResolution {
    var rawValue: UInt8 = 6
    /// Seconds to be added, pcapng's `if_tsoffset`.
    var offsetSeconds: Int64 = 0

    private static let nanosecondsPerSecond: UInt64 = 1_000_000_000

    /// The time of `ticks`, held at the ends of the range of times.
    func timestamp(ticks: UInt64) -> Timestamp {
        let time = Timestamp(nanoseconds: Int64(clamping: nanoseconds(ticks)))
        return offsetSeconds == 0 ? time : time.advanced(by: .seconds(offsetSeconds))
    }

    private func nanoseconds(_ ticks: UInt64) -> UInt64 {
        let exponent = Int(rawValue & 0x7F)
        guard rawValue & 0x80 == 0 else { return binary(ticks, exponent: exponent) }
        if exponent <= 9 {
            let (product, overflow) = ticks.multipliedReportingOverflow(
                by: Self.powerOfTen(9 - exponent)
            )
            return overflow ? .max : product
        }
        // 10^20 ticks a nanosecond and more: no 64-bit count reaches one.
        return exponent > 28 ? 0 : ticks / Self.powerOfTen(exponent - 9)
    }

    /// Seconds and fraction apart, because their product has 94 bits.
    private func binary(_ ticks: UInt64, exponent: Int) -> UInt64 {
        let seconds = exponent >= 64 ? 0 : ticks >> UInt64(exponent)
        let fraction = exponent >= 64 ? ticks : ticks & ((1 << UInt64(exponent)) &- 1)
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: Self.nanosecondsPerSecond)
        let part = (UInt128(fraction) * UInt128(Self.nanosecondsPerSecond)) >> UInt128(exponent)
        let (sum, out) = whole.addingReportingOverflow(UInt64(part))
        return overflow || out ? .max : sum
    }

    private static func powerOfTen(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}
