import TapMail
import TapObserve
import TapWire

/// `queue.slow`: a server of ours answers much slower than usual, or turns clients away with 421.
///
/// Looked at are the first greeting, HELO, RCPT and end of data of each session that were asked alone. Told when the
/// median of ten minutes is more than five times what is usual for this server and step, and at least half a second; or
/// when five clients in ten minutes were greeted with 421. A tarpit delays each greeting alike: that is usual then.
/// Told once in six hours. A symptom: it is added to the open incidents of the server.
final class SlowServerRule: MailRule {
    static let description = RuleDescription(
        id: "queue.slow",
        signatureID: 9_100_021,
        summary: "the server answers slowly",
        thresholds: [
            RuleThreshold(
                name: "factor",
                unit: .count,
                defaultValue: 5,
                range: 2...100,
                summary: "So many times the usual median."
            ),
            RuleThreshold(
                name: "window",
                unit: .seconds,
                defaultValue: 600,
                range: 60...7_200,
                summary: "For how long it must be slow."
            ),
            RuleThreshold(
                name: "turned_away",
                unit: .count,
                defaultValue: 5,
                range: 1...100,
                summary: "So many greetings with 421 within the window."
            ),
        ]
    )
    static let kinds: CaseKinds = [.ownSession]

    /// Below it nobody waits.
    private static let floor = 500
    private static let tellInterval = Duration.seconds(21_600)
    private static let tooBusy = 421

    private let factor: Int
    private let window: Duration
    private let turnedAway: Int
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        factor = Int(settings.value(of: "factor"))
        window = .seconds(settings.value(of: "window"))
        turnedAway = Int(settings.value(of: "turned_away"))
        self.limits = limits
    }

    /// What was found.
    private enum Finding {
        case slow(SMTPReplyTimes.Step, median: Int, usual: Int)
        case busy(Int)
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let summary = mail.session, summary.gaps == 0 else { return }
        let isTurnedAway = summary.bannerCode == Self.tooBusy
        guard isTurnedAway || !summary.replyTimes.isEmpty else { return }
        let found = memory.slow.update(
            mail.ends.server,
            limit: limits.slowServers,
            default: SlowServer()
        ) { server -> Finding? in
            let found = look(at: summary.replyTimes, isTurnedAway, in: &server, mail.time)
            guard let found else { return nil }
            if let told = server.toldAt {
                let age = mail.time.duration(since: told)
                guard age >= Self.tellInterval || age < .zero else { return nil }
            }
            server.toldAt = mail.time
            return found
        }
        if let found { signals.append(signal(of: found)) }
    }

    private func look(
        at times: SMTPReplyTimes,
        _ isTurnedAway: Bool,
        in server: inout SlowServer,
        _ time: Timestamp
    ) -> Finding? {
        var found: Finding?
        if isTurnedAway {
            server.turnedAway.removeAll { time.duration(since: $0) >= window }
            server.turnedAway = server.turnedAway.suffix(turnedAway - 1) + [time]
            if server.turnedAway.count >= turnedAway { found = .busy(turnedAway) }
        }
        for step in SMTPReplyTimes.Step.allCases {
            guard let milliseconds = times[step] else { continue }
            server[step].take(milliseconds, at: time, window: window)
            guard found == nil, milliseconds >= Self.floor,
                let median = server[step].recentMedian(window: window), median >= Self.floor,
                let usual = server[step].usualMedian, median > factor * usual
            else { continue }
            found = .slow(step, median: median, usual: usual)
        }
        return found
    }

    private func signal(of found: Finding) -> Signal {
        var signal = Signal(
            rule: Self.identity,
            severity: .medium,
            certainty: 0.9,
            basis: [],
            signature: QueueTexts.slow,
            why: [QueueTexts.whySlow],
            advice: [QueueTexts.adviceSlow]
        )
        switch found {
        case .slow(let step, let median, let usual):
            signal.values = [
                .what: .text(QueueTexts.words(for: step)), .delay: .count(median),
                .period: .count(usual),
            ]
            signal.facts = [("step", .plain(step.rawValue)), ("median_ms", .count(median))]
        case .busy(let count):
            signal.signature = QueueTexts.busy
            signal.why = [QueueTexts.whyBusy]
            signal.values = [.count: .count(count)]
        }
        return signal
    }
}
