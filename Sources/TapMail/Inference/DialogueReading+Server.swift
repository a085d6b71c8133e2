import TapFlow

/// What a record of the server may say.
extension DialogueReading {
    /// What a reply says to a command.
    enum Verdict: Hashable, Sendable {
        case accepted, refused
        /// 334.
        case challenged
        /// A chunk was taken, and more are to come.
        case partly
    }

    /// The ways to read a record of so many octets; `work` is used up by trying.
    func answered(
        _ octets: OctetRange,
        at moment: Moment,
        with lengths: ReplyLengths,
        work: inout Int
    ) -> [DialogueReading] {
        var result: [DialogueReading] = []
        addTicket(octets, with: lengths, to: &result)
        if facts.isReplyOpen, facts.pending.isEmpty {
            // An EHLO reply may be spread over records.
            result.append(weighed(0.05 * OctetRange(8, 1_000).likelihood(of: octets)))
        }
        for opening in readyForReply {
            opening.addReplies(octets, at: moment, with: lengths, work: &work, to: &result)
        }
        var unasked = weighed(1e-9)
        unasked.strangeReplies &+= 1
        unasked.replies &+= 1
        result.append(unasked)
        return result
    }

    private func addTicket(
        _ octets: OctetRange,
        with lengths: ReplyLengths,
        to result: inout [DialogueReading]
    ) {
        guard lengths.clear.hasTickets, facts.stage == .start, facts.tickets < 4 else { return }
        let share =
            0.75 * OctetRange(180, 280).likelihood(of: octets)
            + 0.25 * OctetRange(32, 1_600).likelihood(of: octets)
        var copy = weighed(share * (facts.tickets < 2 ? 0.7 : 0.2))
        copy.facts.tickets &+= 1
        result.append(copy)
    }

    /// In the middle of a message a reply means that it has ended: with a lone dot, and perhaps QUIT behind it.
    private var readyForReply: [DialogueReading] {
        guard case .text = facts.stage else { return [self] }
        guard facts.textRecords > 0 else { return [self] }
        var quits = 0.12
        if facts.textRecords > 1, facts.lastText.contains(6) {
            quits = facts.lastText.isExact ? 0.9 : 0.3
        }
        var plain = weighed(1 - quits)
        plain.facts.stage = .recipients
        plain.facts.pending.append(.message(facts.text.less(3)))
        guard facts.text.high >= 9 else { return [plain] }
        var quitting = weighed(quits)
        quitting.facts.stage = .recipients
        quitting.facts.pending += [.message(facts.text.less(9)), .quit]
        return [plain, quitting]
    }

    /// How many ways to read the first replies of a record are followed at once.
    private static let frontierWidth = 24

    /// Tries the replies to the first command that waits, to the first two, and so on.
    private func addReplies(
        _ octets: OctetRange,
        at moment: Moment,
        with lengths: ReplyLengths,
        work: inout Int,
        to result: inout [DialogueReading]
    ) {
        var frontier = [(reading: self, used: OctetRange(0))]
        let count = facts.pending.count
        var answered = 0
        while answered < count, !frontier.isEmpty, work > 0 {
            answered &+= 1
            let stopping = Self.stopping(answered, of: count)
            var next: [(reading: DialogueReading, used: OctetRange)] = []
            for (reading, used) in frontier {
                for option in reading.options(with: lengths) {
                    work &-= 1
                    let total = used + option.octets
                    guard total.low <= octets.high else { continue }
                    let fit = total.likelihood(of: octets) * stopping
                    guard fit > 0 || answered < count else { continue }
                    let settled = reading.settled(option, at: moment)
                    if fit > 0 { result.append(settled.weighed(fit)) }
                    if answered < count { Self.add(settled, total, to: &next) }
                }
            }
            frontier = Self.best(of: next, octets, width: Self.frontierWidth)
        }
    }

    private static func add(
        _ reading: DialogueReading,
        _ used: OctetRange,
        to list: inout [(reading: DialogueReading, used: OctetRange)]
    ) {
        if let index = list.firstIndex(where: {
            $0.used == used && $0.reading.facts == reading.facts
        }) {
            list[index].reading.absorb(reading)
        } else {
            list.append((reading, used))
        }
    }

    private static func best(
        of list: [(reading: DialogueReading, used: OctetRange)],
        _ octets: OctetRange,
        width: Int
    ) -> [(reading: DialogueReading, used: OctetRange)] {
        guard list.count > width else { return list }
        // Texts that leave the length open would push out those that fit exactly.
        func worth(_ item: (reading: DialogueReading, used: OctetRange)) -> Double {
            item.reading.weight / Double(item.used.width)
        }
        let order = list.indices.sorted { left, right in
            let (first, second) = (worth(list[left]), worth(list[right]))
            return first != second ? first > second : left < right
        }
        return order.prefix(width).map { list[$0] }
    }

    /// How likely a record is to answer `answered` of `count` commands.
    private static func stopping(_ answered: Int, of count: Int) -> Double {
        if answered == count { return count == 1 ? 1 : 0.5 }
        return answered == 1 ? 0.4 : 0.1 / Double(count)
    }

    /// Takes the weight of a reading that says the same.
    mutating func absorb(_ other: DialogueReading) {
        if other.weight > weight {
            replies = other.replies
            strangeReplies = other.strangeReplies
        }
        weight += other.weight
    }
}
