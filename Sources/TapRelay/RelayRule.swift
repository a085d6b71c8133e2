import TapObserve

/// A rule of mail relay abuse: a type of its own with its identity, its thresholds and its condition.
///
/// A rule holds settings only. What it must remember stands in the memory, so that a restart forgets nothing.
protocol RelayRule: Sendable {
    /// The rule's identity and thresholds.
    static var description: RuleDescription { get }

    /// Takes the settings and the limits of what may be remembered; thresholds are read once, here.
    init(_ settings: RuleSettings, limits: RelayLimits)

    /// What the rule says to `relayCase`; nil if it does not fire.
    func signal(for relayCase: RelayCase, memory: inout RelayMemory) -> RelaySignal?
}

/// What a rule found, before it is put in words.
struct RelaySignal: Sendable {
    /// What is said about it.
    enum Story: Hashable, Sendable {
        /// A stranger's mail to a stranger was accepted.
        case relayed
        /// The same with the null sender.
        case relayedFromNobody
        /// A stranger's mail to a stranger was accepted, the latest of several at a regular period.
        case relayedInRhythm
        /// It was tried and refused; so many times of late by this client, this one included.
        case refused(attempts: Int)
    }

    /// The rule.
    var rule: RuleIdentity
    /// How bad the rule itself says it is, before settings and doubt.
    var severity: Severity
    /// What is said about it.
    var story: Story
    /// The rhythm in which the server relays, if there is one.
    var beat: Rhythm.Beat?
}
