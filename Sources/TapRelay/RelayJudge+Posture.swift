import TapFlow
import TapMail
import TapObserve
import TapWire

extension RelayJudge {
    /// Takes what an event has shown of its server.
    mutating func notePosture(_ mail: MailCase) {
        if let summary = mail.session {
            if let offer = summary.offer { mail.offer = offers.reading(of: offer) }
            mail.postureChanges = note(summary, of: mail)
        }
        if let relay = mail.relay { mail.postureChanges += note(relay, of: mail) }
        if !mail.odd.isEmpty { noteForms(of: mail) }
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
        let secured = summary.value.securedOffer.map { offers.reading(of: $0) }
        let changes = memory.postures.update(
            key,
            isOurs: mail.isServerOurs,
            limits: configuration.limits,
            default: PostureRecord(posture: ServerPosture(dialect: summary.dialect, at: moment))
        ) { record in
            if let name = mail.ends.serverName { record.name = name }
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
