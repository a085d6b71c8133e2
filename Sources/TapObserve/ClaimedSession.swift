import TapFlow

/// The state machine of a flow that was claimed.
final class ClaimedSession<Session: ObserverSession> {
    /// The state machine, which is changed where it lies.
    var machine: Session
    /// False once the session said that it wants no more octets.
    var isWanted = true

    init(_ machine: Session) { self.machine = machine }
}
