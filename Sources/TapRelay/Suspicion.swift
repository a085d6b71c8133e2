import TapWire

/// What was seen of one who relays, a server or a client, in a form the sequential test understands.
struct Suspicion: Sendable, Codable {
    /// Where the test stands.
    private(set) var walk = SequentialWalk()
    /// When the last relay was; nil if there was none.
    private(set) var lastRelay: Timestamp?

    /// Takes an accepted relay; one that is longer ago than `forgetAfter` no longer counts.
    mutating func countRelay(at time: Timestamp, by test: SequentialTest, forgetAfter: Duration) {
        if let lastRelay, time.duration(since: lastRelay) > forgetAfter { walk = SequentialWalk() }
        lastRelay = time
        walk.observe(true, by: test)
    }

    /// Takes an accepted message that was no relay.
    mutating func countOrdinary(by test: SequentialTest) { walk.observe(false, by: test) }
}
