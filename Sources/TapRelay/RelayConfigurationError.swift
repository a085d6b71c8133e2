/// Why a setting of a rule was refused.
public struct RelayConfigurationError: Error, Hashable, Sendable {
    /// What was wrong.
    public enum Code: String, Sendable {
        /// There is no rule of this id.
        case unknownRule
        /// The rule has no threshold of this name.
        case unknownThreshold
        /// The value is outside the threshold's range, or a fraction of what is counted in whole things.
        case thresholdOutOfRange
    }

    /// What was wrong.
    public var code: Code
    /// The rule's id as it was asked for.
    public var rule: String
    /// The threshold's name as it was asked for; nil where none was.
    public var key: String?
    /// What the threshold may be; nil where it is not about a range.
    public var range: ClosedRange<Double>?

    /// Creates an error.
    public init(code: Code, rule: String, key: String? = nil, range: ClosedRange<Double>? = nil) {
        self.code = code
        self.rule = rule
        self.key = key
        self.range = range
    }
}

extension RelayConfigurationError: CustomStringConvertible {
    /// One sentence for the person who wrote the configuration.
    public var description: String {
        switch code {
        case .unknownRule: "there is no rule \"\(rule)\""
        case .unknownThreshold: "the rule \(rule) has no setting \"\(key ?? "")\""
        case .thresholdOutOfRange:
            "\(key ?? "the value") of \(rule) must be from \(range?.lowerBound ?? 0) to \(range?.upperBound ?? 0)"
        }
    }
}
