/// From where the password of an account was guessed of late: one network, or several.
struct GuessOrigin: Hashable, Sendable, Codable {
    /// The network of the first guess.
    private let network: UInt32
    /// True if others came from elsewhere: one who mistypes does so where he is.
    private var isSeveral = false

    init(_ network: ClientNetwork) { self.network = network.rawValue }

    /// Notes one more guess.
    mutating func note(_ other: ClientNetwork) {
        if other.rawValue != network { isSeveral = true }
    }

    /// True if all guesses came from `other`.
    func isOnly(_ other: ClientNetwork) -> Bool { !isSeveral && other.rawValue == network }
}
