import TapMail
import TapObserve
import TapWire

/// What is the server's fault: it cannot ask whoever knows the passwords.
extension FlappingLoginRule {
    /// An inferred session must fit so well to count.
    private static let leastConfidence = 0.5
    /// So long, in seconds, a server is known before it is known who is at home there.
    private static let learning: UInt32 = 3 * 86_400

    /// Takes the logins of a session at one of our servers; true if the server was told of within a day.
    func judgeServer(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal])
        -> Bool
    {
        guard mail.isServerOurs else { return false }
        guard let session = mail.session else {
            return judgeMailboxes(mail, memory: &memory, into: &signals)
        }
        let (server, time) = (mail.ends.server, mail.time)
        guard !session.logins.isEmpty || session.value.inferred.map(\.login) ?? .none != .none
        else { return false }
        let outcome = Outcome(
            of: mail.attempts,
            session.value.inferred,
            confidence: Self.leastConfidence
        )
        // A server whose logins all go well has no record.
        guard outcome != .nothing, outcome == .failed || memory.accounts.servers.contains(server)
        else { return false }
        guard outcome == .failed else {
            memory.accounts.servers.change(server) { $0.noteAccepted() }
            return memory.accounts.servers.look(at: server) { $0.isTold(at: time) } ?? false
        }
        let home = home(of: mail, memory.habits)
        let putOff = home == .foreign ? [] : self.putOff(in: mail)
        return memory.accounts.servers.update(
            server,
            limit: limits.loginServers,
            default: ServerLogins()
        ) { logins in
            for login in putOff { logins.note(login) }
            if home == .known { logins.note(.init(client: mail.ends.client, time: time)) }
            guard !logins.isTold(at: time) else { return true }
            // Where nobody is known, one who guesses may be all there is.
            let isSure = home == .known || mail.network == .inside || logins.isPutOffAnywhere
            guard let signal = signal(of: logins, isPutOff: !putOff.isEmpty && isSure, mail) else {
                return false
            }
            logins.tell(at: time)
            signals.append(signal)
            return true
        }
    }

    /// Takes the logins of a session of POP3 or IMAP; those that are refused or accepted say nothing of what SMTP asks.
    private func judgeMailboxes(
        _ mail: MailCase,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) -> Bool {
        let (server, time) = (mail.ends.server, mail.time)
        let home = home(of: mail, memory.habits)
        let putOff = home == .foreign ? [] : self.putOff(in: mail)
        guard !putOff.isEmpty else {
            return memory.accounts.servers.look(at: server) { $0.isTold(at: time) } ?? false
        }
        return memory.accounts.servers.update(
            server,
            limit: limits.loginServers,
            default: ServerLogins()
        ) { logins in
            for login in putOff { logins.note(login) }
            guard !logins.isTold(at: time) else { return true }
            let isSure = home == .known || mail.network == .inside || logins.isPutOffAnywhere
            guard isSure, let signal = signal(of: logins, isPutOff: true, mail) else {
                return false
            }
            logins.tell(at: time)
            signals.append(signal)
            return true
        }
    }

    /// How the logins of a session went.
    private enum Outcome {
        case nothing, accepted, failed

        init(of attempts: [LoginAttempt], _ session: InferredSession?, confidence: Double) {
            let inferred = session.flatMap { $0.confidence >= confidence ? $0 : nil }
            if attempts.contains(where: { $0.answer == .accepted }) || inferred?.login == .accepted
            {
                self = .accepted
            } else if attempts.contains(where: { [.refused, .deferred].contains($0.answer) })
                || inferred?.login == .failed
            {
                self = .failed
            } else {
                self = .nothing
            }
        }
    }

    /// What the client's network is to the server.
    private enum Home {
        /// Users log in from there.
        case known
        /// They do not: whoever is put off there may be one who guesses.
        case foreign
        /// The server is not known for long enough to tell.
        case unclear
    }

    private func home(of mail: MailCase, _ habits: borrowing HabitBook) -> Home {
        let (now, network) = (habits.now, mail.network)
        return habits.look(at: mail.serverKey) { server in
            guard server.logins > 0, now - min(now, server.first) >= Self.learning else {
                return .unclear
            }
            return server.networks.isFamiliar(network, at: now) ? .known : .foreign
        } ?? .unclear
    }

    private func putOff(in mail: MailCase) -> [ServerLogins.PutOff] {
        let named = mail.logins.lazy.filter { $0.attempt.answer == .deferred }
            .map { Optional($0.account.key) }
        let unnamed = mail.attempts.lazy.filter { $0.user == nil && $0.answer == .deferred }
            .map { _ in UInt64?.none }
        return (Array(named) + Array(unnamed)).map {
            ServerLogins.PutOff(account: $0, client: mail.ends.client, time: mail.time)
        }
    }

    private func signal(of logins: ServerLogins, isPutOff: Bool, _ mail: MailCase) -> Signal? {
        let isOfWhoever =
            isPutOff && logins.putOff.count >= deferrals && logins.isPutOffWhoever
        guard isOfWhoever || logins.failing.count >= clients else { return nil }
        let count = isOfWhoever ? logins.putOffClients : logins.failing.count
        var signal = Signal(
            rule: Self.identity,
            severity: .medium,
            certainty: isOfWhoever ? 0.95 : 0.8,
            basis: mail.network == .inside ? [] : .direction,
            signature: isOfWhoever ? LoginServiceTexts.putOff : LoginServiceTexts.closed,
            why: [isOfWhoever ? LoginServiceTexts.whyPutOff : LoginServiceTexts.whyClosed],
            advice: [LoginServiceTexts.advice],
            values: [.clients: IncidentTexts.clients(count)],
            facts: [("clients", .count(count))]
        )
        guard isOfWhoever else { return signal }
        signal.values[.count] = .count(logins.putOff.count)
        signal.facts.append(("deferred", .count(logins.putOff.count)))
        return signal
    }
}
