import TapMail
import TapObserve
import TapWire

/// `outbound.bot`: a host of ours that is no mail server sends mail out by itself.
///
/// A server is what is configured as one, what takes mail from others itself, and what has sent for a week. Any other
/// host that hands mail to servers outside is infected, or somebody's program: told by the third mail within a day if
/// they go to two domains, by the tenth if they go to one. As long as the rules have not watched for a week and no
/// server is configured, an honest server may look so: then mail whose sender belongs with the client's name does not
/// count, nor do bounces, and it is a warning.
///
/// A web or mail server can be misused by a script as well. Told when, within ten minutes, four messages that it took
/// from nobody go to domains that it has not sent to for a month, at least one is refused, and that is five times what is
/// usual for it. A copy of a message that it took within the hour is none of them, whatever its sender: lists and
/// forwarders send in their own name. Where a list gives its messages names of their own, many copies of one message just
/// behind mail that it took, or a header larger than a message that it took within the hour, are a warning: a script that
/// sends one message to many looks like that, too. So are messages whose sender has handed in mail, but not these, as their
/// Message-IDs tell. While it takes mail that cannot be read, far more messages than that had recipients are a warning.
struct OutboundBotRule: MailRule {
    static let description = RuleDescription(
        id: "outbound.bot",
        signatureID: 9_100_017,
        summary: "a host that is no mail server sends mail",
        thresholds: [
            RuleThreshold(
                name: "mails",
                unit: .count,
                defaultValue: 3,
                range: 1...100,
                summary: "So many messages to two domains within the window tell a bot."
            ),
            RuleThreshold(
                name: "mails_to_one",
                unit: .count,
                defaultValue: 10,
                range: 1...100,
                summary: "So many messages to one domain do: a printer reports to its maker."
            ),
            RuleThreshold(
                name: "window",
                unit: .seconds,
                defaultValue: 86_400,
                range: 60...2_592_000,
                summary: "How far back messages are counted."
            ),
            RuleThreshold(
                name: "new_domains",
                unit: .count,
                defaultValue: 4,
                range: 2...100,
                summary:
                    "So many messages of a server to new domains within ten minutes tell a script."
            ),
        ]
    )
    static let kinds: CaseKinds = [.outgoing]

    private let mails: Int
    private let mailsToOne: Int
    private let window: Duration
    let newDomains: Int
    let limits: RelayLimits
    private let learning = RelayJudge.learning

    init(_ settings: RuleSettings, limits: RelayLimits) {
        mails = Int(settings.value(of: "mails"))
        mailsToOne = Int(settings.value(of: "mails_to_one"))
        window = .seconds(settings.value(of: "window"))
        newDomains = Int(settings.value(of: "new_domains"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let outgoing = mail.outgoing else { return }
        if outgoing.isByServer {
            judgeServer(outgoing, mail, memory: &memory, into: &signals)
        } else {
            judgeOther(outgoing, mail, memory: &memory, into: &signals)
        }
    }

    private func judgeOther(
        _ outgoing: OutgoingMail,
        _ mail: MailCase,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) {
        let isCandidate =
            !mail.hasConfiguredServers
            && mail.time.duration(since: memory.outbound.since ?? mail.time) < learning
        if isCandidate, outgoing.isFromNobody || mail.isOrdinaryDelivery {
            return
        }
        guard let counts = accuse(outgoing, at: mail.time, &memory.outbound.hosts) else {
            return hold(mail, of: outgoing.host, within: window, in: &memory)
        }
        var signal = bot(outgoing, counts, isCandidate: isCandidate)
        signal.concern(outgoing, in: mail, servers: memory.servers)
        signals.append(signal)
    }

    /// Counts a message of a host that is no server; how many there are and for how many domains, if that accuses it.
    private func accuse(
        _ outgoing: OutgoingMail,
        at time: Timestamp,
        _ hosts: inout BoundedTable<IPAddress, OutboundHost>
    ) -> (mails: Int, domains: Int)? {
        hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host -> (mails: Int, domains: Int)? in
            host.attempts.removeAll { time.duration(since: $0.time) >= window }
            let all = host.count(outgoing)
            host.attempts.append(.init(time: time, domain: outgoing.domains.first ?? 0))
            host.attempts.removeFirst(max(0, host.attempts.count - max(mails, mailsToOne)))
            let (count, first) = (host.attempts.count, host.attempts.first?.domain)
            let isToSeveral =
                host.attempts.contains { $0.domain != first }
                || outgoing.domains.contains { $0 != first }
            guard count >= mails && isToSeveral || count >= mailsToOne else { return nil }
            host.isAccused = true
            return all
        }
    }

    private func bot(
        _ outgoing: OutgoingMail,
        _ counts: (mails: Int, domains: Int),
        isCandidate: Bool
    ) -> Signal {
        Signal(
            rule: Self.identity,
            severity: isCandidate ? .medium : .high,
            certainty: isCandidate ? 0.6 : 0.95,
            basis: [.direction, .completeness],
            incident: .infectedClient,
            subject: outgoing.host.description,
            signature: OutboundTexts.bot,
            why: [OutboundTexts.whyBot, isCandidate ? OutboundTexts.botCandidate : nil]
                .compactMap(\.self),
            advice: [OutboundTexts.adviceBot],
            values: [
                .messages: IncidentTexts.messages(UInt64(clamping: counts.mails)),
                .domains: IncidentTexts.domains(counts.domains),
            ]
        )
    }

    func hold(
        _ mail: MailCase,
        of host: IPAddress,
        within window: Duration,
        in memory: inout RelayMemory
    ) {
        memory.earlier.hold(
            mail,
            for: .infectedClient,
            of: host.description,
            at: host,
            within: window,
            limits: limits
        )
    }
}
