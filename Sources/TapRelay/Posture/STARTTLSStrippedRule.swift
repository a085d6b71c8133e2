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
struct STARTTLSStrippedRule: MailRule {
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
        guard
            isCrossedOut
                || mail.isServerOurs && EarlierOffer.isKnown(mail, memory.postures, history)
        else { return }
        guard
            memory.findings.tell(
                Self.identity.id,
                of: mail.ends.server,
                port: mail.server.port,
                at: mail.time,
                limit: limits.findings
            )
        else { return }
        let earlier = EarlierOffer(mail, memory.postures, history)
        signals.append(signal(of: summary.offer?.keywords ?? [], isCrossedOut, earlier, mail))
    }

    private func signal(
        of keywords: [String],
        _ isCrossedOut: Bool,
        _ earlier: EarlierOffer?,
        _ mail: MailCase
    ) -> Signal {
        let isOnOtherSide = earlier?.isOnOtherSide ?? false
        let isSure = isCrossedOut || isOnOtherSide
        let shown = Self.list(keywords)
        var signal = Signal(
            rule: Self.identity,
            severity: isSure && mail.isServerOurs ? .high : .medium,
            certainty: isCrossedOut ? 0.97 : isOnOtherSide ? 0.9 : 0.6,
            basis: [],
            incident: .weakPosture,
            aspect: isSure ? .strippedSTARTTLS : .missingSTARTTLS,
            signature: isSure ? PostureTexts.stripped : PostureTexts.missing,
            why: [
                isCrossedOut
                    ? PostureTexts.crossedOut
                    : isOnOtherSide ? PostureTexts.otherSide : PostureTexts.gone
            ],
            advice: [isSure ? PostureTexts.adviceStripped : PostureTexts.adviceGone],
            weakness: Weakness(isSure ? .strippedSTARTTLS : .missingSTARTTLS, mail),
            values: [.what: shown, .form: .plain(String(mail.server.port))],
            facts: [("ehlo_now", shown)],
            rest: ToldFindings.interval
        )
        guard let earlier else { return signal }
        let offered = Self.list(earlier.keywords)
        signal.why.append(
            isOnOtherSide ? PostureTexts.offeredOnOtherSide : PostureTexts.offeredBefore
        )
        signal.values[.name] = offered
        signal.values[.last] = .time(earlier.last)
        signal.facts.append((isOnOtherSide ? "ehlo_other_side" : "ehlo_before", offered))
        return signal
    }

    private static func list(_ keywords: [String]) -> Phrase {
        .first(8, of: keywords.map { .wire($0, limit: 32) })
    }
}
