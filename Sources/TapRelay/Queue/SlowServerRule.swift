import TapFlow
import TapMail
import TapObserve
import TapWire

/// `queue.slow`: a server of ours answers much slower than usual, or turns clients away with 421.
///
/// Looked at are the first greeting, HELO, RCPT and end of data of each session that were asked alone. Told when the
/// median of `window` is more than `factor` times what is usual for this server and step, and at least half a second; or
/// when `turned_away` clients within it were greeted with 421: what is one client's alone is a limit for that client. A
/// tarpit delays each greeting alike: that is usual then. Told once in six hours. A symptom: it is added to the open
/// incidents of the server.
struct SlowServerRule: MailRule {
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
                range: 1...Double(SlowServer.keptTurnedAway),
                summary: "So many clients greeted with 421 within the window."
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
    private let step: Int64
    private let answers: ReplyHabit.Window
    private let turnedAway: Int
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        factor = Int(settings.value(of: "factor"))
        window = .seconds(settings.value(of: "window"))
        step = OpenSessions.step(of: window)
        answers = ReplyHabit.Window(window)
        turnedAway = Int(settings.value(of: "turned_away"))
        self.limits = limits
    }

    /// What was found, and what else was at that time.
    private struct Finding {
        enum Kind {
            case slow(SMTPReplyTimes.Step, usual: Int)
            case busy(clients: Int)
        }
        let kind: Kind
        /// How long answers took, of a server that is busy to connections; nil if too few were seen.
        let answers: ReplyHabit.Quantiles?
        /// How many sessions were open at once, at least.
        var sessions = 1
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let summary = mail.session, summary.gaps == 0 else { return }
        let isTurnedAway = summary.bannerCode == Self.tooBusy
        let (opened, time) = (mail.context.flow.opened, mail.time)
        guard isTurnedAway || !summary.replyTimes.isEmpty else {
            memory.slow.change(mail.ends.server) {
                $0.sessions.take(from: opened, to: time, step: step)
            }
            return
        }
        let found = memory.slow.update(
            mail.ends.server,
            limit: limits.slowServers,
            default: SlowServer()
        ) { server -> Finding? in
            server.sessions.take(from: opened, to: time, step: step)
            let busy = isTurnedAway ? noteTurnedAway(mail.ends.client, by: &server, time) : nil
            guard var found = look(at: summary.replyTimes, in: &server, time, busy) else {
                return nil
            }
            if let told = server.toldAt {
                let age = time.duration(since: told)
                guard age >= Self.tellInterval || age < .zero else { return nil }
            }
            server.toldAt = time
            found.sessions = max(1, server.sessions.most(at: time, step: step))
            return found
        }
        if let found { signals.append(signal(of: found)) }
    }

    /// Takes a client that was turned away; a finding if there are enough of them.
    private func noteTurnedAway(
        _ client: IPAddress,
        by server: inout SlowServer,
        _ time: Timestamp
    ) -> Finding? {
        server.turnedAway.removeAll { turned in
            let age = time.duration(since: turned.time)
            return age >= window || age < .zero || turned.client == client
        }
        if server.turnedAway.count >= SlowServer.keptTurnedAway { server.turnedAway.removeFirst() }
        server.turnedAway.append(.init(client: client, time: time))
        guard server.turnedAway.count >= turnedAway else { return nil }
        return Finding(
            kind: .busy(clients: server.turnedAway.count),
            answers: server.greeting.recent(window: answers)
        )
    }

    /// Takes the times of a session; what is found of them, if nothing else was.
    private func look(
        at times: SMTPReplyTimes,
        in server: inout SlowServer,
        _ time: Timestamp,
        _ busy: Finding?
    ) -> Finding? {
        var found = busy
        for step in SMTPReplyTimes.Step.allCases {
            guard let milliseconds = times[step] else { continue }
            server[step].take(milliseconds, at: time, window: answers)
            guard found == nil, milliseconds >= Self.floor,
                let recent = server[step].recent(window: answers), recent.median >= Self.floor,
                let usual = server[step].usualMedian, recent.median > factor * usual
            else { continue }
            found = Finding(kind: .slow(step, usual: usual), answers: recent)
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
            advice: [QueueTexts.adviceSlow],
            values: [.window: .duration(window), .sessions: .count(found.sessions)]
        )
        switch found.kind {
        case .slow(let step, let usual):
            signal.values[.what] = .text(QueueTexts.words(for: step))
            signal.values[.period] = .count(usual)
            signal.facts = [("step", .plain(step.rawValue)), ("usual_ms", .count(usual))]
        case .busy(let clients):
            signal.signature = QueueTexts.busy
            signal.why = [QueueTexts.whyBusy]
            signal.values[.clients] = QueueTexts.clients(clients)
            signal.facts = [("clients", .count(clients))]
        }
        if let answers = found.answers {
            signal.values[.delay] = .count(answers.median)
            signal.values[.tenth] = .count(answers.tenth)
            signal.values[.twentieth] = .count(answers.twentieth)
            signal.facts += [
                ("median_ms", .count(answers.median)), ("p90_ms", .count(answers.tenth)),
                ("p95_ms", .count(answers.twentieth)),
            ]
        }
        signal.facts.append(("sessions_open", .count(found.sessions)))
        return signal
    }
}
