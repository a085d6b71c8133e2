import TapObserve

extension Signal {
    /// That something is wrong with an account.
    static func account(
        _ account: AccountCase,
        rule: RuleIdentity,
        severity: Severity,
        incident: IncidentClass?,
        signature: Bilingual,
        why: [Bilingual],
        advice: Bilingual,
        values: [TextTemplate.Slot: Phrase] = [:]
    ) -> Signal {
        Signal(
            rule: rule,
            severity: severity,
            basis: account.network == .inside ? [] : .direction,
            incident: incident,
            subject: incident == .stolenAccount ? account.name : "",
            signature: signature,
            why: why,
            advice: [advice],
            values: values.merging([.account: .name(account.name)]) { _, name in name },
            facts: [("user", .name(account.name))]
        )
    }
}
