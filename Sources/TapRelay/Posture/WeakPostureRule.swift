import TapMail
import TapObserve
import TapWire

/// `posture.weak`: a server of ours shows less protection than it should; once a day for each finding.
///
/// * `submission_without_login`: the port for users (RFC 6409) takes mail without a login, or offers no way to log in;
/// * `login_without_tls`: AUTH is offered before TLS with mechanisms that show the password (RFC 8314 section 3);
/// * `old_tls`: a version before 1.2 was chosen (RFC 8996);
/// * `certificate_expired`, `certificate_expires`: the certificate is no longer valid, or will not be in two weeks.
struct WeakPostureRule: MailRule {
    static let description = RuleDescription(
        id: "posture.weak",
        signatureID: 9_100_027,
        summary: "weak settings",
        thresholds: [
            RuleThreshold(
                name: "expires_within",
                unit: .seconds,
                defaultValue: 1_209_600,
                range: 86_400...7_776_000,
                summary: "A certificate that is valid for less is told of."
            )
        ]
    )
    static let kinds: CaseKinds = [.submission, .ownSession]

    /// What is weak.
    private enum Finding: String {
        case submissionWithoutLogin = "submission_without_login"
        case loginWithoutTLS = "login_without_tls"
        case oldTLS = "old_tls"
        case certificateExpired = "certificate_expired"
        case certificateExpires = "certificate_expires"

        /// How its incident names it; mail was taken if it is told of a transaction.
        func weakness(isTaken: Bool) -> Weakness.Kind {
            switch self {
            case .submissionWithoutLogin: isTaken ? .submissionTaken : .submissionOffered
            case .loginWithoutTLS: .plainLogin
            case .oldTLS: .oldTLS
            case .certificateExpired: .certificateEnded
            case .certificateExpires: .certificateEnds
            }
        }
    }

    /// TLS 1.2 as it stands in a hello.
    private static let version12: UInt16 = 0x0303
    private let expiresWithin: Duration
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        expiresWithin = .seconds(settings.value(of: "expires_within"))
        self.limits = limits
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard mail.isServerOurs else { return }
        if let transaction = mail.transaction {
            guard transaction.isTaken, transaction.isWithoutLogin, !transaction.isEncrypted else {
                return
            }
            tell(.submissionWithoutLogin, detail: "", mail, &memory, &signals)
        } else if let summary = mail.session {
            judge(summary, mail, &memory, &signals)
        }
    }

    private func judge(
        _ summary: Shared<SMTPSessionSummary>,
        _ mail: MailCase,
        _ memory: inout RelayMemory,
        _ signals: inout [Signal]
    ) {
        if summary.gaps == 0, !summary.isMidstream, let offer = mail.offer {
            if !offer.plainMechanisms.isEmpty {
                tell(
                    .loginWithoutTLS,
                    detail: offer.plainMechanisms.joined(separator: ", "),
                    mail,
                    &memory,
                    &signals
                )
            }
            if summary.dialect == .submission, !offer.hasSTARTTLS, offer.mechanisms.isEmpty {
                tell(.submissionWithoutLogin, detail: "", mail, &memory, &signals)
            }
        }
        let session = summary.value
        if let version = session.tls?.versionNumber, version < Self.version12,
            session.tls?.isEstablished ?? false
        {
            tell(.oldTLS, detail: session.tls?.version ?? "", mail, &memory, &signals)
        }
        // By a span, so that no certificate is copied for its end.
        guard let certificates = session.tls?.certificates, !certificates.isEmpty else { return }
        let notAfter = certificates.span[0].notAfter
        let end = Self.toTheSecond(notAfter)
        // Most are good for longer than that, and need no other text.
        guard end < Self.text(mail.time.advanced(by: expiresWithin)) else { return }
        if end < Self.text(mail.time) {
            tell(.certificateExpired, detail: notAfter, mail, &memory, &signals)
        } else {
            tell(.certificateExpires, detail: notAfter, mail, &memory, &signals)
        }
    }

    /// `2026-11-23T12:00:00`: what times in UTC have in common, and what orders them.
    private static func toTheSecond(_ text: String) -> Substring { Substring(text.utf8.prefix(19)) }

    private static func text(_ time: Timestamp) -> Substring { toTheSecond(time.rfc3339) }

    private func tell(
        _ finding: Finding,
        detail: @autoclosure () -> String,
        _ mail: MailCase,
        _ memory: inout RelayMemory,
        _ signals: inout [Signal]
    ) {
        guard
            memory.findings.tell(
                finding.rawValue,
                of: mail.ends.server,
                port: mail.server.port,
                at: mail.time,
                limit: limits.findings
            )
        else { return }
        let (words, detail) = (words(for: finding, of: mail), detail())
        signals.append(
            Signal(
                rule: Self.identity,
                severity: .medium,
                basis: [],
                incident: .weakPosture,
                aspect: words.aspect,
                signature: words.signature,
                why: [PostureTexts.whyWeak] + words.why,
                advice: [words.advice],
                weakness: Weakness(
                    finding.weakness(isTaken: mail.transaction != nil),
                    detail: detail,
                    mail
                ),
                values: [
                    .what: .wire(detail, limit: 80), .form: .plain(String(mail.server.port)),
                ],
                facts: [("finding", .plain(finding.rawValue))],
                rest: ToldFindings.interval
            )
        )
    }

    private typealias Words = (
        signature: Bilingual, why: [Bilingual], advice: Bilingual, aspect: IncidentAspect
    )

    private func words(for finding: Finding, of mail: MailCase) -> Words {
        switch finding {
        case .submissionWithoutLogin:
            let isTaken = mail.transaction != nil
            return (
                isTaken ? PostureTexts.submission : PostureTexts.submissionOffered,
                isTaken ? [] : [PostureTexts.whySubmissionOffered],
                PostureTexts.adviceSubmission(mail.family), .weakSettings
            )
        case .loginWithoutTLS:
            return (
                PostureTexts.plainLogin, [], PostureTexts.advicePlainLogin(mail.family),
                .weakSettings
            )
        case .oldTLS:
            return (
                PostureTexts.oldTLS, [], PostureTexts.adviceOldTLS(mail.family), .weakSettings
            )
        case .certificateExpired:
            return (
                PostureTexts.expired, [PostureTexts.whyExpired], PostureTexts.adviceCertificate,
                .certificate
            )
        case .certificateExpires:
            return (
                PostureTexts.expires, [PostureTexts.whyExpires], PostureTexts.adviceCertificate,
                .certificateEnds
            )
        }
    }
}
