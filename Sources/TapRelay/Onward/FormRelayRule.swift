import TapMail
import TapObserve
import TapWire

/// `relay.form`: an outside client without a login had a recipient accepted whose address hides a stranger's.
///
/// Condition: the client is outside and not trusted; AUTH was seen to be none or failed; a recipient in an odd form
/// (`user%domain@server`, `domain!user`, `"user@domain"`, `user@domain@server`, a source route, a foreign address in
/// brackets, a trailing dot and the like) leads to a stranger's domain if the server follows the form, and was answered
/// 2xx. A warning; high once the message was taken too; `relay.proven` when it leaves, which is critical. It takes the
/// place of `relay.open` for the transaction. Low, and the incident with it, when the server bounces the message to its
/// sender: then it took the form for a mailbox of its own.
///
/// Guards: what the form leads to must be somebody else's domain by all that is known; tags, bounce addresses (BATV,
/// SRS, VERP) and a `%` or `!` in front of what is no domain are no forms. An accepted recipient is no delivery.
///
/// Source: RFC 2505 section 2.1, RFC 5321 appendix C; the tests of nmap, mail-abuse.org and others.
struct FormRelayRule: MailRule {
    static let description = RuleDescription(
        id: "relay.form",
        signatureID: 9_100_004,
        summary: "an odd form of address that leads to a stranger was accepted from outside",
        thresholds: []
    )
    static let kinds: CaseKinds = [.odd, .returned]

    init(_ settings: RuleSettings, limits: RelayLimits) {}

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        if let returned = mail.returned {
            signals.append(returnedSignal(returned.value, mail, memory.servers[mail.ends.client]))
            return
        }
        guard let transaction = mail.transaction,
            let odd = mail.odd.first(where: \.recipient.isAccepted)
        else { return }
        guard mail.relay?.isNews ?? true, signals.isEmpty else { return }
        let isTaken = transaction.isTaken
        var signal = Signal(
            rule: Self.identity,
            severity: isTaken ? .high : .medium,
            basis: .relay,
            incident: isTaken ? .openRelay : .relayTest,
            signature: isTaken ? OnwardTexts.formTaken : OnwardTexts.formAccepted,
            why: [isTaken ? OnwardTexts.whyFormTaken : OnwardTexts.whyFormAccepted],
            advice: [
                OnwardTexts.adviceForm(mail.family), RelayTexts.check, RelayTexts.refute,
            ],
            values: [
                .form: .plain(odd.hidden.form.rawValue),
                .address: .address(odd.recipient.address),
                .reply: .reply(code: odd.recipient.code, text: odd.recipient.text),
                .destination: .address(odd.hidden.address.plainText),
            ],
            facts: [("form", .plain(odd.hidden.form.rawValue))]
        )
        if mail.relay?.isMarkedAsOwnTest ?? transaction.isMarkedAsOwnTest {
            signal.why.append(RelayTexts.ownTest)
        }
        signals.append(signal)
    }

    /// That what was taken came back to its sender.
    private func returnedSignal(
        _ relay: HeldRelay,
        _ mail: MailCase,
        _ record: ServerRecord?
    ) -> Signal {
        let address = mail.ends.client.description
        return Signal(
            rule: Self.identity,
            severity: .low,
            certainty: 0.9,
            basis: [],
            about: Signal.AbusedServer(
                address: mail.ends.client,
                name: record?.name?.name,
                family: record?.family ?? .unknown
            ),
            signature: OnwardTexts.formReturned,
            why: [OnwardTexts.whyFormReturned],
            advice: [OnwardTexts.adviceFormReturned],
            values: [
                .server: record?.name.map { .name($0.name) } ?? .plain(address),
                .client: .plain(relay.client.description),
                .address: .address(relay.recipient),
                .form: .plain(relay.form?.rawValue ?? ""),
            ],
            facts: [("form", .plain(relay.form?.rawValue ?? ""))]
        )
    }
}

extension MailAddress {
    /// The mailbox as people write it.
    fileprivate var plainText: String {
        switch destination {
        case .domain(let domain): localPart + "@" + domain.name
        case .literal(let address): localPart + "@[\(address)]"
        case .nobody, .withoutDomain, .unreadable: localPart
        }
    }
}
