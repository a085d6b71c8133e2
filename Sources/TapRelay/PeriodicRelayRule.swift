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
struct PeriodicRelayRule: MailRule {
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
    static let kinds: CaseKinds = [.relay]

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

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let relay = mail.relay, relay.isRelayed, !relay.isRetry else { return }
        let found = memory.servers.update(
            mail.ends.server,
            limit: limits.servers,
            default: ServerRecord()
        ) { observe(mail.time, in: &$0) }
        guard let found, relay.isNews else { return }
        for index in signals.indices where signals[index].incident == .openRelay {
            signals[index].severity = max(signals[index].severity, .high)
            signals[index].tell(found.beat)
        }
        guard found.isToTell else { return }
        var signal = Signal.relayed(
            mail,
            rule: Self.identity,
            severity: .high,
            signature: RelayTexts.relayedInRhythm
        )
        signal.tell(found.beat)
        signals.append(signal)
    }

    /// Takes the event into the rhythm of its server; the rhythm there is, and whether it is to be told by itself.
    private func observe(_ time: Timestamp, in record: inout ServerRecord) -> (
        beat: Rhythm.Beat, isToTell: Bool
    )? {
        var rhythm = record.rhythm ?? Rhythm()
        // With two owners it would be copied to be changed.
        record.rhythm = nil
        defer { record.rhythm = rhythm }
        rhythm.observe(time, by: test)
        guard let beat = rhythm.beat(by: test) else {
            rhythm.toldAt = nil
            return nil
        }
        if let told = rhythm.toldAt {
            let age = time.duration(since: told)
            guard age >= Self.tellAgainAfter || age < .zero else { return (beat, false) }
        }
        rhythm.toldAt = time
        return (beat, true)
    }
}

extension Signal {
    /// Says that it came in a rhythm.
    fileprivate mutating func tell(_ beat: Rhythm.Beat) {
        why.append(RelayTexts.rhythm)
        values[.count] = .count(beat.count)
        values[.period] = .duration(beat.period)
        values[.deviation] = .duration(beat.deviation)
        values[.since] = .time(beat.since)
    }
}
