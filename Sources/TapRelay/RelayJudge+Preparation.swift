import TapFlow
import TapMail
import TapObserve
import TapWire

extension RelayJudge {
    /// The port of LMTP, where a server takes mail for its own mailboxes only.
    static let lmtpPort: UInt16 = 24

    /// The event with who is who.
    mutating func prepare(_ event: MailEvent, in context: EventContext) -> MailCase {
        let side = event.client
        let client = context.flow.endpoint(side).unmapped
        let server = context.flow.endpoint(side.opposite).unmapped
        let (transaction, session) = (event.transaction, event.session)
        let envelope = transaction.map(EnvelopeAddresses.init)
        // Who heard nothing from the other end has met nobody.
        let isMeeting = session?.isHeardFromBothSides ?? event.isHeardFromBothSides
        let known = isMeeting ? learn(event, transaction, session, server.address) : nil
        let ends = DirectionFinder.Ends(
            client: client.address,
            server: server.address,
            clientPort: context.flow.ingress(side),
            serverPort: context.flow.ingress(side.opposite),
            name: known?.name
        )
        if isMeeting { memory.learn(ends, finder: finder, limit: configuration.limits.hosts) }
        let standings =
            envelope.map { domains.standings(of: $0.recipients, at: ends, who: memory.who) }
            ?? event.refusedRecipients.map {
                domains.standing(of: MailAddress($0.address), at: ends, who: memory.who)
            }
        let direction = finder.direction(
            of: ends,
            servers: memory.servers,
            hosts: memory.hosts,
            portsSeen: memory.portsSeen
        )
        let mail = MailCase(
            event,
            transaction,
            session,
            in: context,
            envelope: envelope,
            client: client,
            server: server,
            family: known?.family ?? memory.servers.look(at: server.address) { $0.family }
                ?? .unknown,
            direction: direction,
            domains: domains.basis(
                of: strangers(in: envelope, standings),
                guess: ends.domainGuess,
                who: memory.who
            ),
            standings: standings,
            isServerOurs: finder.isOurs(ends, direction: direction),
            ends: ends
        )
        mail.places = configuration.places
        mail.hasConfiguredServers = !configuration.servers.isEmpty
        if let transaction, let envelope {
            mail.isServerKeeping =
                mail.inward != nil
                && memory.relaying.onward.isKeeping(server.address, at: mail.time)
                && memory.outbound.neverSends(server.address)
            // What was slipped in behind another message is told as that.
            if !isSmuggled(mail) {
                mail.relay = relay(transaction, envelope, mail)
                mail.odd = domains.oddRecipients(transaction, mail, who: memory.who)
            }
        }
        noteOutgoing(mail)
        return mail
    }

    /// The domains of strangers among the recipients.
    private func strangers(in envelope: EnvelopeAddresses?, _ standings: [RecipientStanding])
        -> [MailDomain]
    {
        guard let envelope, standings.contains(.stranger) else { return [] }
        return zip(envelope.recipients, standings).compactMap { recipient, standing in
            standing == .stranger ? recipient.domain : nil
        }
    }

    /// The transaction as a relay, if it is one or tries to be one.
    ///
    /// The cheap questions come first: could its envelope be read at all, is the dialect one in which relaying exists
    /// (not LMTP, RFC 2033), is it known that nobody logged in? A session that was picked up in the middle has an
    /// unknown login, not none.
    private mutating func relay(
        _ transaction: Shared<SMTPTransaction>,
        _ envelope: EnvelopeAddresses,
        _ mail: MailCase
    ) -> RelayCase? {
        guard transaction.dialect != .lmtp, mail.server.port != Self.lmtpPort else { return nil }
        guard !transaction.isEncrypted, transaction.isWithoutLogin else { return nil }
        guard mail.standings.contains(.stranger), let inward = mail.inward else { return nil }
        if inward == .unclear, mail.isOrdinaryDelivery { return nil }
        var (accepted, refused): ([Stranger], [Stranger]) = ([], [])
        for (place, recipient) in transaction.recipients.enumerated()
        where mail.standings[place] == .stranger {
            let stranger = Stranger(recipient: recipient, address: envelope.recipients[place])
            if recipient.isAccepted {
                accepted.append(stranger)
            } else if recipient.isRefusedAsRelay
                || (recipient.isRefusedForGood && mail.domains == .configured)
            {
                refused.append(stranger)
            }
        }
        let relay = RelayCase(transaction, envelope, accepted: accepted, refused: refused)
        // POP before SMTP: who has read his mail may send some.
        if !relay.accepted.isEmpty, hasMailboxLogin(mail) { return nil }
        relay.senderForm = domains.senderForm(of: envelope, at: mail.ends, who: memory.who)
        repetition.mark(
            relay,
            of: transaction,
            at: mail.ends.server,
            domains: mail.domains,
            time: mail.time,
            memory: &memory
        )
        relay.noteContacts(configuration.contacts)
        return relay
    }

    /// Learns what an event tells of its server, and returns what is known of it.
    private mutating func learn(
        _ event: MailEvent,
        _ transaction: Shared<SMTPTransaction>?,
        _ session: Shared<SMTPSessionSummary>?,
        _ server: IPAddress
    ) -> (name: ServerName?, family: MailServerFamily) {
        memory.servers.update(
            server,
            limit: configuration.limits.servers,
            rank: { $0.rank },
            default: ServerRecord()
        ) { record in
            if let session {
                // What turns a client away at the door (4xx, 5xx) is no greeting with a name.
                if (session.bannerCode ?? 220) == 220 {
                    record.learn(greeting: session.value.banner)
                }
            } else if let transaction {
                record.learn(
                    name: transaction.value.serverName,
                    banner: transaction.value.banner
                )
                if transaction.isTaken { record.learn(finalReply: transaction.text) }
            } else if case .smtp(.inferred(let inferred)) = event {
                record.learn(name: inferred.value.serverName, banner: nil)
            } else {
                record.learn(name: event.serverName, banner: nil)
            }
            return (record.given, record.family)
        }
    }
}

extension MailEvent {
    /// The recipients refused in a transaction that goes on; none for other events.
    fileprivate var refusedRecipients: [SMTPRecipient] {
        guard case .smtp(.refusals(let refusals)) = self else { return [] }
        return refusals.recipients
    }

    /// False for a session in which one side was silent.
    fileprivate var isHeardFromBothSides: Bool {
        switch self {
        case .pop3(.session(let summary)): summary.clientOctets > 0 && summary.serverOctets > 0
        case .imap(.session(let summary)): summary.clientOctets > 0 && summary.serverOctets > 0
        case .tap: false
        case .smtp, .pop3, .imap: true
        }
    }

    /// The name that an SMTP server has given, of what is neither a whole transaction nor a session.
    fileprivate var serverName: String? {
        switch self {
        case .smtp(.refusals(let refusals)): refusals.serverName
        case .smtp(.anomaly(let anomaly)): anomaly.serverName
        case .smtp, .pop3, .imap, .tap: nil
        }
    }
}

extension SMTPSessionSummary {
    /// False if one side was silent.
    fileprivate var isHeardFromBothSides: Bool { clientOctets > 0 && serverOctets > 0 }
}

extension Endpoint {
    fileprivate var unmapped: Endpoint { Endpoint(address: address.unmapped, port: port) }
}
