import TapFlow
import TapMail
import TapObserve
import TapWire

extension RelayJudge {
    /// Takes what an event has shown of its server.
    mutating func notePosture(_ mail: MailCase) {
        if let summary = mail.session {
            if let offer = summary.value.offer {
                mail.offer = offers.reading(of: offer, by: mail.ends.server)
            }
            mail.postureChanges = note(summary, of: mail)
        }
        // A relay is no end of a session, so that there are none yet.
        if let relay = mail.relay { mail.postureChanges = note(relay, of: mail) }
        if !mail.odd.isEmpty { noteForms(of: mail) }
        if mail.inferred != nil { noteHiddenAnswer(of: mail) }
    }

    /// Tells of servers that refuse strangers again, as nobody was let in since.
    mutating func settlePostures(at time: Timestamp) {
        for (key, change) in memory.postures.settleRelays(at: time) {
            if let (place, client) = memory.postures.answerPlace(of: key) {
                var context = place.context
                context.moment.time = max(context.moment.time, time)
                conclusions.append(
                    EventRecord(
                        context: context,
                        event: PostureEvent(change: change, key: key, client: client)
                    )
                )
            }
            guard !memory.postures.isRelaying(key.server, at: time) else { continue }
            conclude(
                memory.incidents.fix(server: key.server, at: time, since: change.after.time)
            )
        }
    }

    /// An inferred transaction must fit so well to say that a server refuses.
    private static let leastConfidence = 0.5

    /// Takes what a server said under TLS to a stranger, as far as the lengths of the records tell.
    private mutating func noteHiddenAnswer(of mail: MailCase) {
        guard let inferred = mail.inferred, mail.inward != nil, mail.inward != .unclear,
            inferred.login == .none, inferred.confidence >= Self.leastConfidence,
            inferred.acceptedRecipients > 0 || inferred.refusedRecipients > 0
        else { return }
        let isTaken = inferred.acceptedRecipients > 0
        let since = memory.relaying.hidden.inspect(mail.ends.server) { traffic in
            traffic.answer(isTaken, to: mail.ends.client, at: mail.time)
        }
        guard case let since?? = since else { return }
        conclude(
            memory.incidents.fixInferred(server: mail.ends.server, at: mail.time, since: since)
        )
    }

    /// Takes what a server said to odd forms of address.
    private mutating func noteForms(of mail: MailCase) {
        guard let transaction = mail.transaction else { return }
        let key = PostureKey(server: mail.ends.server, port: mail.server.port, side: .outside)
        let isShut = memory.postures.update(
            key,
            isOurs: mail.inward != .unclear,
            limits: configuration.limits,
            default: PostureRecord(
                posture: ServerPosture(dialect: transaction.dialect, at: mail.context.moment)
            )
        ) { $0.observe(mail.odd, isTaken: transaction.isTaken, in: mail) }
        guard isShut, !memory.postures.isRelaying(key.server, at: mail.time) else { return }
        conclude(memory.incidents.fixForms(server: key.server, at: mail.time))
    }

    /// Takes what a session has shown of its server.
    private mutating func note(_ summary: Shared<SMTPSessionSummary>, of mail: MailCase)
        -> [PostureChange]
    {
        guard summary.clientOctets > 0, summary.serverOctets > 0 else { return [] }
        let key = PostureKey(
            server: mail.ends.server,
            port: mail.server.port,
            side: mail.inward == nil ? .inside : .outside
        )
        let moment = mail.context.moment
        let secured = summary.value.securedOffer.map {
            securedOffers.reading(of: $0, by: key.server)
        }
        let changes = memory.postures.update(
            key,
            isOurs: mail.isServerOurs,
            limits: configuration.limits,
            default: PostureRecord(posture: ServerPosture(dialect: summary.dialect, at: moment))
        ) { record in
            if let name = mail.ends.name, name.domain != record.name { record.name = name.domain }
            var changes = record.posture.observe(
                summary.value,
                reading: mail.offer,
                securedReading: secured,
                at: moment
            )
            if let change = record.observe(mail.family, at: moment) { changes.append(change) }
            return changes
        }
        conclude(changes, of: key, in: mail)
        return changes
    }

    /// Takes what a server said to a stranger's mail for a stranger.
    private mutating func note(_ relay: RelayCase, of mail: MailCase) -> [PostureChange] {
        guard let dialect = mail.transaction?.dialect else { return [] }
        let key = PostureKey(server: mail.ends.server, port: mail.server.port, side: .outside)
        let change = memory.postures.update(
            key,
            isOurs: mail.inward != .unclear,
            limits: configuration.limits,
            default: PostureRecord(
                posture: ServerPosture(dialect: dialect, at: mail.context.moment)
            )
        ) { $0.observe(relay, in: mail) }
        let changes = [change].compactMap(\.self)
        conclude(changes, of: key, in: mail)
        return changes
    }

    private mutating func conclude(
        _ changes: [PostureChange],
        of key: PostureKey,
        in mail: MailCase
    ) {
        guard !changes.isEmpty else { return }
        conclusions += changes.map {
            EventRecord(
                context: mail.context,
                event: PostureEvent(change: $0, key: key, client: mail.event.client)
            )
        }
        guard let fixed = changes.first(where: { $0.meaning == .fixed }),
            !memory.postures.isRelaying(key.server, at: mail.time)
        else { return }
        conclude(
            memory.incidents.fix(server: key.server, at: mail.time, since: fixed.after.time)
        )
    }
}
