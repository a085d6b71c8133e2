import ArgumentParser
import Foundation
import TapWire

/// A span of time written as people do: `30s`, `5m`, `2h`, `1d`, `500ms`.
struct TimeSpan: ExpressibleByArgument {
    /// The span, not negative.
    var duration: Duration

    init?(argument: String) {
        guard let duration = Self.parse(argument) else { return nil }
        self.duration = duration
    }

    /// Reads a span; nil if `text` is none, or longer than a thousand years.
    static func parse(_ text: some StringProtocol) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        guard let number = Double(digits) else { return nil }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let seconds = units[String(unit)].map({ $0 * number }) else { return nil }
        guard seconds <= 86_400 * 365_250 else { return nil }
        return .milliseconds(Int64(seconds * 1_000))
    }

    private static let units: [String: Double] = [
        "ms": 0.001, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800,
    ]
}

/// A point in time: RFC 3339 (`2026-11-23T12:00:00Z`) or relative to now (`5m`, `2h ago`, `now`).
struct TimePoint: ExpressibleByArgument {
    private enum Kind {
        case absolute(Timestamp)
        case ago(Duration)
    }

    private var kind: Kind

    init?(argument: String) {
        let text = argument.trimmingCharacters(in: .whitespaces)
        if text == "now" {
            kind = .ago(.zero)
        } else if let span = TimeSpan.parse(text.hasSuffix(" ago") ? text.dropLast(4) : text[...]) {
            kind = .ago(span)
        } else if let time = Self.date(text) {
            kind = .absolute(time)
        } else {
            return nil
        }
    }

    /// The point, where `now` is the present.
    func timestamp(now: Timestamp) -> Timestamp {
        switch kind {
        case .absolute(let time): time
        case .ago(let span): now.advanced(by: .zero - span)
        }
    }

    private static func date(_ text: String) -> Timestamp? {
        let joined = text.replacingOccurrences(of: " ", with: "T")
        return Timestamp(rfc3339: joined) ?? Timestamp(rfc3339: joined + "Z")
    }
}
