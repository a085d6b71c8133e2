public import TapObserve

/// What the configuration says of one rule.
///
/// Valid by construction: a threshold outside its range cannot be set.
public struct RuleSettings: Hashable, Sendable {
    /// The rule.
    public let rule: RuleDescription
    /// False if the rule is switched off.
    public var isEnabled = true
    /// The severity to use instead of the rule's own, nil for its own; doubt still lowers it.
    public var severity: Severity?
    private var values: [String: Double] = [:]

    /// The defaults of `rule`.
    init(_ rule: RuleDescription) { self.rule = rule }

    /// The value of the threshold called `name`: the configured one, else its default; 0 if there is none so called.
    public func value(of name: String) -> Double {
        values[name] ?? rule.thresholds.first { $0.name == name }?.defaultValue ?? 0
    }

    /// Sets the threshold called `name`.
    public mutating func set(_ name: String, to value: Double) throws(RelayConfigurationError) {
        guard let threshold = rule.thresholds.first(where: { $0.name == name }) else {
            throw RelayConfigurationError(
                code: .unknownThreshold,
                rule: rule.identity.id,
                key: name
            )
        }
        guard threshold.allows(value) else {
            throw RelayConfigurationError(
                code: .thresholdOutOfRange,
                rule: rule.identity.id,
                key: name,
                range: threshold.range
            )
        }
        values[name] = value
    }
}
