import TapMail
import TapWire

/// Habits are learned while an event is prepared; what was usual before it goes to the rules with the event.
extension RelayJudge {
    /// Takes an event into the habits of its server, its client's network and its account.
    mutating func noteHabits(_ mail: MailCase) {
        memory.habits.advance(to: mail.time)
        if let transaction = mail.transaction {
            let trace = MailTrace(
                transaction,
                hour: memory.habits.clock.hour,
                weekHour: mail.weekHour
            )
            if case .user(let name?) = transaction.authentication {
                mail.account = noteAccount(name, trace, mail)
            }
            note(trace, mail)
        } else if let transaction = mail.inferred {
            let hour = memory.habits.clock.hour
            note(MailTrace(transaction, hour: hour, weekHour: mail.weekHour), mail)
        } else {
            if mail.session?.value.inferred?.login == .accepted { noteLoginAtServer(mail) }
            mail.logins = noteLogins(mail)
        }
    }

    /// A message or a try at one, at our server and by its client's network.
    private mutating func note(_ trace: MailTrace, _ mail: MailCase) {
        guard mail.outward == nil else { return }
        let limit = configuration.limits.identities
        memory.habits.update(mail.serverKey, .server, limit: limit) { $0.note(trace) }
        guard mail.inward != nil else { return }
        let key = mail.network.key(at: mail.ends)
        memory.habits.update(key, .clients, limit: limit) { $0.note(trace) }
    }

    private mutating func noteLoginAtServer(_ mail: MailCase) {
        let (limit, network, now) = (
            configuration.limits.identities, mail.network, memory.habits.now
        )
        memory.habits.update(mail.serverKey, .server, limit: limit) { habit in
            habit.countLogin()
            habit.networks.note(network, at: now)
        }
    }

    /// A message of an account.
    private mutating func noteAccount(
        _ name: String,
        _ trace: MailTrace,
        _ mail: MailCase
    ) -> AccountCase {
        let now = memory.habits.now
        var account = AccountCase(
            name: name,
            key: domains.key(ofUser: name, at: mail.ends),
            network: mail.network
        )
        memory.habits.look(at: mail.serverKey) { server in
            account.isSharedNetwork = server.networks.isFamiliar(mail.network, at: now)
            account.serverAge = now - min(now, server.first)
        }
        account.takenRecipients = trace.takenRecipients
        account.refusedRecipients = trace.recipients.count { $0.answer == .refused }
        let isForeign =
            mail.envelope?.sender.map { self.isForeign($0, to: name, at: mail.ends) } ?? false
        let (ties, limit) = (ties(of: mail), configuration.limits.identities)
        return memory.habits.update(account.key, .account, limit: limit) { habit in
            account.look(at: habit, now)
            if isForeign, !habit.senders.contains(trace.sender) {
                account.foreignSender = UInt32(truncatingIfNeeded: trace.sender) | 1
            }
            account.findNovel(in: trace, ties: ties, habit)
            habit.countLogin()
            let isLearned = account.isOwnNetwork || !habit.trail.isSuspected
            habit.networks.note(account.network, at: now, isLearned: isLearned)
            habit.note(trace, learns: isLearned)
            if account.isOwnNetwork { habit.trail.learn(account) }
            account.hourRecipients = habit.hourRecipients
            return account
        }
    }

    /// What the recipients are to the house, in their order.
    private func ties(of mail: MailCase) -> [RecipientTie] {
        guard let envelope = mail.envelope else { return [] }
        return zip(envelope.recipients, mail.standings).map { address, standing in
            if configuration.contacts.contains(address) { return .contact }
            return standing == .local ? .house : .none
        }
    }

    /// True if a sender is neither of the house nor of the domain in the user's name.
    private func isForeign(
        _ sender: MailAddress,
        to user: String,
        at ends: DirectionFinder.Ends
    ) -> Bool {
        guard let domain = sender.domain,
            domains.standing(of: sender, at: ends, who: memory.who) == .stranger
        else { return false }
        guard let at = user.lastIndex(of: "@"),
            let own = MailDomain(user[user.index(after: at)...])
        else { return true }
        return !own.contains(domain)
    }

    /// The attempts of a session, each with its account.
    private mutating func noteLogins(_ mail: MailCase) -> [LoginCase] {
        let attempts = mail.attempts
        guard !attempts.isEmpty else { return [] }
        if attempts.contains(where: { $0.answer == .accepted }) { noteLoginAtServer(mail) }
        return attempts.compactMap { attempt in
            attempt.user.map { note(attempt, of: $0, mail) }
        }
    }

