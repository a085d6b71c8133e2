import TapMail
import TapObserve

/// `tls.injection`: plain text stood where TLS was to begin.
///
/// What a client sends in the clear behind STARTTLS, before the server has agreed, is carried into the session by a
/// server that does not throw it away (CVE-2011-0411); what a server sends in the clear behind its 220 deceives a client
/// in the same way (CVE-2021-38371). Neither has an honest use: RFC 3207 section 4.2 lets both forget all. A capture
/// that was decrypted shows the client going on in the clear *after* the 220, which is another thing and does not
/// fire; a time-out of the server (4xx) neither. Silent for a session that was not seen whole.
struct STARTTLSInjectionRule: MailRule {
    static let description = RuleDescription(
        id: "tls.injection",
        signatureID: 9_100_024,
        summary: "plain text behind STARTTLS",
        thresholds: []
    )
    static let kinds: CaseKinds = [.anomaly]

    init(_ settings: RuleSettings, limits: RelayLimits) {}

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let anomaly = mail.anomaly, !anomaly.isIncomplete else { return }
        let isByServer: Bool
        switch anomaly.kind {
        case .oddEndOfData, .smuggling: return
        case .commandsBehindSTARTTLS: isByServer = false
        case .replyBehindSTARTTLS: isByServer = true
        }
        signals.append(
            Signal(
                rule: Self.identity,
                severity: .high,
                basis: [],
                incident: .smuggling,
                aspect: isByServer ? .injectedReply : .injectedCommands,
                signature: isByServer
                    ? ProtocolTexts.injectedReply : ProtocolTexts.injectedCommands,
                why: [isByServer ? ProtocolTexts.whyReply : ProtocolTexts.whyCommands],
                advice: [isByServer ? ProtocolTexts.adviceReply : ProtocolTexts.adviceCommands],
                values: [
                    .reply: .reply(code: anomaly.code, text: anomaly.text),
                    .octets: .octets(UInt64(clamping: anomaly.octets)),
                    .form: .plain(anomaly.verbs.joined(separator: ", ")),
                ],
                facts: [("behind", .plain(anomaly.verbs.joined(separator: ",")))]
            )
        )
    }
}
