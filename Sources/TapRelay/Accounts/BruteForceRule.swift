import TapMail
import TapObserve
import TapWire

/// `account.bruteforce`: somebody guesses a password, and perhaps has found it.
///
/// Condition: `failures` logins of one user were refused within a day, from whatever addresses outside: a warning while
/// it goes on. If then a login from a network that the account was never seen in is accepted, or a message comes from
/// there within the day: high. An account that was never seen to log in before has no networks of its own, so there it
/// stays a warning. Refusals from networks where a login of the user was accepted before, and from inside, are the
/// user's own mistyping and are not counted.
///
/// Where no name is seen, inside TLS or because each try is of another user, the refusals of one client are counted
/// instead, unless logins from its network were accepted before.
final class BruteForceRule: MailRule {
    static let description = RuleDescription(
        id: "account.bruteforce",
        signatureID: 9_100_012,
        summary: "failed logins, and what followed them",
        thresholds: [
            RuleThreshold(
                name: "failures",
                unit: .count,
                defaultValue: 10,
                range: 3...200,
                summary:
                    "Refused logins of a user, or of a client, within a day. A person gives up or asks for help after "
                    + "five or so (NIST SP 800-63B allows 100 in a row before it wants the account closed)."
            )
        ]
    )
    static let kinds: CaseKinds = [.account, .logins, .session]

    /// An inferred session must fit so well to count.
    private static let leastConfidence = 0.5

    private static let day = Duration.seconds(86_400)

    private let failures: Int
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        failures = Int(settings.value(of: "failures"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard mail.inward != nil else { return }
        if let account = mail.account {
            if isFound(account) { signals.append(found(account)) }
            return
        }
        let before = signals.count
        judgeLogins(mail, memory: &memory, into: &signals)
        guard signals.count == before, let session = mail.session else { return }
        judgeClient(session, mail, memory: &memory, into: &signals)
    }

    /// One signal for the worst of each session: the password that was found, else the last guess.
    private func judgeLogins(
        _ mail: MailCase,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) {
        let found = mail.logins.first { $0.attempt.answer == .accepted && isFound($0.account) }
        if let found { return signals.append(self.found(found.account)) }
        let guesses = mail.logins.filter {
            $0.attempt.answer == .refused && !$0.account.isKnownNetwork
        }
        guard let guess = guesses.last(where: { $0.account.failures >= failures }) else {
            if let last = guesses.last { hold(mail, Self.prelude(last.account.name), &memory) }
            return
        }
        var signal = Signal.account(
            guess.account,
            rule: Self.identity,
            severity: .medium,
            incident: .stolenAccount,
            aspect: .guessing,
            signature: AccountTexts.guessing,
            why: [AccountTexts.whyGuessing],
            advice: AccountTexts.adviceGuessing,
            values: [.count: .count(guess.account.failures)]
        )
        signal.prelude = Self.prelude(guess.account.name)
        signals.append(signal)
    }

    /// The refused logins of a user, or of a client, before there were enough of them.
    private static func prelude(_ name: String, of client: IPAddress? = nil) -> Signal.Prelude {
        Signal.Prelude(kind: .guesses, name: name, client: client, window: day)
    }

    private func hold(_ mail: MailCase, _ prelude: Signal.Prelude, _ memory: inout RelayMemory) {
        memory.earlier.hold(
            mail,
            as: prelude,
            at: mail.ends.server,
            limits: limits
        )
    }

    private func isFound(_ account: AccountCase) -> Bool {
        !account.isFamiliar && account.failures >= failures
    }

    private func found(_ account: AccountCase) -> Signal {
        var signal = Signal.account(
            account,
            rule: Self.identity,
            severity: account.hasHistory ? .high : .medium,
            incident: .stolenAccount,
            signature: AccountTexts.found,
            why: [AccountTexts.whyFound],
            advice: AccountTexts.adviceStolen,
            values: [.count: .count(account.failures)]
        )
        signal.prelude = Self.prelude(account.name)
        return signal
    }

    /// Counts what a client was refused where no user can be told.
    private func judgeClient(
        _ session: Shared<SMTPSessionSummary>,
        _ mail: MailCase,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) {
        let inferred = session.value.inferred.flatMap {
            $0.confidence >= Self.leastConfidence ? $0 : nil
        }
        let refused =
            mail.logins.count { $0.attempt.answer == .refused } + (inferred?.failedLogins ?? 0)
        // A name that was guessed often itself is told by that name.
        let found = mail.logins.first {
            $0.attempt.answer == .accepted && !$0.account.isFamiliar && !isFound($0.account)
        }?.account
        let isIn = inferred?.login == .accepted || found != nil
        guard refused > 0 || isIn && memory.accounts.guessers[mail.ends.client] != nil else {
            return
        }
        let now = memory.habits.now
        let isFamiliar = memory.habits.look(at: mail.serverKey) {
            $0.networks.isFamiliar(mail.network, at: now)
        }
        guard isFamiliar != true else { return }
        let count = memory.accounts.guessers.update(
            mail.ends.client,
            limit: limits.accountClients,
            default: DayCount()
        ) { count in
            for _ in 0..<min(refused, 255) { count.add(at: now) }
            return count.count(at: now)
        }
        let prelude = Self.prelude("", of: mail.ends.client)
        guard count >= failures else { return hold(mail, prelude, &memory) }
        var signal = client(mail, count: count, isIn: isIn, inferred?.confidence ?? 0.99)
        signal.prelude = prelude
        if let found {
            signal.why = [AccountTexts.whySprayed]
            signal.values[.account] = .name(found.name)
            signal.facts.append(("user", .name(found.name)))
        }
        signals.append(signal)
    }

    private func client(_ mail: MailCase, count: Int, isIn: Bool, _ certainty: Double) -> Signal {
        Signal(
            rule: Self.identity,
            severity: isIn ? .high : .medium,
            certainty: min(0.99, certainty),
            basis: .direction,
            incident: .stolenAccount,
            subject: mail.client.address.description,
            aspect: isIn ? .guessedByClient : .guessingClient,
            signature: isIn ? AccountTexts.clientFound : AccountTexts.clientGuessing,
            why: [isIn ? AccountTexts.whyClientFound : AccountTexts.whyClientGuessing],
            advice: [AccountTexts.adviceGuessing],
            values: [.count: .count(count)]
        )
    }
}
