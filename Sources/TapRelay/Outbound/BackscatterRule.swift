import TapMail
import TapObserve
import TapWire

/// `bounce.backscatter`: our server sends bounces to strangers, for mail that it had taken from them by name only.
///
/// A server that takes mail for users it does not have, and bounces it later, sends the bounces to senders that
/// spammers made up. Told when, within an hour, bounces (`<>`) went to ten domains outside whose addresses were
/// senders of mail that the server took; of mail taken under TLS the senders cannot be read, and such bounces count
/// while the server is not known to relay. Silent while bounces are less than 2 % of what it sends: that much is
/// ordinary.
///
/// Source: RFC 3834 section 4 and RFC 5321 section 6.1 on bounces.
struct BackscatterRule: MailRule {
    static let description = RuleDescription(
        id: "bounce.backscatter",
        signatureID: 9_100_022,
        summary: "bounces to strangers",
        thresholds: [
            RuleThreshold(
                name: "domains",
                unit: .count,
                defaultValue: 10,
                range: 2...50,
                summary: "Bounces to so many domains within an hour."
            ),
            RuleThreshold(
                name: "share",
                unit: .share,
                defaultValue: 0.02,
                range: 0.001...1,
                summary: "The share of bounces in all outgoing mail of two days that is ordinary."
            ),
        ]
    )
    static let kinds: CaseKinds = [.outgoing]

    private static let hour = Duration.seconds(3_600)
    private static let day = Duration.seconds(86_400)
    /// So many domains are counted for the words.
    private static let told = 100

    private let domains: Int
    private let share: Double
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        domains = Int(settings.value(of: "domains"))
        share = settings.value(of: "share")
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let outgoing = mail.outgoing else { return }
        let isOwn =
            outgoing.isFromNobody && isForTakenMail(outgoing, mail, servers: memory.servers)
        let found = memory.outbound.hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host -> (domains: Int, share: Double)? in
            host.bounces.count(outgoing.isFromNobody, at: mail.time)
            guard isOwn else { return nil }
            for domain in outgoing.domains {
                host.bounced.insert(
                    domain,
                    at: mail.time,
                    within: Self.hour,
                    limit: max(domains, Self.told)
                )
            }
            guard host.bounced.count >= domains, host.bounces.share >= share else { return nil }
            return (host.bounced.count, host.bounces.share)
        }
        guard let found else {
            guard isOwn else { return }
            memory.earlier.hold(
                mail,
                for: .backscatter,
                at: outgoing.host,
                within: Self.hour,
                limits: limits
            )
            return
        }
        var signal = Signal(
            rule: Self.identity,
            severity: .medium,
            certainty: outgoing.isHandedIn ? 0.95 : 0.7,
            basis: [.direction],
            incident: .backscatter,
            signature: OutboundTexts.backscatter,
            why: [OutboundTexts.whyBackscatter],
            advice: [OutboundTexts.adviceBackscatter],
            values: [
                .count: IncidentTexts.count(found.domains, upTo: max(domains, Self.told)),
                .share: .percent(found.share),
            ]
        )
        signal.concern(outgoing, in: mail, servers: memory.servers)
        signals.append(signal)
    }

    /// True if the server had taken the mail that it bounces, as far as can be told.
    private func isForTakenMail(
        _ outgoing: OutgoingMail,
        _ mail: MailCase,
        servers: BoundedTable<IPAddress, ServerRecord>
    ) -> Bool {
        if outgoing.isHandedIn { return true }
        guard outgoing.isBesideHiddenIntake else { return false }
        guard let relay = servers[outgoing.host]?.suspicion.lastRelay else { return true }
        return mail.time.duration(since: relay) >= Self.day
    }
}
