import TapObserve

extension Signal {
    /// That a message of a stranger was taken for strangers.
    static func relayed(
        _ mail: MailCase,
        rule: RuleIdentity,
        severity: Severity,
        signature: Bilingual
    ) -> Signal {
        let isUnclear = mail.inward == .unclear
        let family = mail.family
        let canHold = mail.queueID != nil || family == .exchange
        var signal = Signal(
            rule: rule,
            severity: severity,
            basis: .relay,
            incident: .openRelay,
            signature: isUnclear ? RelayTexts.perhapsRelayed : signature,
            why: [isUnclear ? RelayTexts.whyPerhapsRelayed : RelayTexts.whyRelayed],
            advice: [
                canHold ? RelayTexts.hold(family) : nil, RelayTexts.fix(family), RelayTexts.check,
                isUnclear ? RelayTexts.refuteUnclear : RelayTexts.refute,
            ].compactMap(\.self)
        )
        // The same guess is told once a day.
        if mail.domains.isGuess { signal.rest = RelayRepetition.day }
        if mail.relay?.isMarkedAsOwnTest ?? false { signal.why.append(RelayTexts.ownTest) }
        return signal
    }
}
