import TapMail
import TapObserve
import TapWire

/// `outbound.refusals`: much more of what a server sends is refused or put off than usual.
///
/// Told once an hour: of at least twenty messages within the hour more than 30 % got 4xx or 5xx, that is more than five
/// times the server's own share of the seven days before, and it is for more than one domain: when one great provider is
/// down it is one destination. While less than 50 messages are known, 2 % are taken to be usual. A symptom: it is added
/// to the open incidents of the server.
final class RefusalSurgeRule: MailRule {
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

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let outgoing = mail.outgoing, outgoing.answer != .unknown else { return }
        let isRefused = outgoing.answer != .taken
        let found = memory.outbound.hosts.update(
            outgoing.host,
            limit: limits.outboundHosts,
            default: OutboundHost()
        ) { host -> (hour: RefusalHistory.Span, usual: Double)? in
            host.refusals.count(
                isRefused: isRefused,
                of: outgoing.domains,
                at: mail.time
            )
            let (hour, usual) = (host.refusals.hour, host.refusals.usual ?? Self.usualShare)
            guard isRefused, !hour.isTold, hour.mails >= mails, hour.destinations.count > 1,
                hour.share > share, hour.share > factor * usual
            else { return nil }
            host.refusals.tell()
            return (hour, usual)
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
                .since: .time(found.hour.began),
                .reply: mail.transaction.map { .refusal(of: $0) } ?? .plain(""),
            ]
        )
        signal.concern(outgoing, in: mail, servers: memory.servers)
        signals.append(signal)
    }
}

extension Phrase {
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
