import TapObserve

/// What is known now of a server that strangers relay by, or seem to: what the words of its incident say of it.
enum RelayStanding: Hashable, Sendable {
    /// It relays.
    case open
    /// It relays, unless what that rests on is otherwise: which side is ours, whose the domains are.
    case likely
    /// It relays, as far as the lengths of the records under TLS tell.
    case inferred
    /// It took mail for an odd form of address, and nothing tells whether that goes on.
    case oddForm
    /// It relays by an odd form of address: a message was seen to leave.
    case provenForm
    /// It took an odd form of address for its own, and returned the mail.
    case returned
    /// It takes mail for anybody, of which none was seen to leave for a day.
    case keeping
    /// It takes the gateway for the client.
    case natBlinded

    /// True for what is about odd forms of address.
    var isOfOddForm: Bool {
        switch self {
        case .oddForm, .provenForm, .returned: true
        case .open, .likely, .inferred, .keeping, .natBlinded: false
        }
    }
}

extension Incident {
    /// From so much confidence on it is told as it is, below as what it seems to be.
    static let plainFrom = 0.8
    /// By so much a refusal that is inferred as well makes it less sure.
    static let inferredFix = 0.8

    /// True if all that the incident rests on may be otherwise.
    var isOnlyLikely: Bool { confidence < Self.plainFrom }

    /// What is known now of a server that relays.
    var relayStanding: RelayStanding {
        if kind == .natBlindedRelay { return .natBlinded }
        if isKeeping { return .keeping }
        let relays: Set<String> = [
            OpenRelayRule.identity.id, NullSenderRelayRule.identity.id,
            PeriodicRelayRule.identity.id, SenderChurnRule.identity.id,
            RelayHunterRule.identity.id,
        ]
        let told = Set(rules.map(\.rule))
        let isSeen = !told.isDisjoint(with: relays)
        if !isSeen, told.contains(FormRelayRule.identity.id) {
            if proof != nil { return .provenForm }
            return hasReturned ?? false ? .returned : .oddForm
        }
        if !isSeen, proof == nil || proof?.delivery == .asMuch,
            told.contains(InferredRelayRule.identity.id)
        {
            return .inferred
        }
        return isOnlyLikely ? .likely : .open
    }
}
