/// The name of one ring, made at its creation: a checkpoint that carries it knows its ring again.
public struct RingIdentity: Hashable, Sendable, BitwiseCopyable, Codable, CustomStringConvertible {
    /// The higher 64 bits.
    public var high: UInt64
    /// The lower 64 bits.
    public var low: UInt64

    /// Creates an identity from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new identity from the system's random numbers.
    public static func random() -> RingIdentity {
        RingIdentity(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
    }

    /// The 128 bits as 32 hexadecimal digits.
    public var description: String { Self.digits(high) + Self.digits(low) }

    private static func digits(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
