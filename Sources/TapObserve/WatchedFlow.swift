import TapFlow

/// A flow that an observer has claimed or may yet claim.
enum WatchedFlow<Session: ObserverSession> {
    /// The observer does not know yet; of these there are few at a time.
    case undecided(UndecidedFlow)
    /// The observer follows it.
    case claimed(ClaimedSession<Session>)
}
