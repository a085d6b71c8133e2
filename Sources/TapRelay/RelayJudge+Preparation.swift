import TapFlow
import TapMail
import TapObserve
import TapWire

extension RelayJudge {
    /// The port of LMTP, where a server takes mail for its own mailboxes only.
    static let lmtpPort: UInt16 = 24

    /// The event with who is who.
    mutating func prepare(_ event: MailEvent, in context: EventContext) -> MailCase {
        let client = context.flow.endpoint(event.client).unmapped
        let server = context.flow.endpoint(event.client.opposite).unmapped
        let ends = learn(event, in: context)
        let transaction = event.transaction
        let standings =
            event.recipients.map {
                domains.standing(of: MailAddress($0.address), at: ends, who: memory.who)
            }
        var mail = MailCase(
            event: event,
            context: context,
            client: client,
            server: server,
            ends: ends,
            family: memory.servers.look(at: ends.server) { $0.family } ?? .unknown,
            direction: finder.direction(of: ends, memory: memory),
            domains: domains.basis(
                of: strangers(of: transaction, standings),
                guess: ends.domainGuess,
                who: memory.who
            ),
            standings: standings
        )
        mail.isServerOurs = finder.isOurs(ends, direction: mail.direction)
        mail.hasConfiguredServers = !configuration.servers.isEmpty
        if let transaction {
            mail.isServerKeeping =
                mail.inward != nil && memory.relaying.onward.isKeeping(ends.server, at: mail.time)
                && neverSends(ends.server)
            // What was slipped in behind another message is told as that.
            if !isSmuggled(mail) {
                mail.relay = relay(transaction, mail)
                mail.odd = oddRecipients(transaction, mail)
            }
        }
        noteOutgoing(&mail)
        return mail
    }

    /// The domains of strangers among the recipients.
    private func strangers(of transaction: SMTPTransaction?, _ standings: [RecipientStanding])
        -> [MailDomain]
    {
        zip(transaction?.recipients ?? [], standings).compactMap { recipient, standing in
            standing == .stranger ? MailAddress(recipient.address).domain : nil
        }
    }

    /// The transaction as a relay, if it is one or tries to be one.
    ///
    /// The cheap questions come first: could its envelope be read at all, is the dialect one in which relaying exists
    /// (not LMTP, RFC 2033), is it known that nobody logged in? A session that was picked up in the middle has an
    /// unknown login, not none.
    private mutating func relay(_ transaction: SMTPTransaction, _ mail: MailCase) -> RelayCase? {
        guard transaction.dialect != .lmtp, mail.server.port != Self.lmtpPort else { return nil }
        guard !transaction.isEncrypted, transaction.isWithoutLogin else { return nil }
        guard mail.standings.contains(.stranger), let inward = mail.inward else { return nil }
        if inward == .unclear, transaction.isOrdinaryDelivery { return nil }
        let strangers = zip(transaction.recipients, mail.standings)
            .filter { $0.1 == .stranger }.map(\.0)
        var relay = RelayCase(
            transaction,
            acceptedStrangers: strangers.filter(\.isAccepted),
            refusedStrangers: strangers.filter { recipient in
                recipient.isRefusedAsRelay
                    || (recipient.isRefusedForGood && mail.domains == .configured)
            }
        )
        // POP before SMTP: who has read his mail may send some.
        if !relay.acceptedStrangers.isEmpty, hasMailboxLogin(mail) { return nil }
        relay.senderForm = senderForm(of: transaction, at: mail.ends)
        repetition.mark(
            &relay,
            of: transaction,
            at: mail.ends.server,
            domains: mail.domains,
            time: mail.time,
            memory: &memory
        )
        relay.noteContacts(configuration.contacts)
        return relay
    }

    /// Learns who the ends are, and returns them with what is known of the server's name.
    private mutating func learn(_ event: MailEvent, in context: EventContext)
        -> DirectionFinder.Ends
    {
        let client = event.client
        var ends = DirectionFinder.Ends(
            client: context.flow.endpoint(client).unmapped.address,
            server: context.flow.endpoint(client.opposite).unmapped.address,
            clientPort: context.flow.ingress(client),
            serverPort: context.flow.ingress(client.opposite)
        )
        // Who heard nothing from the other end has met nobody.
        guard event.isHeardFromBothSides else { return ends }
        let greeting = event.greeting
        memory.servers.update(
            ends.server,
            limit: configuration.limits.servers,
            rank: \.rank,
            default: ServerRecord()
        ) { record in
            record.learn(name: greeting.name, banner: greeting.banner)
            if let reply = event.finalReply { record.learn(finalReply: reply) }
            ends.serverName = record.name
            ends.domainGuess = record.domainGuess
        }
        memory.learn(ends, finder: finder, limit: configuration.limits.hosts)
        return ends
    }
}

extension MailEvent {
    /// The transaction; nil for other events.
    fileprivate var transaction: SMTPTransaction? {
        guard case .smtp(.transaction(let transaction)) = self else { return nil }
        return transaction
    }

    /// The recipients whose standing is asked for.
    fileprivate var recipients: [SMTPRecipient] {
        if case .smtp(.refusals(let refusals)) = self { return refusals.recipients }
        return transaction?.recipients ?? []
    }

    /// False for a session in which one side was silent.
    fileprivate var isHeardFromBothSides: Bool {
        switch self {
        case .smtp(.session(let summary)): summary.clientOctets > 0 && summary.serverOctets > 0
        case .pop3(.session(let summary)): summary.clientOctets > 0 && summary.serverOctets > 0
        case .imap(.session(let summary)): summary.clientOctets > 0 && summary.serverOctets > 0
        case .tap: false
        case .smtp, .pop3, .imap: true
        }
    }

    /// The name an SMTP server has given, and its whole greeting.
    fileprivate var greeting: (name: String?, banner: String?) {
        switch self {
        case .smtp(.transaction(let transaction)): (transaction.serverName, transaction.banner)
        case .smtp(.session(let summary)):
            (summary.banner.map(\.firstWord), summary.banner)
        case .smtp(.inferred(let transaction)): (transaction.serverName, nil)
        case .smtp(.refusals(let refusals)): (refusals.serverName, nil)
        case .smtp(.anomaly(let anomaly)): (anomaly.serverName, nil)
        case .smtp(.overlap), .smtp(.exchange), .pop3, .imap, .tap: (nil, nil)
        }
    }

    /// The server's last words to a message it took.
    fileprivate var finalReply: String? {
        transaction.flatMap { $0.isTaken ? $0.text : nil }
    }
}

extension String {
    /// What stands before the first space behind another octet.
    fileprivate var firstWord: String {
        let word = utf8.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") }
        return String(Substring(word))
    }
}

extension Endpoint {
    fileprivate var unmapped: Endpoint { Endpoint(address: address.unmapped, port: port) }
}
