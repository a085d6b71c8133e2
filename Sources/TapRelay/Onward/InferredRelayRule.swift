import TapFlow
import TapMail
import TapObserve
import TapWire

/// `relay.inferred`: what strangers bring under TLS leaves again, by size and time.
///
/// Condition: a client from outside whose TLS records show no AUTH has a recipient and a message accepted, as far as the
/// lengths of the records tell; within a minute a message that is 50 to 1,500 octets longer leaves for a server that was
/// not called in the hour before; three times in an hour by about the same growth, for a server writes about the same
/// header into each. A warning, high from the tenth on.
///
/// Guards: only transactions that were inferred well, which needs replies whose lengths are known; sizes must be known
/// to a few octets, which rules CBC out; a message that one who may send could have brought counts for nothing; a
/// forwarder goes to the same server again and again, and a list to servers that are known: half of the messages must
/// go where the server had not sent for a month; a bounce goes back to who brought the mail; what is delivered locally
/// leaves nothing.
///
/// Source: the symmetry that DBSpam looks for in the sizes of packets, taken from records.
struct InferredRelayRule: MailRule {
    static let description = RuleDescription(
        id: "relay.inferred",
        signatureID: 9_100_009,
        summary: "relay inferred under TLS",
        thresholds: [
            RuleThreshold(
                name: "messages",
                unit: .count,
                defaultValue: 3,
                range: 2...50,
                summary: "So many messages in an hour that came and left are a warning."
            ),
            RuleThreshold(
                name: "high_at",
                unit: .count,
                defaultValue: 10,
                range: 3...60,
                summary: "From so many on it is high."
            ),
            RuleThreshold(
                name: "confidence",
                unit: .share,
                defaultValue: 0.5,
                range: 0.25...1,
                summary: "Transactions that were inferred with less count for nothing."
            ),
            RuleThreshold(
                name: "delay",
                unit: .seconds,
                defaultValue: 60,
                range: 1...3_600,
                summary: "How long a message stays at most."
            ),
            RuleThreshold(
                name: "spread",
                unit: .count,
                defaultValue: 80,
                range: 1...1_000,
                summary: "By how many octets the growth of the messages may differ."
            ),
        ]
    )
    static let kinds: CaseKinds = [.transaction, .inferred]

    /// Octets by which an inferred size may be unsure: CBC adds up to 16 a record.
    private static let widest = 32

    private let messages: Int
    private let highAt: Int
    private let confidence: Double
    private let delay: Duration
    private let spread: Int64
    private let limits: RelayLimits

