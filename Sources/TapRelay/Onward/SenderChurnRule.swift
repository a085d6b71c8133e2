import TapMail
import TapObserve
import TapWire

/// `relay.churn`: the mail that strangers relay comes with ever new senders, for ever new recipients.
///
/// Condition: over the latest accepted relays of a server, 8 to 32 of them, the entropy of the senders is at least 0.9 of
/// the largest there could be, and at least 80 % of the recipients had not been seen before and are no contacts. High; told once when it is
/// found and once a day while it goes on. Ordinary mail from outside has as many senders, but is for local recipients and
/// never counted; a relay that is used by right has the same senders or recipients again and again.
///
/// Source: Lin et al. on the uniqueness of recipients; the normalised entropy of Shannon.
struct SenderChurnRule: MailRule {
    static let description = RuleDescription(
        id: "relay.churn",
        signatureID: 9_100_008,
        summary: "suspect mail with ever new senders",
        thresholds: [
            RuleThreshold(
                name: "messages",
                unit: .count,
                defaultValue: 8,
                range: 4...32,
                summary: "So many relays are looked at at the least; fewer tell nothing."
            ),
            RuleThreshold(
                name: "entropy",
                unit: .share,
                defaultValue: 0.9,
                range: 0.5...1,
                summary: "The least entropy of the senders, as a share of the largest."
            ),
            RuleThreshold(
                name: "novelty",
                unit: .share,
                defaultValue: 0.8,
                range: 0.1...1,
                summary: "The least share of recipients that had not been seen before."
            ),
        ]
    )
    static let kinds: CaseKinds = [.relay]

    private static let tellAgainAfter = Duration.seconds(86_400)

    private let messages: Int
    private let entropy: Double
    private let novelty: Double
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        self.limits = limits
        messages = Int(settings.value(of: "messages"))
        entropy = settings.value(of: "entropy")
        novelty = settings.value(of: "novelty")
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let relay = mail.relay, relay.isRelayed, !relay.isRetry, mail.inward != .unclear
        else { return }
        let recipients = Array(relay.acceptedDigests.prefix(HeldRelay.recipientLimit))
        let picture = memory.relaying.churn.update(
            mail.ends.server,
            limit: limits.relayingServers,
            default: SenderChurn()
        ) { churn in
            churn.observe(
                sender: relay.senderDigest,
                recipients: recipients,
                contacts: relay.contacts,
                at: mail.time
            )
            return told(of: &churn, at: mail.time)
        }
        guard let picture else { return }
        var signal = Signal.relayed(
            mail,
            rule: Self.identity,
            severity: .high,
            signature: RelayingTexts.churn
        )
        signal.why.append(RelayingTexts.whyChurn)
        signal.values[.count] = .count(picture.messages)
        signal.values[.senders] = .count(picture.senders)
        signal.values[.share] = .percent(picture.novelty)
        signals.append(signal)
    }

    /// The picture, if it is suspect and to be told.
    private func told(of churn: inout SenderChurn, at time: Timestamp) -> SenderChurn.Picture? {
        guard let picture = churn.picture(least: messages), picture.entropy >= entropy,
            picture.novelty >= novelty
        else {
            churn.toldAt = nil
            return nil
        }
        if let toldAt = churn.toldAt {
            let age = time.duration(since: toldAt)
            guard age >= Self.tellAgainAfter || age < .zero else { return nil }
        }
        churn.toldAt = time
        return picture
    }
}
