public import ArgumentParser
import Foundation
public import TapConfig
import TapWire

extension TimeSpan: ExpressibleByArgument {
    /// Reads a span such as `5m`.
    public init?(argument: String) { self.init(argument) }
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
        } else if let span = TimeSpan(text.hasSuffix(" ago") ? text.dropLast(4) : text[...]) {
            kind = .ago(span.duration)
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