    init(_ settings: RuleSettings, limits: RelayLimits) {
        self.limits = limits
        messages = Int(settings.value(of: "messages"))
        highAt = Int(settings.value(of: "high_at"))
        confidence = settings.value(of: "confidence")
        delay = .seconds(settings.value(of: "delay"))
        spread = Int64(settings.value(of: "spread"))
    }

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let sent = sent(mail) else { return }
        switch mail.direction {
        case .inward(.unclear), .outward(.unclear): return
        case .inward, .elsewhere: arrive(sent, mail, &memory)
        case .outward: leave(sent, mail, &memory, &signals)
        }
    }

    /// The message of the event that was taken: its octets, when it was begun, and whether a stranger brought it unseen.
    private func sent(_ mail: MailCase) -> (octets: Int64, began: Timestamp, isHidden: Bool)? {
        if let inferred = mail.inferred {
            guard inferred.outcome == .accepted, inferred.hasData, inferred.acceptedRecipients > 0,
                let octets = inferred.messageOctets, octets.high - octets.low <= Self.widest
            else { return nil }
            let isHidden = inferred.login == .none && inferred.confidence >= confidence
            return (Int64(octets.low), inferred.began.time, isHidden)
        }
        guard let transaction = mail.transaction, transaction.isTaken, !transaction.isEncrypted,
            let octets = transaction.messageOctets
        else { return nil }
        return (Int64(clamping: octets), transaction.began.time, false)
    }

    private func arrive(
        _ sent: (octets: Int64, began: Timestamp, isHidden: Bool),
        _ mail: MailCase,
        _ memory: inout RelayMemory
    ) {
        let isStranger = sent.isHidden && mail.inward != nil
        // Only a server that strangers talk to under TLS is followed; others would push it out.
        guard isStranger || memory.relaying.hidden.contains(mail.ends.server) else { return }
        memory.relaying.hidden.update(
            mail.ends.server,
            limit: limits.relayingServers,
            default: HiddenTraffic()
        ) { traffic in
            guard isStranger else {
                return traffic.arrive(octets: sent.octets, at: mail.time, within: delay)
            }
            let unseen = UnseenMail(
                time: mail.time,
                client: mail.ends.client,
                octets: sent.octets,
                recipients: mail.inferred?.acceptedRecipients,
                helo: mail.inferred?.helo.map { $0.cut(to: UnseenMail.nameLimit) }
            )
            traffic.arrive(unseen, within: delay)
        }
    }

    private func leave(
        _ sent: (octets: Int64, began: Timestamp, isHidden: Bool),
        _ mail: MailCase,
        _ memory: inout RelayMemory,
        _ signals: inout [Signal]
    ) {
        guard memory.relaying.hidden.contains(mail.ends.client) else { return }
        let picture = memory.relaying.hidden.update(
            mail.ends.client,
            limit: limits.relayingServers,
            default: HiddenTraffic()
        ) { traffic -> HiddenTraffic.Picture? in
            let isNovel = traffic.isNovel(mail.ends.server, at: mail.time)
            guard mail.isNewContact, mail.onward == nil else { return nil }
            return traffic.leave(
                octets: sent.octets,
                to: mail.ends.server,
                isNovel: isNovel,
                began: sent.began,
                at: mail.time,
                within: delay,
                spread: spread
            )
        }
        guard var picture else { return }
        picture.mail.place = mail.place(of: picture.mail.client)
        var prelude = Signal.Prelude(
            kind: .unseen,
            window: OnwardBook.window.upperBound + delay
        )
        guard picture.count >= messages else {
            return memory.earlier.hold(
                picture.mail,
                as: prelude,
                at: mail.ends.client,
                limits: limits
            )
        }
        // Those that have grown otherwise are not looked back to.
        prelude.window = mail.time.duration(since: picture.since) + delay
        var signal = signal(picture, mail, memory.servers[mail.ends.client])
        signal.prelude = prelude
        signals.append(signal)
    }

    private func signal(_ picture: HiddenTraffic.Picture, _ mail: MailCase, _ record: ServerRecord?)
        -> Signal
    {
        let address = mail.ends.client.description
        let family = record?.family ?? .unknown
        let other = mail.ends.server.description
        return Signal(
            rule: Self.identity,
            severity: picture.count >= highAt ? .high : .medium,
            certainty: picture.count >= highAt ? 0.9 : 0.7,
            basis: [.direction],
            incident: .openRelay,
            about: Signal.AbusedServer(
                address: mail.ends.client,
                name: record?.name?.name,
                family: family
            ),
            delivery: .asMuch,
            signature: RelayingTexts.inferred,
            why: [RelayingTexts.whyInferred],
            advice: [RelayTexts.fix(family), RelayTexts.check],
            values: [
                .client: .plain(picture.mail.client.description),
                .server: record?.name.map { .name($0.name) } ?? .plain(address),
                .serverAddress: .plain(address),
                .destination: mail.ends.serverName.map { .name($0.name) } ?? .plain(other),
                .delay: .duration(picture.delay),
                .octets: .octets(UInt64(clamping: picture.growth)),
                .count: .count(picture.count),
                .since: .time(picture.since),
            ],
            facts: [("destination", .plain(mail.server.description))],
            unseen: picture.mail
        )
    }
}
