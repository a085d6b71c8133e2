import TapObserve

/// A list of rules, in the order in which they are asked.
struct RuleSet<each Rule: MailRule>: Sendable {
    /// The rules that are asked about each kind of event, in their order; the place is the kind's number.
    private let rules: [[any MailRule]]
    private let severities: [Int: Severity]

    /// Every rule of the list, in the order of its signature number.
    static var descriptions: [RuleDescription] {
        var list: [RuleDescription] = []
        for rule in repeat (each Rule).self { list.append(rule.description) }
        return list.sorted { $0.identity.signatureID < $1.identity.signatureID }
    }

    init(_ configuration: RelayConfiguration) {
        var rules = MailEvent.Kind.allCases.map { _ in [any MailRule]() }
        for type in repeat (each Rule).self {
            let settings = type.settings(in: configuration)
            guard settings.isEnabled else { continue }
            let rule = type.init(settings, limits: configuration.limits)
            for kind in type.kinds { rules[kind.rawValue].append(rule) }
        }
        self.rules = rules
        severities = configuration.rules.reduce(into: [:]) { severities, settings in
            severities[settings.rule.identity.signatureID] = settings.severity
        }
    }

    /// What the rules say to `mail`.
    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        // By a span: an iterator would hold each rule for itself.
        let asked = rules[mail.event.kind.rawValue]
        let span = asked.span
        for place in span.indices { span[place].judge(mail, memory: &memory, into: &signals) }
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
