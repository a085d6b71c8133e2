import TapMail
import TapObserve
import TapWire

/// `relay.attempt`: an outside client without a login wanted to relay and was refused.
///
/// Condition: as `relay.open`, but the stranger's recipient was refused: 5xx, or any 4xx or 5xx whose words are about
/// relaying (Postfix's default defers with 454). Where the local domains are only guessed the words must be there,
/// for "no such user" may be about a domain of ours. A recipient that was accepted without a message following is a
/// probe and fires nothing; a greylisting 450 neither. Information, and a warning from the fifth in ten minutes from
/// one client. hubtap's own relay test is named as such and never counted.
struct RelayAttemptRule: MailRule {
    static let description = RuleDescription(
        id: "relay.attempt",
        signatureID: 9_100_031,
        summary: "relay tried and refused",
        thresholds: [
            RuleThreshold(
                name: "warn_at",
                unit: .count,
                defaultValue: 5,
                range: 1...100,
                summary: "From so many attempts of one client in the window on it is a warning."
            ),
            RuleThreshold(
                name: "window",
                unit: .seconds,
                defaultValue: 600,
                range: 1...86_400,
                summary: "How far back attempts are counted."
            ),
        ]
    )
    static let kinds: CaseKinds = [.relay]

    private let warnAt: Int
    private let window: Duration
    private let clientLimit: Int

    init(_ settings: RuleSettings, limits: RelayLimits) {
        warnAt = Int(settings.value(of: "warn_at"))
        window = .seconds(settings.value(of: "window"))
        clientLimit = limits.clients
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let relay = mail.relay, !relay.isRelayed, !relay.refused.isEmpty,
            relay.isNews, mail.inward != .unclear
        else { return }
        let attempts = relay.isMarkedAsOwnTest ? (lately: 1, all: 1) : count(mail, memory: &memory)
        let isOften = attempts.lately >= warnAt && !relay.isMarkedAsOwnTest
        var signal = Signal(
            rule: Self.identity,
            severity: isOften ? .medium : .low,
            basis: .relay,
            incident: .relayTest,
            signature: isOften ? RelayTexts.refusedOften : RelayTexts.refused,
            why: [RelayTexts.whyRefused],
            advice: [isOften ? RelayTexts.adviceRefusedOften : RelayTexts.adviceRefused],
            values: [
                .count: .count(attempts.all), .times: IncidentTexts.times(attempts.all),
                .window: .duration(window),
            ]
        )
        if isOften { signal.why.append(RelayTexts.oftenRefused) }
        if relay.isMarkedAsOwnTest {
            signal.why.append(RelayTexts.ownTest)
            signal.advice = [RelayTexts.adviceOwnTest]
        }
        signals.append(signal)
    }

    /// Counts the attempt and returns how many there were in the window, up to `warnAt`, and in all without a pause as long.
    private func count(_ mail: MailCase, memory: inout RelayMemory) -> (lately: Int, all: Int) {
        let time = mail.time
        return memory.clients.update(
            mail.ends.client,
            limit: clientLimit,
            default: ClientRecord()
        ) { client in
            // Times ahead of now are from before the clock was set back; they count as now.
            client.attempts.removeAll { time.duration(since: $0) > window }
            let before = client.attempts.isEmpty ? 0 : client.attemptCount ?? client.attempts.count
            client.attemptCount = before + 1
            client.attempts.append(time)
            client.attempts = Array(client.attempts.suffix(warnAt))
            return (client.attempts.count, before + 1)
        }
    }
}
