import TapObserve

/// A list of rules, in the order in which they are asked.
struct RuleSet<each Rule: MailRule>: Sendable {
    /// The rules, in their order.
    private let rules: [any MailRule]
    /// The kinds of cases that each is asked about, in the same order: beside each other they are looked through at once.
    private let kinds: [CaseKinds]
    private let severities: [Int: Severity]

    /// Every rule of the list, in the order of its signature number.
    static var descriptions: [RuleDescription] {
        var list: [RuleDescription] = []
        for rule in repeat (each Rule).self { list.append(rule.description) }
        return list.sorted { $0.identity.signatureID < $1.identity.signatureID }
    }

    init(_ configuration: RelayConfiguration) {
        var (rules, kinds): ([any MailRule], [CaseKinds]) = ([], [])
        for type in repeat (each Rule).self {
            let settings = type.settings(in: configuration)
            guard settings.isEnabled else { continue }
            rules.append(type.init(settings, limits: configuration.limits))
            kinds.append(type.kinds)
        }
        (self.rules, self.kinds) = (rules, kinds)
        severities = configuration.rules.reduce(into: [:]) { severities, settings in
            severities[settings.rule.identity.signatureID] = settings.severity
        }
    }

    /// What the rules say to `mail`.
    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        // By spans: an iterator would hold each rule for itself.
        let (rules, kinds, wanted) = (rules.span, kinds.span, mail.kinds)
        for place in kinds.indices where !kinds[place].isDisjoint(with: wanted) {
            rules[place].judge(mail, memory: &memory, into: &signals)
        }
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
