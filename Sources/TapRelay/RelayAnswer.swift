/// What a server last said to a stranger's mail for a stranger.
struct RelayAnswer: Hashable, Sendable, Codable {
    /// The code of the last answer.
    var code: Int
    /// How sure it is that both were strangers, from 0 to 1.
    var confidence: Double
    /// Answers so far.
    var count: UInt64 = 0
}
