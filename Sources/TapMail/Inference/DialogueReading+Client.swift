import TapFlow

/// What a record of the client may say.
extension DialogueReading {
    /// The ways to read a record of so many octets.
    func said(_ octets: OctetRange, at moment: Moment, after clear: ClearFacts) -> [DialogueReading]
    {
        var base = self
        base.facts.isReplyOpen = false
        if case .text = facts.stage { return [base.sendingText(octets)] }
        var result: [DialogueReading] = []
        if case .chunk(let sent)? = facts.pending.last {
            // A chunk goes on, over however many records.
            var more = base.weighed(0.9)
            more.facts.pending.removeLast()
            more.facts.pending.append(.chunk(sent + octets))
            more.facts.lastText = octets
            result.append(more)
        }
        if facts.pending.isEmpty, case .challenged = facts.stage {
            let share = ClientLengths.answer.likelihood(of: octets)
            result.append(base.asking(.loginAnswer, share))
        } else if facts.pending.count < Self.maximumPending {
            base.weight *= facts.pending.isEmpty ? 1 : Self.unasked(clear)
            base.addSingles(octets, at: moment, after: clear, to: &result)
            base.addGroups(octets, at: moment, after: clear, to: &result)
        }
        // Whatever it is: the way out for what nothing fits.
        result.append(base.asking(.other, 1e-9))
        return result
    }

    /// Commands that may wait for a reply at once.
    static let maximumPending = 64

    /// How likely a client is to speak before it was answered.
    private static func unasked(_ clear: ClearFacts) -> Double {
        clear.isPipelining == false ? 0.005 : 0.05
    }

    private func sendingText(_ octets: OctetRange) -> DialogueReading {
        var copy = weighed(facts.textRecords == 0 ? ClientLengths.text.likelihood(of: octets) : 1)
        copy.facts.text = facts.text + octets
        copy.facts.lastText = octets
        copy.facts.textRecords = min(facts.textRecords &+ 1, 1_000)
        return copy
    }

    /// One command in the record.
    private func addSingles(
        _ octets: OctetRange,
        at moment: Moment,
        after clear: ClearFacts,
        to result: inout [DialogueReading]
    ) {
        let habits = ClientHabits(clientStage, login: facts.tally.login, clear: clear)
        func add(_ step: DialogueStep, _ habit: Double, _ lengths: ClientLengths) {
            let factor = habit * lengths.likelihood(of: octets)
            if factor > 0 { result.append(asking(step, factor)) }
        }
        add(.hello, habits.hello, .hello(clear))
        add(.mail(sender: octets.less(14), began: moment), habits.mail, .mail)
        add(.recipient(address: octets.less(12)), habits.recipient, .recipient)
        add(.data, habits.data, .word)
        add(.reset, habits.reset, .word)
        add(.quit, habits.quit, .word)
        add(.other, habits.other, .word)
        add(.other, habits.other * 0.1, .anything)
        add(.chunk(octets), habits.chunk, .chunk)
        add(.login(isWhole: false), habits.login, .bareLogin)
        add(.login(isWhole: true), habits.login * 0.6, .wholeLogin)
        add(.login(isWhole: nil), habits.login * 0.2, .wholeLogin)
        add(.login(isWhole: nil), habits.login * 0.1, .anything)
    }

    /// Several commands in the record (RFC 2920).
    private func addGroups(
        _ octets: OctetRange,
        at moment: Moment,
        after clear: ClearFacts,
        to result: inout [DialogueReading]
    ) {
        let stage = clientStage
        let share = clear.isPipelining == false ? 0.02 : 0.3
        for shape in CommandGroup.shapes(after: stage, isChunking: clear.isChunking) {
            for (group, factor) in shape.groups(of: octets) {
                let length = facts.pending.count &+ group.count
                guard length <= Self.maximumPending else { continue }
                var copy = weighed(share * factor)
                copy.facts.pending += group.steps(of: octets, at: moment)
                result.append(copy)
            }
        }
    }
}
