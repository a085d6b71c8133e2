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
struct RelayAttemptRule: RelayRule {
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

    private let warnAt: Int
    private let window: Duration
    private let clientLimit: Int

    init(_ settings: RuleSettings, limits: RelayLimits) {
        warnAt = Int(settings.value(of: "warn_at"))
        window = .seconds(settings.value(of: "window"))
        clientLimit = limits.clients
    }

    func signal(for relayCase: RelayCase, memory: inout RelayMemory) -> RelaySignal? {
        guard !relayCase.isRelayed, !relayCase.refusedStrangers.isEmpty else { return nil }
        guard relayCase.direction != .unclear else { return nil }
        let attempts = relayCase.isMarkedAsOwnTest ? 1 : count(relayCase, memory: &memory)
        return RelaySignal(
            rule: Self.description.identity,
            severity: attempts >= warnAt && !relayCase.isMarkedAsOwnTest ? .medium : .low,
            story: .refused(attempts: attempts)
        )
    }

    /// Counts the attempt and returns how many there were in the window, up to `warnAt`.
    private func count(_ relayCase: RelayCase, memory: inout RelayMemory) -> Int {
        let time = relayCase.time
        return memory.clients.update(
            relayCase.client.address,
            limit: clientLimit,
            default: ClientRecord()
        ) { client in
            // Times ahead of now are from before the clock was set back; they count as now.
            client.attempts.removeAll { time.duration(since: $0) > window }
            client.attempts.append(time)
            client.attempts = Array(client.attempts.suffix(warnAt))
            return client.attempts.count
        }
    }
}
