import TapMail
import TapObserve
import TapWire

/// `relay.proven`: a message that a stranger brought for a stranger was seen leaving the server.
///
/// Condition: within an hour of an accepted relay, or of an odd form of address that was taken, a session leaves the
/// same server that shows the same Message-ID, names the message's id in the server's queue in a Received field, or has
/// the same recipient; or, where TLS hides these, is 50 to 1,500 octets longer and goes to a server that was not called
/// in the hour before. Critical, as far as it is sure whose the domains and which side is ours. Whether the other
/// server takes the message does not matter: it was handed on. A message that leaves in the clear before it was taken counts too.
///
/// Guards: what was brought for own recipients and forwarded is never held; a domain that is relayed for by right
/// belongs into `mail.domains`, and until it is known mail that comes as another server's own carries a warning only. A server behind NAT goes out by another address: where the ports tell the sides,
/// any host inside may be it, but not for a match by size.
///
/// Source: RFC 5321 section 3.6.2 on relaying; the Received field of section 4.4 makes a message longer by what it holds.
struct ProvenRelayRule: MailRule {
    static let description = RuleDescription(
        id: "relay.proven",
        signatureID: 9_100_003,
        summary: "an accepted relay was seen leaving the server",
        thresholds: []
    )
    static let kinds: CaseKinds = [.onward]

    init(_ settings: RuleSettings, limits: RelayLimits) {}

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let match = mail.onward else { return }
        signals.append(
            .proven(
                match,
                by: mail,
                server: memory.servers[match.server],
                rule: Self.identity
            )
        )
    }
}

extension Signal {
    /// That a message of a stranger was handed on by the server it came to.
    static func proven(
        _ match: Shared<OnwardMatch>,
        by mail: MailCase,
        server record: ServerRecord?,
        rule: RuleIdentity,
        signature: Bilingual? = nil
    ) -> Signal {
        let relay = match.relay
        let family = record?.family ?? .unknown
        let canHold = relay.queueID != nil || family == .exchange
        let delivery = delivery(of: match, mail)
        var signal = Signal(
            rule: rule,
            severity: min(.critical, relay.limit),
            certainty: match.key == .size ? 0.8 * relay.confidence : relay.confidence,
            basis: [],
            incident: .openRelay,
            about: AbusedServer(
                address: match.server,
                name: record?.name?.name,
                family: family
            ),
            signature: signature ?? OnwardTexts.proven(delivery),
            why: [OnwardTexts.whyProven(delivery)],
            advice: [
                canHold ? RelayTexts.hold(family) : nil, RelayTexts.fix(family), RelayTexts.check,
                OnwardTexts.refute,
            ].compactMap(\.self)
        )
        signal.why.append(OnwardTexts.words(for: match.key))
        if let growth = match.growth, growth > 0 { signal.why.append(OnwardTexts.growth) }
        if match.departure != nil { signal.why.append(OnwardTexts.cutThrough) }
        if relay.isOwnTest ?? false { signal.why.append(RelayTexts.ownTest) }
        if relay.form != nil { signal.why.append(OnwardTexts.oddForm) }
        signal.delivery = delivery
        signal.values = values(of: match, mail, record)
        signal.facts = [
            ("destination", .plain(match.departure?.destination ?? mail.server.description)),
            ("match", .plain(match.key.name)),
            ("relay_frame", .plain(String(relay.frame))),
            ("relay_time", .time(relay.time)),
        ]
        return signal
    }

    private static func delivery(of match: Shared<OnwardMatch>, _ mail: MailCase) -> Delivery {
        if match.key == .size { return .asMuch }
        let code = match.departure.map(\.code) ?? mail.transaction?.lastCode
        if (code ?? 0) >= 400 { return .refused }
        let isTaken = match.departure.map { $0.isTaken ?? false } ?? mail.transaction?.isTaken
        return isTaken ?? false ? .taken : .handedOver
    }

    /// What stands in the gaps: the client is the one who brought the message, the server the one that handed it on.
    private static func values(
        of match: Shared<OnwardMatch>,
        _ mail: MailCase,
        _ record: ServerRecord?
    ) -> TextValues {
        let relay = match.relay
        let address = match.server.description
        let reply: Phrase
        let destination: Phrase
        if let departure = match.departure {
            reply = .reply(code: departure.code, text: departure.text)
            destination = departure.name.map(Phrase.name) ?? .plain(departure.destination)
        } else {
            reply =
                mail.transaction.map { .reply(code: $0.lastCode, text: $0.lastText) }
                ?? .text(OnwardTexts.hiddenReply)
            destination =
                mail.ends.serverName.map { .name($0.name) }
                ?? .plain(mail.server.address.description)
        }
        return [
            .client: .plain(relay.client.description),
            .server: record?.name.map { .name($0.name) } ?? .plain(address),
            .serverAddress: .plain(address),
            .address: .address(relay.recipient),
            .destination: destination,
            .reply: reply,
            .delay: .duration(match.delay),
            .octets: .octets(match.growth.map { UInt64(clamping: $0) }),
            .queue: relay.queueID.map(Phrase.plain) ?? .plain(""),
            .form: .plain(relay.form?.rawValue ?? ""),
            .recipients: .address(relay.recipient),
        ]
    }
}

extension SMTPTransaction {
    /// The code of the last thing the server said to it.
    var lastCode: Int? { code ?? dataCode ?? recipients.last?.code ?? mailCode }

    /// The text of that.
    var lastText: String { code == nil ? recipients.last?.text ?? "" : text }
}
