import TapWire

/// The senders and recipients of the latest messages that strangers had a server relay.
struct SenderChurn: Sendable, Codable {
    /// How mixed they are.
    struct Picture: Hashable, Sendable {
        /// How many messages were looked at.
        var messages: Int
        /// How many different senders they have.
        var senders: Int
        /// The entropy of the senders, as a share of the largest there could be.
        var entropy: Double
        /// The share of recipients that had not been seen before.
        var novelty: Double
    }

    private struct Message: Hashable, Sendable, Codable {
        var sender: UInt64
        var recipients: Int
        var novel: Int
    }

    /// How many messages are looked at.
    static let kept = 32
    /// A recipient that was not seen for so long is new again, half of it at the least.
    private static let forgetAfter = Duration.seconds(30 * 86_400)
    /// Recipients after which the older half is forgotten, before too many new ones are taken for known.
    private static let remembered = 512

    private var messages: [Message] = []
    private var recent = DistinctCount()
    private var earlier = DistinctCount()
    private var turned: Timestamp?
    /// When it was told of last; nil if there is nothing to tell.
    var toldAt: Timestamp?

    /// Takes a message; those of `contacts` are never new.
    mutating func observe(
        sender: UInt64,
        recipients: [UInt64],
        contacts: Set<UInt64>,
        at time: Timestamp
    ) {
        turn(at: time)
        let novel = recipients.count { digest in
            let isUnknownOfLate = recent.insert(digest)
            return isUnknownOfLate && earlier.isSurelyNew(digest) && !contacts.contains(digest)
        }
        messages.append(Message(sender: sender, recipients: recipients.count, novel: novel))
        if messages.count > Self.kept { messages.removeFirst(messages.count - Self.kept) }
    }

    private mutating func turn(at time: Timestamp) {
        let age = turned.map { time.duration(since: $0) } ?? .zero
        if turned == nil { turned = time }
        guard age > Self.forgetAfter || age < .zero || recent.count > Self.remembered else {
            return
        }
        (earlier, recent, turned) = (recent, DistinctCount(), time)
    }

    /// How many senders there are of each number of messages, which is the place.
    private var senderCounts: [Int] {
        var senders = messages.map(\.sender)
        senders.sort()
        var counts = Array(repeating: 0, count: senders.count + 1)
        var first = senders.startIndex
        for place in senders.indices where senders[place] != senders[first] {
            counts[place - first] += 1
            first = place
        }
        counts[senders.count - first] += 1
        return counts
    }

    /// How mixed the latest messages are; nil if there are fewer than `least`.
    func picture(least: Int) -> Picture? {
        guard messages.count >= max(2, least) else { return nil }
        let counts = senderCounts
        let total = Double(messages.count)
        var (entropy, senders) = (0.0, 0)
        for (count, number) in counts.enumerated().dropFirst() where number > 0 {
            senders += number
            let share = Double(count) / total
            let part = share * Logarithm.natural(share)
            for _ in 0..<number { entropy -= part }
        }
        let recipients = messages.reduce(0) { $0 + $1.recipients }
        let novel = messages.reduce(0) { $0 + $1.novel }
        return Picture(
            messages: messages.count,
            senders: senders,
            entropy: entropy / Logarithm.natural(total),
            novelty: recipients > 0 ? Double(novel) / Double(recipients) : 0
        )
    }
}
