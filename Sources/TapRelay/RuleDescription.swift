public import TapObserve

/// What is known of a rule without running it: its identity and its thresholds.
public struct RuleDescription: Hashable, Sendable {
    /// The id and the signature number.
    public var identity: RuleIdentity
    /// What the rule fires on, one line.
    public var summary: String
    /// The numbers the rule decides by, in the order they are documented.
    public var thresholds: [RuleThreshold]

    /// Describes a rule of mail relay abuse.
    init(id: String, signatureID: Int, summary: String, thresholds: [RuleThreshold]) {
        identity = RuleIdentity(id: id, signatureID: signatureID, category: "Mail relay abuse")
        self.summary = summary
        self.thresholds = thresholds
    }
}
