/// A number of octets written as people do: `256MiB`, `1GiB`, `64 KiB`, `4096`.
public struct ByteSize: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of octets, not negative.
    public var octets: Int

    /// Creates a size from octets.
    public init(octets: Int) { self.octets = octets }

    /// Reads a size; nil if `text` is none or too large for an `Int`.
    ///
    /// KiB, MiB, GiB and TiB are powers of 1,024; kB, MB, GB and TB powers of 1,000; K, M, G and T count as the former.
    public init?(_ text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
        guard let number = Int(digits), let factor = Self.factors[unit] else { return nil }
        let (octets, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        self.octets = octets
    }

    private static let factors: [String: Int] = [
        "": 1, "b": 1,
        "k": 1 << 10, "kib": 1 << 10, "kb": 1_000,
        "m": 1 << 20, "mib": 1 << 20, "mb": 1_000_000,
        "g": 1 << 30, "gib": 1 << 30, "gb": 1_000_000_000,
        "t": 1 << 40, "tib": 1 << 40, "tb": 1_000_000_000_000,
    ]

    /// Orders sizes from small to large.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.octets < rhs.octets }

    /// The size in the largest unit that leaves a whole number, such as `256MiB`.
    public var description: String {
        for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
        where octets != 0 && octets & ((1 << shift) - 1) == 0 {
            return "\(octets >> shift)\(unit)"
        }
        return "\(octets)"
    }
}
