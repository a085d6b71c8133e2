import TapObserve

/// `account.cleartext`: a password crossed the wire in clear text and opened an account.
///
/// Condition: AUTH PLAIN, LOGIN, XOAUTH2 or OAUTHBEARER, USER/PASS of POP3 or LOGIN of IMAP, without TLS, and the server
/// accepted it. A refused one shows no valid secret. Told once for each user and day; the secret is never kept.
struct ClearTextLoginRule: MailRule {
    static let description = RuleDescription(
        id: "account.cleartext",
        signatureID: 9_100_013,
        summary: "a password in clear text",
        thresholds: [
            RuleThreshold(
                name: "inside",
                unit: .count,
                defaultValue: 1,
                range: 0...1,
                summary:
                    "0 leaves out clients inside, for sites whose own network is trusted with passwords."
            )
        ]
    )
    static let kinds: CaseKinds = [.logins]

    private let tellsInside: Bool

    init(_ settings: RuleSettings, limits: RelayLimits) {
        tellsInside = settings.value(of: "inside") == 1
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        for login in mail.logins where login.attempt.answer == .accepted {
            guard login.attempt.isSecretShown else { continue }
            guard tellsInside || mail.inward != nil || mail.outward != nil else { continue }
            let day = mail.day
            let isTold = memory.habits.change(login.account.key) { habit in
                defer { habit.trail.clearTextDay = day }
                return habit.trail.clearTextDay == day
            }
            guard isTold == false else { continue }
            var signal = Signal.account(
                login.account,
                rule: Self.identity,
                severity: .medium,
                incident: .weakPosture,
                signature: AccountTexts.clearText,
                why: [AccountTexts.whyClearText],
                advice: AccountTexts.adviceClearText,
                values: [.mechanism: .name(login.attempt.mechanism)]
            )
            signal.basis = []
            signal.rest = ToldFindings.interval
            signal.aspect = mail.outward == nil ? .clearText : .foreignServer
            if mail.outward == nil { signal.weakness = Weakness(.clearText, mail) }
            signal.facts.append(("mechanism", .name(login.attempt.mechanism)))
            signals.append(signal)
        }
    }
}
