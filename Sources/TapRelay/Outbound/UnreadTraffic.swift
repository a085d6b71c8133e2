import TapWire

/// What a host took in an hour of which it cannot be told what it was, and what it sent that this may have been.
struct UnreadTraffic: Hashable, Sendable, Codable {
    /// Beside what it is counted.
    enum Kind: Sendable {
        /// Beside what the host took of which nobody can tell what it was.
        case unread
        /// Beside all that the host took, as TLS hides what it sends.
        case hidden
    }

    /// So many of the latest messages are looked at for what they have in common.
    private static let looked = 8
    /// Octets that a message has at the least, with its envelope, for how many a session may have brought.
    private static let leastOctets: UInt64 = 1_000

    /// Recipients of what it took.
    private var taken = HourCount()
    /// Messages that it sent to new domains.
    private var sent = HourCount()
    /// Those of them that were refused.
    private var refused = HourCount()
    /// What the latest of them have in common with others, 0 where that is not known.
    private var kin: [UInt64] = []

    /// It took a message for so many recipients.
    mutating func take(recipients: Int, at time: Timestamp) {
        taken.add(max(1, recipients), at: time)
    }

    /// It took so many octets in a session of which nothing is known.
    mutating func take(octets: UInt64, at time: Timestamp) {
        taken.add(Int(clamping: max(10, octets / Self.leastOctets)), at: time)
    }

    /// It sent a message to new domains, or was refused before it could.
    mutating func send(_ outgoing: OutgoingMail, at time: Timestamp) {
        if outgoing.answer == .refused { refused.add(1, at: time) }
        guard outgoing.isMessage else { return }
        sent.add(1, at: time)
        if kin.count >= Self.looked { kin.removeFirst(kin.count - Self.looked + 1) }
        kin.append(outgoing.kin ?? 0)
    }

    /// Messages that it sent in the hour.
    func sent(at time: Timestamp) -> Int { sent.count(at: time) }

    /// Recipients of what it took in the hour.
    func taken(at time: Timestamp) -> Int { taken.count(at: time, steps: HourCount.wholeHour) }

    /// True if any of what it sent in the hour was refused.
    func hasRefusals(at time: Timestamp) -> Bool { refused.count(at: time) > 0 }

    /// True if the latest are the copies of few messages: one message that was taken may have had as many recipients.
    var isFewMessages: Bool {
        let named = kin.filter { $0 != 0 }
        return kin.count - named.count + Set(named).count <= Self.looked / 2
    }
}
