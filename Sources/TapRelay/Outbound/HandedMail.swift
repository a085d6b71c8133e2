import TapWire

/// A message that a server of ours took, known by its Message-ID, and how many copies of it have left since.
///
/// A list, and a forwarder that rewrites the sender (SRS), send what was handed in under a sender of their own. So that
/// nobody hands in one message and sends ever more under its name, it speaks for a number of copies only.
struct HandedMail: Sendable, Codable {
    /// How long after it was taken copies may leave.
    private static let window = Duration.seconds(3_600)
    /// Copies for domains that are new to the server; those for others are not asked about.
    private static let copies = 256

    private var time: Timestamp
    private var left = 0

    init(at time: Timestamp) { self.time = time }

    /// It was taken once more: for another recipient.
    mutating func takeAgain(at now: Timestamp) {
        if !isCurrent(at: now) { left = 0 }
        time = now
    }

    /// What a message with its Message-ID is that leaves now; it is counted.
    mutating func takeCopy(at now: Timestamp) -> OutgoingMail.Copy {
        guard isCurrent(at: now) else { return .none }
        guard left < Self.copies else { return .beyondLimit }
        left += 1
        return .ofTaken
    }

    private func isCurrent(at now: Timestamp) -> Bool {
        // A time ahead of now is from before the clock was set back.
        now.duration(since: time) < Self.window
    }
}
