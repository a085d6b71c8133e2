import TapMail
import TapObserve
import TapWire

/// `outbound.reputation`: servers outside refuse our mail because of our reputation.
///
/// Told from the words of their refusals: a list of addresses, blocked, policy. One server may have a rule of its own,
/// so the first is information, once a day; when three servers within an hour say so, the address is on a list. It says
/// something of every open incident of the server, and opens none: somebody has sent what was to be refused.
struct ReputationRule: MailRule {
    static let description = RuleDescription(
        id: "outbound.reputation",
        signatureID: 9_100_018,
        summary: "other servers refuse us as blocked",
        thresholds: [
            RuleThreshold(
                name: "servers",
                unit: .count,
                defaultValue: 3,
                range: 2...20,
                summary: "From so many servers outside within an hour on it is high."
            )
        ]
    )
    static let kinds: CaseKinds = [.outgoing]

    private static let hour = Duration.seconds(3_600)
    private static let day = Duration.seconds(86_400)
    /// So many servers are counted for the words.
    private static let told = 100
    private let servers: Int
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        servers = Int(settings.value(of: "servers"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let outgoing = mail.outgoing, outgoing.answer != .taken,
            let reply = BlockingReply(mail)
        else { return }
        let (count, isToTell) = memory.outbound.hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host -> (Int, Bool) in
            let before = host.blockers.count
            host.blockers.insert(
                outgoing.server,
                at: mail.time,
                within: Self.hour,
                limit: Self.told
            )
            let count = host.blockers.count
            if count >= servers { return (count, before < servers || isDue(host, mail.time)) }
            guard isDue(host, mail.time) else { return (count, false) }
            return (count, true)
        }
        guard isToTell else { return }
        memory.outbound.hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { $0.blockedTold = mail.time }
        let isListed = count >= servers
        var signal = Signal(
            rule: Self.identity,
            severity: isListed ? .high : .low,
            certainty: isListed ? 0.95 : 0.7,
            basis: [.direction],
            signature: isListed ? OutboundTexts.blocked : OutboundTexts.blockedByOne,
            why: [OutboundTexts.whyBlocked],
            advice: [OutboundTexts.adviceBlocked],
            values: [
                .count: IncidentTexts.count(count, upTo: Self.told),
                .reply: .reply(code: reply.code, text: reply.text),
            ]
        )
        if let list = reply.list {
            signal.why.append(OutboundTexts.blockedList)
            signal.values[.name] = .name(list)
        }
        if let page = reply.page {
            signal.advice.append(OutboundTexts.delist)
            signal.values[.what] = .wire(page, limit: 120)
        }
        signal.concern(outgoing, in: mail, servers: memory.servers)
        signals.append(signal)
    }

    private func isDue(_ host: OutboundHost, _ time: Timestamp) -> Bool {
        guard let told = host.blockedTold else { return true }
        let age = time.duration(since: told)
        return age >= Self.day || age < .zero
    }
}
