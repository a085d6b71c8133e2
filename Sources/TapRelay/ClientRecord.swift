import TapWire

/// What is remembered of a client that tried to relay.
struct ClientRecord: Sendable, Codable {
    /// When its latest refused attempts were, oldest first; no more than the rule looks at.
    var attempts: [Timestamp] = []
    /// How many there were without a pause as long as the rule looks back; nil in what an earlier hubtap has stored.
    var attemptCount: Int?
    /// What it sent that was accepted.
    var suspicion = Suspicion()
}
