import TapMail
import TapObserve
import TapWire

/// A script on a server that takes mail of which it cannot be told whose it is: under TLS, or without a Message-ID; and one
/// whose own mail leaves under TLS, beside mail that was taken.
extension OutboundBotRule {
    /// So many messages in an hour at the least.
    private static let leastUnread = 20
    /// So many times what was taken is far more.
    private static let farMore = 5

    /// Tells of far more messages to new domains than may have been handed in, of what is counted for `kind`.
    func judgeUnread(
        _ outgoing: OutgoingMail,
        _ mail: MailCase,
        _ kind: UnreadTraffic.Kind,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) {
        let found = memory.outbound.hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host -> (sent: Int, taken: Int)? in
            let (first, all) = (host.firstSent, host.newDomains)
            func excess(of traffic: inout UnreadTraffic) -> (sent: Int, taken: Int)? {
                traffic.send(outgoing, at: mail.time)
                return Self.excess(of: traffic, since: first, all, at: mail.time)
            }
            return switch kind {
            case .unread: excess(of: &host.unread)
            case .hidden: excess(of: &host.hidden)
            }
        }
        guard let found else {
            return hold(mail, of: outgoing.host, within: .seconds(3_600), in: &memory)
        }
        signals.append(
            script(
                outgoing,
                mail,
                memory.servers,
                why: [
                    kind == .hidden ? OutboundTexts.whyHidden : OutboundTexts.whyUnread
                ],
                certainty: 0.5,
                values: [
                    .messages: IncidentTexts.messages(UInt64(clamping: found.sent)),
                    .recipients: IncidentTexts.recipients(UInt64(clamping: found.taken)),
                ]
            )
        )
    }

    /// How much a host sent and took, if that is far more than it took and than is usual, by the messages to new domains
    /// that it sent since its `first`; nil if not.
    private static func excess(
        of traffic: UnreadTraffic,
        since first: Timestamp?,
        _ newDomains: Int,
        at time: Timestamp
    ) -> (sent: Int, taken: Int)? {
        let (sent, taken) = (traffic.sent(at: time), traffic.taken(at: time))
        guard sent >= leastUnread, sent > farMore * taken, traffic.hasRefusals(at: time),
            !traffic.isFewMessages, let first
        else { return nil }
        let hours = max(1, time.duration(since: first).seconds / 3_600)
        let usual = Double(newDomains - sent) / hours
        return Double(sent) >= sudden * usual ? (sent, taken) : nil
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
