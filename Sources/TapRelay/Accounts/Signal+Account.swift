import TapObserve

extension Signal {
    /// That something is wrong with an account.
    static func account(
        _ account: AccountCase,
        rule: RuleIdentity,
        severity: Severity,
        incident: IncidentClass?,
        aspect: IncidentAspect? = nil,
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
            aspect: aspect,
            signature: signature,
            why: why,
            advice: [advice],
            values: values,
            facts: [("user", .name(account.name))]
        )
    }
}
