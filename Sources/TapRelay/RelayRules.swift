import TapObserve
import TapWire

/// All relay rules: one typed line each, and in what order they are asked.
struct RelayRules: Sendable {
    private let open: OpenRelayRule
    private let null: NullSenderRelayRule
    private let periodic: PeriodicRelayRule
    private let attempt: RelayAttemptRule
    private let settings: [RuleIdentity: RuleSettings]
    private let limits: RelayLimits

    /// Every rule, in the order of its signature number.
    static let descriptions = [
        OpenRelayRule.description,
        NullSenderRelayRule.description,
        PeriodicRelayRule.description,
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
        periodic = PeriodicRelayRule(settings(of: PeriodicRelayRule.self), limits: limits)
        attempt = RelayAttemptRule(settings(of: RelayAttemptRule.self), limits: limits)
        self.settings = Dictionary(
            configuration.rules.map { ($0.rule.identity, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// What the rules say to `relayCase`: the gravest story of the transaction, and that it came in a rhythm.
    func signals(for relayCase: RelayCase, memory: inout RelayMemory) -> [RelaySignal] {
        guard !isRetry(relayCase, memory: &memory) else { return [] }
        var beat: Rhythm.Beat?
        if relayCase.isRelayed {
            open.countRelay(relayCase, memory: &memory)
            beat = periodic.countRelay(relayCase, memory: &memory)
        }
        guard !isToldGuess(relayCase, memory: &memory) else { return [] }
        var signal =
            ask(null, relayCase, &memory) ?? ask(open, relayCase, &memory)
            ?? ask(attempt, relayCase, &memory)
        if relayCase.isRelayed, let beat, isEnabled(PeriodicRelayRule.self) {
            signal?.beat = beat
            signal?.severity = .high
        }
        return [signal, ask(periodic, relayCase, &memory)].compactMap(\.self)
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
        guard isEnabled(type(of: rule)) else { return nil }
        return rule.signal(for: relayCase, memory: &memory)
    }

    private func isEnabled<Rule: RelayRule>(_ rule: Rule.Type) -> Bool {
        settings[rule.description.identity]?.isEnabled ?? true
    }

    /// True if the strangers' domains are only guessed to be strangers', and each was told of within a day.
    ///
    /// A server may serve domains its name does not show. Each is asked about once a day, not with every mail.
    private func isToldGuess(_ relayCase: RelayCase, memory: inout RelayMemory) -> Bool {
        guard relayCase.isRelayed, relayCase.domains != .configured else { return false }
        var isTold = true
        for key in relayCase.guessDigests {
            isTold = isRecent(key, within: Self.day, of: relayCase, &memory) && isTold
        }
        return isTold
    }

    private static let day = Duration.seconds(86_400)

    /// True if the same message was told of a short while ago: accepted again, or put off and tried again.
    ///
    /// A refusal for good is not tried again by honest servers, so it counts each time.
    private func isRetry(_ relayCase: RelayCase, memory: inout RelayMemory) -> Bool {
        let isPutOff = !relayCase.refusedStrangers.contains(where: \.isRefusedForGood)
        guard relayCase.isRelayed || (isPutOff && !relayCase.refusedStrangers.isEmpty) else {
            return false
        }
        // Both kinds in one table: what was put off first and accepted then is news.
        let key = relayCase.isRelayed ? relayCase.digest : ~relayCase.digest
        return isRecent(key, within: open.retryWindow, of: relayCase, &memory)
    }

    /// True if `key` was first seen within `window`; else it is seen first now.
    private func isRecent(
        _ key: UInt64,
        within window: Duration,
        of relayCase: RelayCase,
        _ memory: inout RelayMemory
    ) -> Bool {
        let time = relayCase.time
        return memory.relays.update(key, limit: limits.relays, default: .distantPast) { first in
            let age = time.duration(since: first)
            guard age >= window || age < .zero || first == .distantPast else { return true }
            first = time
            return false
        }
    }
}
