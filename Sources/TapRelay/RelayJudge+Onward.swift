import TapFlow
import TapMail
import TapObserve
import TapWire

extension RelayJudge {
    /// Keeps what a stranger brought for a stranger, and finds again what leaves.
    mutating func follow(_ mail: MailCase) {
        noteLogins(mail)
        guard case .smtp = mail.event else { return }
        findAgain(mail)
        // Asked first, as most mail is none: what is held of one is large.
        guard mail.inward != nil, mail.relay != nil || !mail.odd.isEmpty,
            var relay = HeldRelay(mail)
        else { return }
        if mail.isPerhapsSecondary(who: memory.who) { relay.limit = min(relay.limit, .medium) }
        let server = mail.ends.server
        if let (departure, key) = memory.relaying.departures.take(relay, from: server) {
            relay.isSettled = true
            mail.onward = Shared(OnwardMatch(relay, departure, by: key, at: server))
        }
        memory.relaying.onward.hold(relay, at: mail.ends.server, limits: configuration.limits)
    }

    /// Notes who logged in to a mailbox, and under which names users log in.
    private mutating func noteLogins(_ mail: MailCase) {
        guard mail.outward == nil else { return }
        let users = mail.acceptedUsers
        guard !users.isEmpty else { return }
        let limit = configuration.limits.logins
        if mail.session == nil {
            memory.relaying.mailboxLogins.update(
                mail.ends.client,
                limit: limit,
                default: mail.time
            ) { $0 = mail.time }
        }
        for case let user? in users where user.utf8.contains(where: Self.isOfAddress) {
            memory.relaying.users.update(
                AddressWords.digest(of: user),
                limit: limit,
                default: mail.time
            ) { $0 = mail.time }
        }
    }

    /// True for what stands in an address and in no plain name.
    private static func isOfAddress(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "@") || octet == UInt8(ascii: ".")
    }

    /// True if the transaction is one that was hidden behind the end of another's message.
    mutating func isSmuggled(_ mail: MailCase) -> Bool {
        guard memory.relaying.smuggled.count > 0 else { return false }
        let session = mail.sessionDigest
        guard let before = memory.relaying.smuggled[session] else { return false }
        memory.relaying.smuggled.replace(session, by: max(0, before - 1))
        return before == 0
    }

    /// True if the client logged in to a mailbox a short while ago: servers may let it relay for that.
    @inline(__always)
    func hasMailboxLogin(_ mail: MailCase) -> Bool {
        guard let login = memory.relaying.mailboxLogins[mail.ends.client] else { return false }
        return (.zero...mailboxLoginWindow).contains(mail.time.duration(since: login))
    }

    /// Holds what leaves a server against what strangers brought it.
    private mutating func findAgain(_ mail: MailCase) {
        let ends = mail.ends
        guard !mail.isServerOurs else { return }
        // Every call is noted, so that the first relay finds the hour before it known.
        mail.isNewContact =
            mail.outward != nil
            ? memory.relaying.onward.isNewContact(
                from: ends.client,
                to: ends.server,
                flow: mail.context.flow.id.rawValue,
                at: mail.time,
                limit: configuration.limits.contacts
            ) : false
        if mail.outward != nil { memory.relaying.departures.note(mail) }
        guard memory.relaying.onward.isWaiting(at: mail.time),
            let facts = OnwardFacts.shown(by: mail)
        else { return }
        guard !facts.isHidden || mail.isNewContact else { return }
        mail.onward = memory.relaying.onward.match(
            facts,
            from: ends.client,
            mayBeOther: mail.outward == .ports,
            at: mail.time
        ).map(Shared.init)
        if mail.onward != nil {
            mail.trustedHops =
                mail.transaction?.value.message?.hops.compactMap(\.address)
                .filter(finder.mayRelay) ?? []
        }
        guard mail.onward == nil, mail.envelope?.isFromNobody ?? false else { return }
        mail.returned = memory.relaying.onward.takeReturned(
            to: facts.recipients,
            from: ends.client,
            at: mail.time
        ).map(Shared.init)
        guard mail.returned != nil else { return }
        memory.incidents.noteReturned(server: ends.client, at: mail.time)
    }
}

extension DomainKnowledge {
    /// The recipients of a client from outside without a login whose addresses hide a stranger's.
    func oddRecipients(
        _ transaction: Shared<SMTPTransaction>,
        _ mail: MailCase,
        who: borrowing WhoIsWho
    ) -> [OddRecipient] {
        guard let inward = mail.inward, inward != .unclear, transaction.dialect != .lmtp,
            mail.server.port != RelayJudge.lmtpPort, !transaction.isEncrypted,
            transaction.isWithoutLogin
        else { return [] }
        var odd: [OddRecipient] = []
        // By a span, so that no recipient is copied for its address.
        let recipients = transaction.recipients
        let list = recipients.span
        for index in list.indices {
            guard let hidden = HiddenDestination(list[index].address),
                standing(of: hidden.address, at: mail.ends, who: who) == .stranger
            else { continue }
            odd.append(OddRecipient(recipient: list[index], hidden: hidden))
        }
        return odd
    }

    /// In which way a stranger's sender asks to relay.
    func senderForm(
        of envelope: EnvelopeAddresses,
        at ends: DirectionFinder.Ends,
        who: borrowing WhoIsWho
    ) -> RelayForm {
        guard let sender = envelope.sender else { return .plain }
        switch sender.destination {
        case .nobody: return .nullSender
        case .withoutDomain: return .bareSender
        case .literal: return .literalSender
        case .domain(let domain) where domain.name == "localhost": return .localhostSender
        case .domain:
            guard standing(of: sender, at: ends, who: who) == .local else { return .plain }
            return sender.localPart.lowercased() == "postmaster" ? .postmasterSender : .localSender
        case .unreadable: return .plain
        }
    }
}

extension MailCase {
    /// True if the server may be a secondary exchanger of the strangers: mail that comes as another server's own to
    /// domains of which nothing bad is known.
    fileprivate func isPerhapsSecondary(who: borrowing WhoIsWho) -> Bool {
        guard odd.isEmpty, let relay, isOrdinaryDelivery else { return false }
        for stranger in relay.accepted {
            guard let domain = stranger.address.domain, who.role(of: domain) != .foreign else {
                return false
            }
        }
        return true
    }

    /// The users that a session let in, in order; nil for a name that was not shown.
    fileprivate var acceptedUsers: [String?] {
        if let logins = session?.logins {
            guard !logins.isEmpty else { return [] }
            return logins.lazy.filter { $0.code == 235 }.map { $0.user }
        }
        return switch event {
        case .pop3(.session(let summary)):
            summary.logins.lazy.filter { $0.status == .ok }.map { $0.user }
        case .imap(.session(let summary)):
            summary.logins.lazy.filter { $0.status == .ok }.map { $0.user }
        case .smtp, .pop3, .imap, .tap: []
        }
    }
}
