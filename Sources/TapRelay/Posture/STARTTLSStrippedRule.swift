import TapFlow
import TapMail
import TapObserve
import TapWire

/// `tls.stripped`: STARTTLS was taken out of a server's words on their way.
///
/// Sure where the keyword stands crossed out among the others (`250-XXXXXXXA`), as some firewalls do. Else: the server
/// offered it within 30 days and does not now. If the server still offers it to the clients on the other side of the
/// tap, something between takes it away: high. If it is gone everywhere it is seen, that may be a change of the
/// configuration, which shows on all sides: a warning. Once a day for each server.
final class STARTTLSStrippedRule: MailRule {
    static let description = RuleDescription(
        id: "tls.stripped",
        signatureID: 9_100_025,
        summary: "STARTTLS taken away",
        thresholds: [
            RuleThreshold(
                name: "history",
                unit: .seconds,
                defaultValue: 2_592_000,
                range: 3_600...31_536_000,
                summary: "How long ago the server may have offered it."
            )
        ]
    )
    static let kinds: CaseKinds = [.withoutSTARTTLS]

    private let history: Duration
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        history = .seconds(settings.value(of: "history"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let summary = mail.session, summary.gaps == 0, !summary.isMidstream,
            case .none = summary.value.tls, let offer = mail.offer, !offer.hasSTARTTLS
        else { return }
        let isCrossedOut = offer.isCrossedOut
        let isOnOtherSide = otherSideOffers(mail, memory.postures.ours)
        let wasOffered = mail.postureChanges.contains { change in
            change.subject == .startTLS && change.meaning == .weakened
                && mail.time.duration(since: change.before.time) < history
        }
        guard isCrossedOut || (mail.isServerOurs && (isOnOtherSide || wasOffered)) else { return }
        guard
            memory.findings.tell(
                Self.identity.id,
                of: mail.ends.server,
                port: mail.server.port,
                at: mail.time,
                limit: limits.findings
            )
        else { return }
        let isSure = isCrossedOut || isOnOtherSide
        signals.append(
            Signal(
                rule: Self.identity,
                severity: isSure && mail.isServerOurs ? .high : .medium,
                certainty: isCrossedOut ? 0.97 : isOnOtherSide ? 0.9 : 0.6,
                basis: [],
                incident: .weakPosture,
                signature: PostureTexts.stripped,
                why: [
                    isCrossedOut
                        ? PostureTexts.crossedOut
                        : isOnOtherSide ? PostureTexts.otherSide : PostureTexts.gone
                ],
                advice: [isSure ? PostureTexts.adviceStripped : PostureTexts.adviceGone],
                values: [
                    .what: .first(
                        8,
                        of: (summary.offer?.keywords ?? []).map { .wire($0, limit: 40) }
                    ),
                    .form: .plain(String(mail.server.port)),
                ],
                rest: ToldFindings.interval
            )
        )
    }

    /// True if the server offers STARTTLS to the clients of the other side, and was seen to later than `history` ago.
    private func otherSideOffers(
        _ mail: MailCase,
        _ postures: BoundedTable<PostureKey, PostureRecord>
    ) -> Bool {
        let other = PostureKey(
            server: mail.ends.server,
            port: mail.server.port,
            side: mail.inward == nil ? .outside : .inside
        )
        let known = postures.look(at: other) { $0.posture.startTLS } ?? nil
        guard let fact = known, fact.value else { return false }
        return mail.time.duration(since: fact.last.time) < history
    }
}
