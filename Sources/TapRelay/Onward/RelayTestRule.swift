import TapMail
import TapObserve
import TapWire

/// `relay.test`: somebody tries whether the server relays, form by form.
///
/// Condition: one client outside without a login has asked to relay in five different ways of the lists that relay
/// tests use (A: plain recipients with various senders, B: odd forms of recipients) within ten minutes. Information;
/// a warning if the server said yes to one, high if it took a message. Told again only when it gets worse. The words hold
/// every form with the server's answer.
///
/// Guards: hubtap's own relay test is named as such.
///
/// Source: the lists of nmap's smtp-open-relay, mail-abuse.org and OpenVAS have 16 to 17 forms each.
struct RelayTestRule: MailRule {
    static let description = RuleDescription(
        id: "relay.test",
        signatureID: 9_100_010,
        summary: "a relay test is running",
        thresholds: [
            RuleThreshold(
                name: "forms",
                unit: .count,
                defaultValue: 5,
                range: 3...20,
                summary: "So many different forms of one client in the window are a test."
            ),
            RuleThreshold(
                name: "window",
                unit: .seconds,
                defaultValue: 600,
                range: 10...86_400,
                summary: "How far back forms are counted."
            ),
        ]
    )
    static let kinds: CaseKinds = [.relay, .odd]

    private let forms: Int
    private let window: Duration
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        self.limits = limits
        forms = Int(settings.value(of: "forms"))
        window = .seconds(settings.value(of: "window"))
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard mail.inward != .unclear, let transaction = mail.transaction else { return }
        let entries = Self.entries(of: mail, transaction)
        guard !entries.isEmpty else { return }
        let trial = memory.relaying.trials.update(
            mail.ends.client,
            limit: limits.testers,
            default: FormTrial()
        ) { trial -> FormTrial? in
            for entry in entries { trial.observe(entry, window: window) }
            guard trial.testForms >= forms, trial.outcome > trial.told else { return nil }
            trial.told = trial.outcome
            return trial
        }
        let prelude = Signal.Prelude(kind: .tries, client: mail.ends.client, window: window)
        if let trial {
            var signal = signal(trial, mail, transaction)
            signal.prelude = prelude
            signals.append(signal)
        } else if !signals.contains(where: { $0.incident != nil }) {
            memory.earlier.hold(mail, as: prelude, at: mail.ends.server, limits: limits)
        }
    }

    private func signal(
        _ trial: FormTrial,
        _ mail: MailCase,
        _ transaction: Shared<SMTPTransaction>
    )
        -> Signal
    {
        let matrix = trial.entries.map { entry in
            Phrase.plain("\(entry.form.rawValue) \(entry.code.map(String.init) ?? "-")")
        }
        let severity: Severity =
            switch trial.outcome {
            case 3: .high
            case 2: .medium
            default: .low
            }
        var signal = Signal(
            rule: Self.identity,
            severity: severity,
            basis: .relay,
            incident: .relayTest,
            signature: RelayingTexts.test,
            why: [RelayingTexts.whyTest],
            advice: [
                trial.outcome > 1 ? RelayTexts.fix(mail.family) : RelayTexts.adviceRefused,
                RelayTexts.check,
            ],
            values: [
                .count: .count(trial.testForms),
                .what: .first(RelayForm.allCases.count, of: matrix),
            ],
            facts: [("forms", .first(RelayForm.allCases.count, of: matrix))]
        )
        if transaction.isMarkedAsOwnTest { signal.why.append(RelayTexts.ownTest) }
        return signal
    }

    /// The forms that a transaction has tried.
    private static func entries(of mail: MailCase, _ transaction: Shared<SMTPTransaction>)
        -> [FormTrial.Entry]
    {
        let isTaken = transaction.isTaken
        var entries = mail.odd.prefix(RelayForm.allCases.count).map { odd in
            FormTrial.Entry(
                form: odd.hidden.form,
                code: odd.recipient.code,
                isTaken: isTaken && odd.recipient.isAccepted,
                time: mail.time
            )
        }
        guard entries.isEmpty, let relay = mail.relay else { return entries }
        let stranger = relay.accepted.first ?? relay.refused.first
        if let stranger {
            entries.append(
                FormTrial.Entry(
                    form: relay.senderForm,
                    code: stranger.recipient.code,
                    isTaken: relay.isRelayed,
                    time: mail.time
                )
            )
        }
        return entries
    }
}
