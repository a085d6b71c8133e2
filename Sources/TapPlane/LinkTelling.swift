import TapWire

/// Decides what of a port's state is worth telling people, and when.
///
/// A carrier that is lost is told at once. One that has not come yet gets the time that negotiation takes; a
/// port that is switched off is told of after a second, as an interface is down for a moment before it vanishes.
struct LinkTelling: Hashable, Sendable {
    /// What there is to tell.
    enum News: Hashable, Sendable { case carrierLost, carrierBack, setDown, setUp }

    private var told = PortState.up
    private var seen = PortState.gone
    private var since: Int64 = 0
    /// True until the first carrier: a new interface, or one that was down.
    private var isFresh = true

    /// Looks at the state the port is in now.
    mutating func look(_ state: PortState, at now: Int64) -> News? {
        if state != seen {
            seen = state
            since = now
        }
        switch state {
        case .gone, .linkFault:
            told = .up
            isFresh = true
            return nil
        case .up:
            isFresh = false
            defer { told = .up }
            return told == .up ? nil : told == .down ? .setUp : .carrierBack
        case .noCarrier:
            return tell(.carrierLost, after: isFresh ? Self.negotiation : 0, now)
        case .down:
            isFresh = true
            return tell(.setDown, after: Self.moment, now)
        }
    }

    private mutating func tell(_ news: News, after patience: Int64, _ now: Int64) -> News? {
        guard told != seen, now &- since >= patience else { return nil }
        told = seen
        return news
    }

    /// Nanoseconds that two ends may take to agree on a speed.
    static let negotiation: Int64 = 5_000_000_000
    /// Nanoseconds that a port may be off without a word.
    static let moment: Int64 = 1_000_000_000
}