    private mutating func note(_ attempt: LoginAttempt, of name: String, _ mail: MailCase)
        -> LoginCase
    {
        let now = memory.habits.now
        var account = AccountCase(
            name: name,
            key: domains.key(ofUser: name, at: mail.ends),
            network: mail.network
        )
        let limit = configuration.limits.identities
        return memory.habits.update(account.key, .account, limit: limit) { habit in
            let isKnown = habit.networks.contains(account.network)
            habit.trail.count(attempt.answer, isKnownNetwork: isKnown, at: now)
            account.look(at: habit, now)
            if attempt.answer == .accepted {
                habit.countLogin()
                habit.networks.note(
                    account.network,
                    at: now,
                    isLearned: !habit.trail.isSuspected
                )
            }
            return LoginCase(attempt: attempt, account: account)
        }
    }
}

/// What a recipient is to the house.
private enum RecipientTie {
    /// Nothing that is known.
    case none
    /// One of its own.
    case house
    /// One of those it writes to, as it is configured.
    case contact
}

extension AccountCase {
    /// Takes what the habit says before the event.
    ///
    /// In line, so that the habit is not copied for it.
    @inline(__always)
    fileprivate mutating func look(at habit: Habit, _ now: UInt32) {
        let standing = habit.networks.standing(of: network, at: now)
        (isFamiliar, isOwnNetwork) = (standing.isFamiliar, standing.isOwn)
        isKnownNetwork = standing.isKnown
        hasMoved = !isOwnNetwork && habit.networks.latestForeign != network
        failures = habit.trail.failures.count(at: now)
        hasHistory = habit.logins > 0
        age = habit.age
        messages = UInt32(habit.messages)
    }

    /// Counts the recipients that were taken and that the habit does not know.
    fileprivate mutating func findNovel(
        in trace: MailTrace,
        ties: [RecipientTie],
        _ habit: Habit
    ) {
        var domains: Set<UInt64> = []
        for (recipient, tie) in zip(trace.recipients, ties)
        where recipient.answer == .accepted && tie != .contact
            && !habit.recipients.contains(recipient.address)
        {
            novelRecipients += 1
            if tie != .house { novelOutsiders += 1 }
            if recipient.domain != 0, tie != .house, !habit.domains.contains(recipient.domain) {
                domains.insert(recipient.domain)
            }
        }
        novelDomains = domains.count
    }
}

extension AccountTrail {
    /// So many messages of a new account go to new people whoever sends them.
    private static let firstMessages = 10

    /// Learns from a message from one of its own networks how often it writes where it never wrote to.
    fileprivate mutating func learn(_ account: AccountCase) {
        guard account.takenRecipients > 0, account.messages >= Self.firstMessages else { return }
        novelty.observe(account.isToStrangers)
    }

    /// Counts an answer: one's own mistyping from known networks, guessing from others.
    fileprivate mutating func count(
        _ answer: LoginAttempt.Answer,
        isKnownNetwork: Bool,
        at now: UInt32
    ) {
        switch answer {
        case .other: return
        case .deferred: return deferrals.add(at: now)
        case .refused where !isKnownNetwork: return failures.add(at: now)
        case .accepted, .refused: break
        }
        let code: UInt8 = answer == .accepted ? 1 : 2
        if lastAnswer != 0, lastAnswer != code { turns.add(at: now) }
        lastAnswer = code
    }
}

extension MailCase {
    /// The hour since 1970.
    private var hour: Int64 { max(0, time.nanoseconds / 3_600_000_000_000) }

    /// The hour of the week.
    var weekHour: UInt8 { UInt8(hour % Int64(WeekHabit.hours)) }

    /// The day since 1970, at least 1.
    var day: UInt16 { UInt16(clamping: max(1, hour / 24)) }

    /// The client's network; all that is not outside is the inside.
    var network: ClientNetwork {
        inward == nil ? .inside : ClientNetwork(of: ends.client)
    }
}

extension ClientNetwork {
    /// The digest under which the habit of the network at a server stands.
    fileprivate func key(at ends: DirectionFinder.Ends) -> UInt64 {
        var digest = Digest()
        digest.combine(Habit.Kind.clients.rawValue)
        digest.combine(ends.server)
        digest.combine(UInt64(rawValue))
        return digest.value
    }
}

extension DomainKnowledge {
    /// The digest under which the habit of a user at a server stands: with or without our domain it is the same user.
    func key(ofUser name: String, at ends: DirectionFinder.Ends) -> UInt64 {
        var digest = Digest()
        digest.combine(Habit.Kind.account.rawValue)
        digest.combine(ends.server)
        digest.combineFolded(mailbox(of: name, at: ends))
        return digest.value
    }

    private func mailbox(of name: String, at ends: DirectionFinder.Ends) -> Substring {
        guard let at = name.utf8.lastIndex(of: UInt8(ascii: "@")) else { return name[...] }
        guard let domain = MailDomain(name[name.index(after: at)...]) else { return name[...] }
        let isOurs = hasConfigured ? isConfigured(domain) : domain == ends.domainGuess
        return isOurs ? name[..<at] : name[...]
    }
}
