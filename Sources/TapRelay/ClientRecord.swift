import TapWire

/// What is remembered of a client that tried to relay.
struct ClientRecord: Sendable, Codable {
    /// When its latest refused attempts were, oldest first; no more than the rule looks at.
    var attempts: [Timestamp] = []
    /// What it sent that was accepted.
    var suspicion = Suspicion()
}
