import TapMail
import TapObserve

/// `smtp.smuggling`: a server took something else than CRLF.CRLF for the end of a message.
///
/// Where two servers disagree on the end of a message, what one takes for text is a second message to the other: with a
/// sender of the attacker's choice, past every check (CVE-2023-51764, CVE-2023-51765, CVE-2023-51766). High where the
/// server said 2xx to such an end; critical where a second envelope stood behind it. A client of the house that ends
/// its own message so, with nothing behind it, is old and no attacker: a warning, for the server is weak all the same.
/// What the server takes behind it in the same connection is the smuggled message, and no relay of its own.
/// Silent for a session that was not seen whole, where an end may have been lost.
struct SmugglingRule: MailRule {
    static let description = RuleDescription(
        id: "smtp.smuggling",
        signatureID: 9_100_023,
        summary: "end-of-data anomaly taken by the server",
        thresholds: []
    )
    static let kinds: CaseKinds = [.anomaly]

    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) { self.limits = limits }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let anomaly = mail.anomaly, !anomaly.isIncomplete else { return }
        switch anomaly.kind {
        case .commandsBehindSTARTTLS, .replyBehindSTARTTLS: return
        case .oddEndOfData, .smuggling: break
        }
        if anomaly.hasEnvelope {
            memory.relaying.smuggled.update(
                mail.sessionDigest,
                limit: limits.testers,
                default: 0
            ) { $0 = anomaly.kind == .oddEndOfData ? 1 : 0 }
        }
        let isFromInside = mail.inward == nil && anomaly.octets == 0
        var why = [ProtocolTexts.whyOddEnd]
        if !anomaly.verbs.isEmpty { why.append(ProtocolTexts.commandsBehind) }
        signals.append(
            Signal(
                rule: Self.identity,
                severity: anomaly.hasEnvelope ? .critical : isFromInside ? .medium : .high,
                basis: [],
                incident: .smuggling,
                aspect: anomaly.octets == 0 ? .oddEnd : nil,
                signature: anomaly.hasEnvelope ? ProtocolTexts.smuggled : ProtocolTexts.oddEnd,
                why: why,
                advice: [ProtocolTexts.adviceOddEnd(mail.family)],
                values: [
                    .what: .plain(anomaly.escapedTerminator),
                    .octets: .octets(anomaly.messageOctets),
                    .reply: .reply(code: anomaly.code, text: anomaly.text),
                    .size: .octets(UInt64(clamping: anomaly.octets)),
                    .form: .plain(anomaly.verbs.joined(separator: ", ")),
                ],
                facts: [
                    ("terminator", .plain(anomaly.escapedTerminator)),
                    ("behind", .plain(anomaly.verbs.joined(separator: ","))),
                ]
            )
        )
    }
}
