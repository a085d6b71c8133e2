import TapObserve
import TapWire

/// All relay rules: one typed line each, and in what order they are asked.
struct RelayRules: Sendable {
    private let open: OpenRelayRule
    private let null: NullSenderRelayRule
    private let attempt: RelayAttemptRule
    private let settings: [RuleIdentity: RuleSettings]
    private let limits: RelayLimits

    /// Every rule, in the order of its signature number.
    static let descriptions = [
        OpenRelayRule.description,
        NullSenderRelayRule.description,
        RelayAttemptRule.description,
    ]

    init(_ configuration: RelayConfiguration) {
        func settings<Rule: RelayRule>(of rule: Rule.Type) -> RuleSettings {
            configuration.settings(of: rule.description.identity.id)
                ?? RuleSettings(rule.description)
        }
        limits = configuration.limits
        open = OpenRelayRule(settings(of: OpenRelayRule.self), limits: limits)
        null = NullSenderRelayRule(settings(of: NullSenderRelayRule.self), limits: limits)
        attempt = RelayAttemptRule(settings(of: RelayAttemptRule.self), limits: limits)
        self.settings = Dictionary(
            configuration.rules.map { ($0.rule.identity, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// What the rules say to `relayCase`: at most one signal, the gravest story of the transaction.
    func signal(for relayCase: RelayCase, memory: inout RelayMemory) -> RelaySignal? {
        guard !isRetry(relayCase, memory: &memory) else { return nil }
        if relayCase.isRelayed { open.countRelay(relayCase, memory: &memory) }
        return ask(null, relayCase, &memory) ?? ask(open, relayCase, &memory)
            ?? ask(attempt, relayCase, &memory)
    }

    /// Takes an accepted message without strangers into account.
    func noteOrdinary(client: IPAddress, server: IPAddress, memory: inout RelayMemory) {
        open.countOrdinary(client: client, server: server, memory: &memory)
    }

    /// The severity of `signal` by its rule's settings: the configured one, else the rule's own.
    func severity(of signal: RelaySignal) -> Severity {
        settings[signal.rule]?.severity ?? signal.severity
    }

    private func ask(_ rule: some RelayRule, _ relayCase: RelayCase, _ memory: inout RelayMemory)
        -> RelaySignal?
    {
        let identity = type(of: rule).description.identity
        guard settings[identity]?.isEnabled ?? true else { return nil }
        return rule.signal(for: relayCase, memory: &memory)
    }

    /// True if the same message was told of a short while ago: accepted again, or put off and tried again.
    ///
    /// A refusal for good is not tried again by honest servers, so it counts each time.
    private func isRetry(_ relayCase: RelayCase, memory: inout RelayMemory) -> Bool {
        let isPutOff = !relayCase.refusedStrangers.contains(where: \.isRefusedForGood)
        guard relayCase.isRelayed || (isPutOff && !relayCase.refusedStrangers.isEmpty) else {
            return false
        }
        let time = relayCase.time
        // Both kinds in one table: what was put off first and accepted then is news.
        let key = relayCase.isRelayed ? relayCase.digest : ~relayCase.digest
        guard let first = memory.relays[key] else {
            memory.relays.update(key, limit: limits.relays, default: time) { _ in }
            return false
        }
        let age = time.duration(since: first)
        guard age < open.retryWindow, age >= .zero else {
            memory.relays.update(key, limit: limits.relays, default: time) { $0 = time }
            return false
        }
        return true
    }
}
