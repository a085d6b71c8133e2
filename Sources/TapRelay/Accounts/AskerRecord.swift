/// What is remembered of a client that asked for recipients that are unknown.
struct AskerRecord: Sendable, Codable {
    /// The sequential test over its recipients.
    var walk = SequentialWalk()
    /// Digests of those refused that were counted, the latest last.
    var counted: [UInt32] = []
    /// The session it asked in last.
    var session: UInt64 = 0
    /// Recipients refused in that session.
    var refusedInSession = 0
    /// The transaction of that session of which some were counted before it ended, and how many.
    var open: Open?

    /// What was counted of a transaction that goes on.
    struct Open: Sendable, Codable {
        /// Its number in the session.
        var number: Int
        var refused = 0
        var accepted = 0
    }

    /// So many refused recipients are remembered, so that one that comes again is not counted again.
    static let remembered = 32
}
