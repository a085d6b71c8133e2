import TapObserve

/// A rule: a type of its own with its identity, its thresholds and its condition.
///
/// A rule is a value that holds settings only. What it must remember stands in the memory, so that a restart forgets nothing.
protocol MailRule: Sendable {
    /// The rule's identity and thresholds.
    static var description: RuleDescription { get }

    /// The kinds of cases it has something to say to; it is asked about no other.
    static var kinds: CaseKinds { get }

    /// Takes the settings and the limits of what may be remembered; thresholds are read once, here.
    init(_ settings: RuleSettings, limits: RelayLimits)

    /// Appends what the rule says to `mail`; rules that stand before it in the list have said theirs.
    ///
    /// Called for every case of its kinds: it must be cheap where it does not apply.
    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal])
}

extension MailRule {
    /// The rule's id and signature number.
    static var identity: RuleIdentity { description.identity }
}
