import TapObserve

/// `relay.null`: a stranger's recipient was accepted for the null sender, which is high at once.
///
/// `<>` is the sender of bounces (RFC 5321 section 4.5.5), and a bounce from a stranger to a stranger is never a
/// server's business: the relay hunters' favourite, because no bounce comes back. It takes the place of `relay.open`
/// for the transaction. A local recipient (an ordinary bounce) or no message (a callback probe) does not fire.
struct NullSenderRelayRule: RelayRule {
    static let description = RuleDescription(
        id: "relay.null",
        signatureID: 9_100_002,
        summary: "the same with the null sender",
        thresholds: []
    )

    init(_ settings: RuleSettings, limits: RelayLimits) {}

    func signal(for relayCase: RelayCase, memory: inout RelayMemory) -> RelaySignal? {
        guard relayCase.isRelayed, relayCase.isFromNobody else { return nil }
        return RelaySignal(
            rule: Self.description.identity,
            severity: .high,
            story: .relayedFromNobody
        )
    }
}
