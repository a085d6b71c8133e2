import TapObserve

/// `relay.null`: a stranger's recipient was accepted for the null sender, which is high at once.
///
/// `<>` is the sender of bounces (RFC 5321 section 4.5.5), and a bounce from a stranger to a stranger is never a
/// server's business: the relay hunters' favourite, because no bounce comes back. It takes the place of `relay.open`
/// for the transaction. A local recipient (an ordinary bounce) or no message (a callback probe) does not fire.
struct NullSenderRelayRule: MailRule {
    static let description = RuleDescription(
        id: "relay.null",
        signatureID: 9_100_002,
        summary: "the same with the null sender",
        thresholds: []
    )
    static let kinds: CaseKinds = [.relay]

    init(_ settings: RuleSettings, limits: RelayLimits) {}

    func judge(_ mail: MailCase, memory: inout RelayMemory, into signals: inout [Signal]) {
        guard let relay = mail.relay, relay.isRelayed, relay.isFromNobody, relay.isNews else {
            return
        }
        signals.append(
            .relayed(
                mail,
                rule: Self.identity,
                severity: .high,
                signature: RelayTexts.relayedFromNobody
            )
        )
    }
}
