import TapObserve

/// A list of rules, in the order in which they are asked.
struct RuleSet<each Rule: MailRule>: Sendable {
    private let rules: (repeat each Rule)
    /// Whether each rule is asked, in their order.
    private let switches: [Bool]
    private let severities: [Int: Severity]

    /// Every rule of the list, in the order of its signature number.
    static var descriptions: [RuleDescription] {
        var list: [RuleDescription] = []
        for rule in repeat (each Rule).self { list.append(rule.description) }
        return list.sorted { $0.identity.signatureID < $1.identity.signatureID }
    }

    init(_ configuration: RelayConfiguration) {
        rules =
            (repeat (each Rule)(
                (each Rule).settings(in: configuration),
                limits: configuration.limits
            ))
        var switches: [Bool] = []
        for rule in repeat (each Rule).self {
            switches.append(rule.settings(in: configuration).isEnabled)
        }
        self.switches = switches
        severities = configuration.rules.reduce(into: [:]) { severities, settings in
            severities[settings.rule.identity.signatureID] = settings.severity
        }
    }

    /// What the rules say to `mail`.
    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        // Not a loop, which would copy each rule out of the list.
        var place = 0
        repeat ask(each rules, at: &place, about: mail, memory: &memory, into: &signals)
    }

    private func ask(
        _ rule: some MailRule,
        at place: inout Int,
        about mail: MailCase,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) {
        if switches[place] { rule.judge(mail, memory: &memory, into: &signals) }
        place += 1
    }

    /// The severity of `signal` by its rule's settings: the configured one, else the rule's own.
    func severity(of signal: Signal) -> Severity {
        severities[signal.rule.signatureID] ?? signal.severity
    }
}

extension MailRule {
    /// What is configured for the rule, else its own settings.
    fileprivate static func settings(in configuration: RelayConfiguration) -> RuleSettings {
        configuration.settings(of: identity.id) ?? RuleSettings(description)
    }
}
