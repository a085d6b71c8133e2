import TapFlow

/// What a record of the client may say.
extension DialogueReading {
    /// Adds the ways to read a record of so many octets.
    func said(
        _ octets: OctetRange,
        at moment: Moment,
        after clear: ClearFacts,
        to beam: inout ReadingBeam
    ) {
        var base = self
        base.facts.isReplyOpen = false
        if case .text = facts.stage { return beam.add(base.sendingText(octets), 1) }
        if case .chunk(let sent)? = facts.pending.last {
            // A chunk goes on, over however many records.
            var more = base
            more.facts.pending.removeLast()
            more.facts.pending.append(.chunk(sent + octets))
            more.facts.lastText = octets
            beam.add(more, 0.9)
        }
        if facts.pending.isEmpty, case .challenged = facts.stage {
            base.ask(.loginAnswer, ClientLengths.answer.likelihood(of: octets), of: &beam)
        } else if facts.pending.count < Self.maximumPending {
            let usual = facts.pending.isEmpty ? 1 : Self.unasked(clear)
            base.addSingles(octets, usual, at: moment, after: clear, to: &beam)
            base.addGroups(octets, usual, at: moment, after: clear, to: &beam)
        }
        // Whatever it is: the way out for what nothing fits.
        base.ask(.other, 1e-9, of: &beam)
    }

    /// Adds the reading with one more command.
    private func ask(_ step: DialogueStep, _ factor: Double, of beam: inout ReadingBeam) {
        guard beam.takes(weight * factor) else { return }
        var copy = self
        copy.facts.pending.append(step)
        beam.add(copy, factor)
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
        _ usual: Double,
        at moment: Moment,
        after clear: ClearFacts,
        to beam: inout ReadingBeam
    ) {
        let habits = ClientHabits(clientStage, login: facts.tally.login, clear: clear)
        func add(_ step: DialogueStep, _ habit: Double, _ lengths: ClientLengths) {
            ask(step, usual * habit * lengths.likelihood(of: octets), of: &beam)
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
        _ usual: Double,
        at moment: Moment,
        after clear: ClearFacts,
        to beam: inout ReadingBeam
    ) {
        let stage = clientStage
        let share = usual * (clear.isPipelining == false ? 0.02 : 0.3)
        for shape in CommandGroup.shapes(after: stage, isChunking: clear.isChunking) {
            for (group, factor) in shape.groups(of: octets) {
                let length = facts.pending.count &+ group.count
                guard length <= Self.maximumPending, beam.takes(weight * share * factor) else {
                    continue
                }
                var copy = self
                copy.facts.pending += group.steps(of: octets, at: moment)
                beam.add(copy, share * factor)
            }
        }
    }
}
