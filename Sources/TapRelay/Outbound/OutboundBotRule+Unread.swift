import TapMail
import TapObserve
import TapWire

/// A script on a server that takes mail of which it cannot be told whose it is: under TLS, or without a Message-ID.
extension OutboundBotRule {
    /// So many messages in an hour at the least.
    private static let leastUnread = 20
    /// So many times what was taken is far more.
    private static let farMore = 5

    /// Tells of far more messages to new domains than may have been handed in.
    func judgeUnread(
        _ outgoing: OutgoingMail,
        _ mail: MailCase,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) {
        let found = memory.outbound.hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host -> (sent: Int, taken: Int)? in
            host.unread.send(outgoing, at: mail.time)
            let traffic = host.unread
            let (sent, taken) = (traffic.sent(at: mail.time), traffic.taken(at: mail.time))
            guard sent >= Self.leastUnread, sent > Self.farMore * taken,
                traffic.hasRefusals(at: mail.time), !traffic.isFewMessages,
                let first = host.firstSent
            else { return nil }
            let hours = max(1, mail.time.duration(since: first).seconds / 3_600)
            let usual = Double(host.newDomains - sent) / hours
            return Double(sent) >= Self.sudden * usual ? (sent, taken) : nil
        }
        guard let found else {
            return hold(mail, of: outgoing.host, within: .seconds(3_600), in: &memory)
        }
        signals.append(
            script(
                outgoing,
                mail,
                memory.servers,
                why: [OutboundTexts.whyUnread],
                certainty: 0.5,
                values: [
                    .messages: IncidentTexts.messages(UInt64(clamping: found.sent)),
                    .recipients: IncidentTexts.recipients(UInt64(clamping: found.taken)),
                ]
            )
        )
    }

    /// That a program writes mail on a server, as it seems: a warning, unless it is as good as sure.
    func script(
        _ outgoing: OutgoingMail,
        _ mail: MailCase,
        _ servers: BoundedTable<IPAddress, ServerRecord>,
        why: [Bilingual],
        certainty: Double,
        values: TextValues
    ) -> Signal {
        var signal = Signal(
            rule: Self.identity,
            severity: certainty >= Self.sure ? .high : .medium,
            certainty: certainty,
            basis: [.direction, .completeness],
            incident: .infectedClient,
            subject: outgoing.host.description,
            aspect: .script,
            signature: OutboundTexts.script,
            why: why,
            advice: [],
            values: values
        )
        signal.concern(outgoing, in: mail, servers: servers)
        signal.advice = [OutboundTexts.adviceScript(signal.about?.family ?? .unknown)]
        return signal
    }
}
