import TapObserve
import TapWire

/// `relay.periodic`: mail that a server relayed came at a regular period.
///
/// The events are accepted relays of the server whoever sent them, for one who abuses a relay changes addresses and
/// senders and keeps the rhythm of his timer. It never fires alone: only with a relay, whose severity it raises by one.
/// It tells of a rhythm once when it is found, and once a day while it goes on; the relay's own alerts name it each time.
///
/// Source: the coefficient of variation at 6 intervals takes a Poisson process for a rhythm 14 times in 10,000 and finds
/// one with a jitter of 30 % 98 times in 100; the robust test at 12 holds where a fifth of the events was missed.
struct PeriodicRelayRule: RelayRule {
    static let description = RuleDescription(
        id: "relay.periodic",
        signatureID: 9_100_006,
        summary: "suspect mail at a regular period",
        thresholds: [
            RuleThreshold(
                name: "intervals",
                unit: .count,
                defaultValue: 6,
                range: 3...24,
                summary:
                    "Intervals whose coefficient of variation is looked at; the robust test takes twice as many."
            ),
            RuleThreshold(
                name: "spread",
                unit: .share,
                defaultValue: 0.25,
                range: 0.01...0.5,
                summary: "The largest share of the deviation in the period."
            ),
            RuleThreshold(
                name: "shortest_period",
                unit: .seconds,
                defaultValue: 30,
                range: 1...86_400,
                summary: "Mail that comes faster is a flood, not a rhythm."
            ),
        ]
    )

    private static let tellAgainAfter = Duration.seconds(86_400)

    private let test: Rhythm.Test
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        self.limits = limits
        test = Rhythm.Test(
            intervals: Int(settings.value(of: "intervals")),
            spread: settings.value(of: "spread"),
            shortest: .seconds(settings.value(of: "shortest_period"))
        )
    }

    /// Takes an accepted message to strangers into the rhythm of its server, and returns what rhythm there is.
    func countRelay(_ relayCase: RelayCase, memory: inout RelayMemory) -> Rhythm.Beat? {
        memory.servers.update(
            relayCase.server.address,
            limit: limits.servers,
            default: ServerRecord()
        ) { record in
            var rhythm = record.rhythm ?? Rhythm()
            rhythm.observe(relayCase.time, by: test)
            record.rhythm = rhythm
            return rhythm.beat(by: test)
        }
    }

    func signal(for relayCase: RelayCase, memory: inout RelayMemory) -> RelaySignal? {
        guard relayCase.isRelayed else { return nil }
        let time = relayCase.time
        let beat = memory.servers.update(
            relayCase.server.address,
            limit: limits.servers,
            default: ServerRecord()
        ) { record -> Rhythm.Beat? in
            guard let beat = record.rhythm?.beat(by: test) else {
                record.rhythm?.toldAt = nil
                return nil
            }
            if let told = record.rhythm?.toldAt {
                let age = time.duration(since: told)
                guard age >= Self.tellAgainAfter || age < .zero else { return nil }
            }
            record.rhythm?.toldAt = time
            return beat
        }
        return beat.map {
            RelaySignal(
                rule: Self.description.identity,
                severity: .high,
                story: .relayedInRhythm,
                beat: $0
            )
        }
    }
}
