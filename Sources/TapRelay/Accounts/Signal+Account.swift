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
        values: TextValues = [:]
    ) -> Signal {
        var values = values
        values[.account] = .name(account.name)
        return Signal(
            rule: rule,
            severity: severity,
            basis: account.network == .inside ? [] : .direction,
            incident: incident,
            subject: incident == .stolenAccount ? account.name : "",
            signature: signature,
            why: why,
            advice: [advice],
            values: values,
            facts: [("user", .name(account.name))]
        )
    }
}
