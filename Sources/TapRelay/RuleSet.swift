import TapObserve

/// A list of rules, in the order in which they are asked.
struct RuleSet<each Rule: MailRule>: Sendable {
    /// The rules, in their order.
    private let rules: [any MailRule]
    /// For each kind of case, by the place of its bit, those that are asked about it: one bit for each rule.
    private let asked: [UInt64]
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
        precondition(rules.count <= UInt64.bitWidth, "more rules than bits")
        self.rules = rules
        asked = (0..<CaseKinds.RawValue.bitWidth).map { bit in
            let kind = CaseKinds(rawValue: 1 << CaseKinds.RawValue(bit))
            return kinds.indices.reduce(UInt64(0)) { asked, place in
                kinds[place].contains(kind) ? asked | 1 << UInt64(place) : asked
            }
        }
        severities = configuration.rules.reduce(into: [:]) { severities, settings in
            severities[settings.rule.identity.signatureID] = settings.severity
        }
    }

    /// What the rules say to `mail`.
    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        // By spans: an iterator would copy each rule for itself.
        let (rules, asked) = (rules.span, asked.span)
        var (kinds, wanted): (CaseKinds.RawValue, UInt64) = (mail.kinds.rawValue, 0)
        while kinds != 0 {
            wanted |= asked[kinds.trailingZeroBitCount]
            kinds &= kinds &- 1
        }
        while wanted != 0 {
            rules[wanted.trailingZeroBitCount].judge(mail, memory: &memory, into: &signals)
            wanted &= wanted &- 1
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
