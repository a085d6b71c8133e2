/// A span of time written as people do: `30s`, `5m`, `2h`, `1d`, `500ms`.
public struct TimeSpan: Hashable, Sendable {
    /// The span, not negative.
    public var duration: Duration

    /// Reads a span; nil if `text` is none, or longer than a thousand years.
    public init?(_ text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        guard let number = Double(digits) else { return nil }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let seconds = Self.units[String(unit)].map({ $0 * number }) else { return nil }
        guard seconds <= 86_400 * 365_250 else { return nil }
        duration = .milliseconds(Int64(seconds * 1_000))
    }

    private static let units: [String: Double] = [
        "ms": 0.001, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800,
    ]
}
