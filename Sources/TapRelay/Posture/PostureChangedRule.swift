import TapFlow
import TapMail
import TapObserve
import TapWire

/// `posture.changed`: a server of ours shows something else than before: keywords, TLS, AUTH, its answer to strangers.
///
/// Information; a warning where protection that was there is gone, good news where it is put right. No incident of its
/// own: it stands beside what else is known of the server. A server that changes its mind all the time is told of
/// twice an hour (`PostureFact`); one that takes a stranger's recipient and refuses another within two minutes has not
/// changed.
struct PostureChangedRule: MailRule {
    static let description = RuleDescription(
        id: "posture.changed",
        signatureID: 9_100_026,
        summary: "a server's keywords, TLS or relay answer changed",
        thresholds: []
    )
    static let kinds: CaseKinds = [.posture]

    init(_ settings: RuleSettings, limits: RelayLimits) {}

    /// Within it a server that takes one recipient and refuses another has not changed.
    private static let mixture = Duration.seconds(120)

    /// True if both answers to strangers came in one go.
    private static func isMixed(_ change: PostureChange) -> Bool {
        change.subject == .relay
            && change.after.time.duration(since: change.before.time) < mixture
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard !mail.postureChanges.isEmpty, mail.isServerOurs else { return }
        for change in mail.postureChanges where !Self.isMixed(change) {
            signals.append(
                Signal(
                    rule: Self.identity,
                    severity: change.meaning == .weakened ? .medium : .low,
                    basis: [],
                    signature: PostureTexts.signature(of: change.meaning),
                    why: [
                        mail.inward == nil ? PostureTexts.shownInside : PostureTexts.shownOutside
                    ],
                    advice: [PostureTexts.advice(of: change.meaning)],
                    values: [
                        .what: .text(PostureTexts.words(for: change.subject)),
                        .name: PostureTexts.value(change.from, of: change.subject),
                        .reply: PostureTexts.value(change.to, of: change.subject),
                        .since: .time(change.after.time),
                        .last: .time(change.before.time),
                        .form: .plain(String(mail.server.port)),
                    ],
                    facts: [
                        ("what", .plain(change.subject.rawValue)),
                        ("meaning", .plain(change.meaning.rawValue)),
                    ]
                )
            )
        }
    }
}
