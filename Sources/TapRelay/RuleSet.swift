import TapObserve

/// A list of rules, in the order in which they are asked.
struct RuleSet<each Rule: MailRule>: Sendable {
    private let seats: (repeat RuleSeat<each Rule>)
    private let severities: [Int: Severity]

    /// Every rule of the list, in the order of its signature number.
    static var descriptions: [RuleDescription] {
        var list: [RuleDescription] = []
        for rule in repeat (each Rule).self { list.append(rule.description) }
        return list.sorted { $0.identity.signatureID < $1.identity.signatureID }
    }

    init(_ configuration: RelayConfiguration) {
        seats = (repeat RuleSeat<each Rule>(configuration))
        severities = configuration.rules.reduce(into: [:]) { severities, settings in
            severities[settings.rule.identity.signatureID] = settings.severity
        }
    }

    /// What the rules say to `mail`.
    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        for seat in repeat each seats {
            seat.judge(mail, memory: &memory, into: &signals)
        }
    }

    /// The severity of `signal` by its rule's settings: the configured one, else the rule's own.
    func severity(of signal: Signal) -> Severity {
        severities[signal.rule.signatureID] ?? signal.severity
    }
}

/// A rule with its switch.
private struct RuleSeat<Rule: MailRule>: Sendable {
    let rule: Rule
    let isEnabled: Bool

    init(_ configuration: RelayConfiguration) {
        let settings =
            configuration.settings(of: Rule.identity.id) ?? RuleSettings(Rule.description)
        rule = Rule(settings, limits: configuration.limits)
        isEnabled = settings.isEnabled
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        if isEnabled { rule.judge(mail, memory: &memory, into: &signals) }
    }
}
