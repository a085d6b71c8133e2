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

    /// Adds the ways to read a record of so many octets; `work` is used up by trying.
    func answered(
        _ octets: OctetRange,
        at moment: Moment,
        with lengths: ReplyLengths,
        work: inout Int,
        to beam: inout ReadingBeam
    ) {
        addTicket(octets, with: lengths, to: &beam)
        if facts.isReplyOpen, facts.pending.isEmpty {
            // An EHLO reply may be spread over records.
            beam.add(self, 0.05 * OctetRange(8, 1_000).likelihood(of: octets))
        }
        for opening in readyForReply {
            var search = ReplySearch(opening, octets: octets, moment: moment, lengths: lengths)
            search.run(work: &work, to: &beam)
        }
        guard beam.takes(weight * 1e-9) else { return }
        var unasked = self
        unasked.strangeReplies &+= 1
        unasked.replies &+= 1
        beam.add(unasked, 1e-9)
    }

    private func addTicket(
        _ octets: OctetRange,
        with lengths: ReplyLengths,
        to beam: inout ReadingBeam
    ) {
        guard lengths.clear.hasTickets, facts.stage == .start, facts.tickets < 4 else { return }
        let share =
            0.75 * OctetRange(180, 280).likelihood(of: octets)
            + 0.25 * OctetRange(32, 1_600).likelihood(of: octets)
        var copy = self
        copy.facts.tickets &+= 1
        beam.add(copy, share * (facts.tickets < 2 ? 0.7 : 0.2))
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

    /// Takes the weight of a reading that says the same.
    mutating func absorb(_ other: DialogueReading) {
        if other.weight > weight {
            replies = other.replies
            strangeReplies = other.strangeReplies
        }
        weight += other.weight
    }
}
