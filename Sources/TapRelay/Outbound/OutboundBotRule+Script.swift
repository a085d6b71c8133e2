import TapMail
import TapObserve
import TapWire

/// A script on a server: mail to ever new domains that nobody handed in.
extension OutboundBotRule {
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

    /// Judges a message of a server.
    func judgeServer(
        _ outgoing: OutgoingMail,
        _ mail: MailCase,
        memory: inout RelayMemory,
        into signals: inout [Signal]
    ) {
        // What somebody handed in is that somebody's, and other rules look at him.
        guard outgoing.isToNewDomains, outgoing.copy != .ofTaken, !outgoing.isFromNobody,
            outgoing.handIn != .seen
        else { return }
        if outgoing.isPerhapsHandedIn {
            return judgeUnread(outgoing, mail, .hidden, memory: &memory, into: &signals)
        }
        if outgoing.isBesideHiddenIntake || outgoing.handIn == .unread {
            return judgeUnread(outgoing, mail, .unread, memory: &memory, into: &signals)
        }
        guard let found = findBurst(outgoing, at: mail.time, &memory.outbound.hosts) else {
            return hold(mail, of: outgoing.host, within: Self.burst, in: &memory)
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

    /// Takes a message to new domains; how many there are, and where they may come from, if they are a script's.
    private func findBurst(
        _ outgoing: OutgoingMail,
        at time: Timestamp,
        _ hosts: inout BoundedTable<IPAddress, OutboundHost>
    ) -> (mails: Int, origin: Origin)? {
        hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host -> (mails: Int, origin: Origin)? in
            host.surprises.removeAll { time.duration(since: $0.time) >= Self.burst }
            host.surprises.append(.init(outgoing, at: time, behind: host.surprises))
            host.surprises.removeFirst(max(0, host.surprises.count - max(newDomains, Self.told)))
            let latest = latest(of: host.surprises)
            guard latest.count >= newDomains, latest.contains(where: \.isRefused),
                isSudden(latest.count, of: host, at: time)
            else { return nil }
            return (host.surprises.count, Self.origin(of: latest, outgoing))
        }
    }

    /// Those that are judged: what nobody seems to have sent says most.
    private func latest(of surprises: [OutboundHost.Surprise]) -> ArraySlice<OutboundHost.Surprise>
    {
        let strangers = surprises.filter { !($0.isByKnownSender ?? false) }
        return (strangers.count >= newDomains ? strangers : surprises).suffix(newDomains)
    }

    /// True if that is many times what is usual for a host of which that is known.
    private func isSudden(_ count: Int, of host: borrowing OutboundHost, at time: Timestamp) -> Bool
    {
        guard host.mails >= Self.usualMails, let first = host.firstSent else { return false }
        let bursts = max(1, time.duration(since: first).seconds / Self.burst.seconds)
        let usual = Double(host.newDomains - count) / bursts
        return Double(newDomains) >= Self.sudden * usual
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
}
