import TapMail
import TapObserve
import TapWire

/// `outbound.refusals`: much more of what a server sends is refused or put off than usual.
///
/// Told once an hour: of at least twenty messages within an hour more than 30 % got 4xx or 5xx, that is more than five
/// times the server's own share of the seven days before, and it is for more than one domain: when one great provider is
/// down it is one destination. While less than 50 messages are known, 2 % are taken to be usual. A symptom: it is added
/// to the open incidents of the server.
struct RefusalSurgeRule: MailRule {
    static let description = RuleDescription(
        id: "outbound.refusals",
        signatureID: 9_100_019,
        summary: "refusals and deferrals surge",
        thresholds: [
            RuleThreshold(
                name: "mails",
                unit: .count,
                defaultValue: 20,
                range: 5...10_000,
                summary: "So many messages within the hour are needed to tell."
            ),
            RuleThreshold(
                name: "share",
                unit: .share,
                defaultValue: 0.3,
                range: 0.05...1,
                summary: "The share of refused and deferred messages."
            ),
            RuleThreshold(
                name: "factor",
                unit: .count,
                defaultValue: 5,
                range: 2...100,
                summary: "So many times the server's own share of the last seven days."
            ),
        ]
    )
    static let kinds: CaseKinds = [.outgoing]

    private static let usualShare = 0.02
    private static let keptDomain = 64
    private let mails: Int
    private let share: Double
    private let factor: Double
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        mails = Int(settings.value(of: "mails"))
        share = settings.value(of: "share")
        factor = settings.value(of: "factor")
        self.limits = limits
    }

    /// What was found.
    private struct Finding {
        let hour: RefusalHistory.Span
        let usual: Double
        let replies: [RefusalHistory.ReplyCount]
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let outgoing = mail.outgoing, outgoing.answer != .unknown else { return }
        let isRefused = outgoing.answer != .taken
        let replies = isRefused ? Self.replies(in: mail) : []
        let found = memory.outbound.hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host -> Finding? in
            host.refusals.count(replies, isRefused: isRefused, at: mail.time)
            guard isRefused, !host.refusals.isTold(at: mail.time), let hour = host.refusals.hour,
                hour.mails >= mails, hour.share > share
            else { return nil }
            let usual = host.refusals.usual ?? Self.usualShare
            guard hour.share > factor * usual, host.refusals.isOfSeveralDomains else { return nil }
            host.refusals.tell(at: mail.time)
            return Finding(hour: hour, usual: usual, replies: host.refusals.replies)
        }
        guard let found else { return }
        var signal = Signal(
            rule: Self.identity,
            severity: .medium,
            certainty: 0.9,
            basis: [.direction],
            signature: OutboundTexts.refusals,
            why: [OutboundTexts.whyRefusals],
            advice: [OutboundTexts.adviceRefusals],
            values: [
                .count: .count(found.hour.refused), .messages: .count(found.hour.mails),
                .share: .percent(found.hour.share), .limit: .percent(found.usual),
                .since: .time(found.hour.began), .what: .first(of: found.replies.map(Phrase.count)),
                .reply: mail.transaction.map { .refusal(of: $0) } ?? .plain(""),
            ],
            facts: [("codes", .first(of: found.replies.map(Phrase.count)))]
        )
        signal.concern(outgoing, in: mail, servers: memory.servers)
        signals.append(signal)
    }

    /// What the servers of each domain said to a refused mail, the first of them, each once.
    private static func replies(in mail: MailCase) -> [RefusalHistory.Reply] {
        let server = mail.ends.server.description
        guard let transaction = mail.transaction, let envelope = mail.envelope else {
            let code = mail.session?.bannerCode ?? 0
            return [RefusalHistory.Reply(domain: server, code: code)]
        }
        var replies: [RefusalHistory.Reply] = []
        for (recipient, address) in zip(transaction.recipients, envelope.recipients)
            .prefix(OutgoingMail.domainLimit)
        {
            guard let code = transaction.value.decisiveCode(for: recipient), code >= 400 else {
                continue
            }
            let domain = address.domain?.name.cut(to: keptDomain) ?? server
            let reply = RefusalHistory.Reply(domain: domain, code: code)
            if !replies.contains(reply) { replies.append(reply) }
        }
        guard replies.isEmpty else { return replies }
        let code = transaction.mailCode ?? transaction.code ?? transaction.dataCode ?? 0
        return [RefusalHistory.Reply(domain: server, code: code)]
    }
}

extension Phrase {
    /// `550 × 12 at example.org`.
    fileprivate static func count(_ said: RefusalHistory.ReplyCount) -> Phrase {
        .text(
            OutboundTexts.repliesOfDomain,
            [
                .code: said.reply.code == 0
                    ? .text(OutboundTexts.refusalWithoutCode) : .count(said.reply.code),
                .count: .count(said.count), .domain: .name(said.reply.domain),
            ]
        )
    }

    /// The first refusal in a transaction.
    fileprivate static func refusal(of transaction: Shared<SMTPTransaction>) -> Phrase {
        if let code = transaction.mailCode, code >= 400 { return .reply(code: code, text: "") }
        let refused = transaction.recipients.first { ($0.code ?? 0) >= 400 }
        return .reply(
            code: refused?.code ?? transaction.code ?? transaction.dataCode,
            text: refused?.text ?? transaction.text
        )
    }
}
