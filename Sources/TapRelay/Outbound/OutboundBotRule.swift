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
final class OutboundBotRule: MailRule {
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

    /// So many messages to new domains are counted for the words.
    private static let told = 100
    /// Within which messages of a script to new domains are counted.
    private static let burst = Duration.seconds(600)
    /// So many times what is usual is sudden.
    static let sudden = 5.0
    /// From so much certainty on a script is high.
    static let sure = 0.9
    /// So many messages are needed to know what is usual.
    private static let usualMails = 20

    private let mails: Int
    private let mailsToOne: Int
    private let window: Duration
    private let newDomains: Int
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
        let counts = memory.outbound.hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host -> (mails: Int, domains: Int)? in
            host.attempts.removeAll { mail.time.duration(since: $0.time) >= window }
            let all = host.count(outgoing)
            host.attempts.append(
                .init(time: mail.time, domain: outgoing.domains.first ?? 0)
            )
            host.attempts = Array(host.attempts.suffix(max(mails, mailsToOne)))
            let domains = Set(host.attempts.map(\.domain) + outgoing.domains).count
            let count = host.attempts.count
            guard count >= mails && domains >= 2 || count >= mailsToOne else { return nil }
            host.isAccused = true
            return all
        }
        guard let counts else {
            hold(mail, of: outgoing.host, within: window, in: &memory)
            return
        }
        var signal = Signal(
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
        signal.concern(outgoing, in: mail, servers: memory.servers)
        signals.append(signal)
    }

    private func judgeServer(
        _ outgoing: OutgoingMail,
        _ mail: MailCase,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) {
        // What somebody handed in is that somebody's, and other rules look at him.
        guard outgoing.isToNewDomains, outgoing.copy != .ofTaken, !outgoing.isPerhapsHandedIn,
            !outgoing.isFromNobody, outgoing.handIn != .seen
        else { return }
        if outgoing.isBesideHiddenIntake || outgoing.handIn == .unread {
            return judgeUnread(outgoing, mail, memory: &memory, into: &signals)
        }
        let found = memory.outbound.hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host -> (mails: Int, origin: Origin)? in
            host.surprises.removeAll { mail.time.duration(since: $0.time) >= Self.burst }
            host.surprises.append(
                .init(outgoing, at: mail.time, behind: host.surprises)
            )
            host.surprises = Array(host.surprises.suffix(max(newDomains, Self.told)))
            // What nobody seems to have sent says most.
            let strangers = host.surprises.filter { !($0.isByKnownSender ?? false) }
            let latest =
                strangers.count >= newDomains
                ? strangers.suffix(newDomains) : host.surprises.suffix(newDomains)
            guard latest.count >= newDomains, latest.contains(where: \.isRefused),
                host.mails >= Self.usualMails, let first = host.firstSent
            else { return nil }
            let bursts = max(1, mail.time.duration(since: first).seconds / Self.burst.seconds)
            let usual = Double(host.newDomains - latest.count) / bursts
            guard Double(newDomains) >= Self.sudden * usual else { return nil }
            return (host.surprises.count, Self.origin(of: latest, outgoing))
        }
        guard let found else {
            hold(mail, of: outgoing.host, within: Self.burst, in: &memory)
            return
        }
        signals.append(
            script(
                outgoing,
                mail,
                memory.servers,
                why: [OutboundTexts.whyScript, found.origin.words],
                certainty: found.origin == .nobody ? Self.sure : 0.5,
                values: [
                    .count: IncidentTexts.count(found.mails, upTo: Self.told),
                    .limit: .count(OutboundHost.Copies.limit),
                ]
            )
        )
    }

    /// Where the messages of a script, as it seems, may come from.
    private enum Origin {
        /// From nobody who was seen.
        case nobody
        /// From one who has handed in mail, but was not seen to hand in these.
        case knownSender
        /// They may be copies of one message, or for one list, to which the host had just taken something.
        case list
        /// As `list`, beyond the copies of an hour.
        case largeList

        var words: Bilingual {
            switch self {
            case .nobody: OutboundTexts.fromNobody
            case .knownSender: OutboundTexts.fromKnownSender
            case .list: OutboundTexts.perhapsList
            case .largeList: OutboundTexts.beyondCopies
            }
        }
    }

    private static func origin(
        of surprises: ArraySlice<OutboundHost.Surprise>,
        _ outgoing: OutgoingMail
    ) -> Origin {
        if surprises.contains(where: { $0.isByKnownSender ?? false }) { return .knownSender }
        let areKin = surprises.allSatisfy {
            $0.isPerhapsCopy ?? false && $0.kin == surprises.first?.kin
        }
        guard areKin else { return .nobody }
        return outgoing.copy == .beyondLimit ? .largeList : .list
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
