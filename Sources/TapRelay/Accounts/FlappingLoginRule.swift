import TapObserve

/// `account.flapping`: one account fails and succeeds in turns, or the server cannot answer its logins.
///
/// Condition: from networks where it is at home, or inside, an account's logins changed between accepted and refused
/// `turns` times within a day, or `deferrals` were put off: 4xx (454, 421) of SMTP, `[SYS/TEMP]` and `[SYS/PERM]` of POP3,
/// `[UNAVAILABLE]` of IMAP. Told once a day; a symptom that is added
/// to what else is wrong with the server. Guesses from foreign networks are `account.bruteforce` and do not count.
///
/// The server itself is told of, once a day and instead of each account, if `deferrals` logins of several accounts, or of
/// several clients without names, were put off, and of several networks while it is not known who is at home; or if `clients` of them, from where users log in, failed within an hour while nobody got in:
/// inside TLS the one cannot be told from the other.
struct FlappingLoginRule: MailRule {
    static let description = RuleDescription(
        id: "account.flapping",
        signatureID: 9_100_032,
        summary: "one account fails and succeeds in turns",
        thresholds: [
            RuleThreshold(
                name: "turns",
                unit: .count,
                defaultValue: 6,
                range: 2...200,
                summary:
                    "Changes between accepted and refused within a day; one who mistypes each morning makes two."
            ),
            RuleThreshold(
                name: "deferrals",
                unit: .count,
                defaultValue: 3,
                range: 1...Double(ServerLogins.keptPutOff),
                summary:
                    "Logins within a day that the server could not answer (454, SYS/TEMP, UNAVAILABLE), of one account or of all."
            ),
            RuleThreshold(
                name: "clients",
                unit: .count,
                defaultValue: 5,
                range: 3...Double(ServerLogins.keptFailing),
                summary:
                    "Clients, from where users log in, whose logins failed within an hour while nobody got in."
            ),
        ]
    )
    static let kinds: CaseKinds = [.attempts]

    private let turns: Int
    let deferrals: Int
    let clients: Int
    let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        turns = Int(settings.value(of: "turns"))
        deferrals = Int(settings.value(of: "deferrals"))
        clients = Int(settings.value(of: "clients"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        let isServerTold = judgeServer(mail, memory: &memory, into: &signals)
        for login in mail.logins where login.attempt.answer != .other {
            guard let trail = memory.habits.look(at: login.account.key, { $0.trail }),
                trail.flappingDay != mail.day
            else { continue }
            let now = memory.habits.now
            let isDeferred = !isServerTold && trail.deferrals.count(at: now) >= deferrals
            guard isDeferred || trail.turns.count(at: now) >= turns else { continue }
            let day = mail.day
            memory.habits.change(login.account.key) { $0.trail.flappingDay = day }
            let count = isDeferred ? trail.deferrals.count(at: now) : trail.turns.count(at: now)
            signals.append(
                .account(
                    login.account,
                    rule: Self.identity,
                    severity: .medium,
                    incident: nil,
                    signature: isDeferred ? AccountTexts.deferred : AccountTexts.flapping,
                    why: [isDeferred ? AccountTexts.whyDeferred : AccountTexts.whyFlapping],
                    advice: isDeferred ? LoginServiceTexts.advice : AccountTexts.adviceFlapping,
                    values: [
                        .count: isDeferred ? IncidentTexts.logins(count) : .count(count),
                        .times: IncidentTexts.times(count),
                    ]
                )
            )
        }
    }
}
