import TapMail
import TapObserve
import TapWire

/// `account.bruteforce`: somebody guesses a password, and perhaps has found it.
///
/// Condition: `failures` logins of one user were refused within a day, from whatever addresses outside: a warning while
/// it goes on. If then a login from a network that the account was never seen in is accepted, or a message comes from
/// there within the day: high. Of an account that was never seen to log in before it is not known where it is at home: where
/// all came from one network, and others of the server log in from there or the server is known for less than three days,
/// it may be its user, who mistypes, and is a warning. Refusals from networks where a login of the user was accepted before,
/// and from inside, are the user's own mistyping and are not counted.
///
/// Where no name is seen, inside TLS, because the mechanism shows none, or because each try is of another user, the refusals
/// of one client are counted instead, unless logins from its network were accepted before. A client that was let in by
/// another mechanism than the one it was refused with has only tried what it has.
struct BruteForceRule: MailRule {
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
    static let kinds: CaseKinds = [.account, .attempts]

    /// An inferred session must fit so well to count.
    private static let leastConfidence = 0.5

    private static let day = Duration.seconds(86_400)
    /// A client that is known to the server without a login.
    private static let greeted = "PREAUTH"
    /// So long, in seconds, a server is known before an account that is new to it is new.
    private static let learning: UInt32 = 3 * 86_400

    private let failures: Int
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        failures = Int(settings.value(of: "failures"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard mail.inward != nil else { return }
        if let account = mail.account {
            if isFound(account) { signals.append(found(account, mail, memory)) }
            return
        }
        let before = signals.count
        judgeLogins(mail, memory: &memory, into: &signals)
        guard signals.count == before else { return }
        judgeClient(mail, memory: &memory, into: &signals)
    }

    /// One signal for the worst of each session: the password that was found, else the last guess.
    private func judgeLogins(
        _ mail: MailCase,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) {
        let found = mail.logins.first { $0.attempt.answer == .accepted && isFound($0.account) }
        if let found { return signals.append(self.found(found.account, mail, memory)) }
        let guesses = mail.logins.filter {
            $0.attempt.answer == .refused && !$0.account.isKnownNetwork
        }
        for guess in guesses { note(guess.account, &memory) }
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

    /// Notes from where an account is guessed that was never seen to log in.
    private func note(_ account: AccountCase, _ memory: inout RelayMemory) {
        guard !account.hasHistory else { return }
        memory.accounts.guessed.update(
            account.key,
            limit: limits.accountClients,
            default: GuessOrigin(account.network)
        ) { origin in
            if account.failures <= 1 { origin = GuessOrigin(account.network) }
            origin.note(account.network)
        }
    }

    /// True if it may be the user, of whom nothing is known yet, who has mistyped where he is.
    private func mayBeUser(
        _ account: AccountCase,
        _ mail: MailCase,
        _ memory: borrowing RelayMemory
    ) -> Bool {
        guard !account.hasHistory else { return false }
        guard memory.accounts.guessed.look(at: account.key, { $0.isOnly(account.network) }) ?? true
        else { return false }
        let now = memory.habits.now
        return memory.habits.look(at: mail.serverKey) { server in
            now - min(now, server.first) < Self.learning
                || server.networks.isFamiliar(account.network, at: now)
        } ?? true
    }

    private func found(
        _ account: AccountCase,
        _ mail: MailCase,
        _ memory: borrowing RelayMemory
    ) -> Signal {
        var signal = Signal.account(
            account,
            rule: Self.identity,
            severity: mayBeUser(account, mail, memory) ? .medium : .high,
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
        _ mail: MailCase,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) {
        let inferred = mail.session?.value.inferred.flatMap {
            $0.confidence >= Self.leastConfidence ? $0 : nil
        }
        let attempts = mail.attempts
        guard inferred != nil || !attempts.isEmpty else { return }
        let refused =
            Self.refusals(among: mail.logins) + Self.unnamedRefusals(among: attempts)
            + (inferred?.failedLogins ?? 0)
        // A name that was guessed often itself is told by that name.
        let found = mail.logins.first {
            $0.attempt.answer == .accepted && !$0.account.isFamiliar && !isFound($0.account)
        }?.account
        let isIn =
            inferred?.login == .accepted || found != nil
            || attempts.contains {
                $0.user == nil && $0.answer == .accepted && $0.mechanism != Self.greeted
            }
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
        if isIn { signal.entrance = Entrance(to: found?.name, mail) }
        if isIn, found == nil, inferred?.login != .accepted {
            signal.why = [AccountTexts.whyUnnamedFound]
        }
        if let found {
            signal.why = [AccountTexts.whySprayed]
            signal.advice = [AccountTexts.adviceStolen]
            signal.values[.account] = .name(found.name)
            signal.facts.append(("user", .name(found.name)))
        }
        signals.append(signal)
    }

    /// How many attempts were refused where the user was not let in before.
    private static func refusals(among logins: [LoginCase]) -> Int {
        logins.count { $0.attempt.answer == .refused && !$0.account.isKnownNetwork }
    }

    /// How many that show no name were refused and are no try of another mechanism.
    private static func unnamedRefusals(among attempts: [LoginAttempt]) -> Int {
        let way = attempts.first { $0.answer == .accepted }?.mechanism
        return attempts.count { attempt in
            guard attempt.user == nil, attempt.answer == .refused else { return false }
            return way == nil || way == attempt.mechanism
        }
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
            advice: [isIn ? AccountTexts.adviceClientFound : AccountTexts.adviceGuessing],
            values: [.count: .count(count)]
        )
    }
}
