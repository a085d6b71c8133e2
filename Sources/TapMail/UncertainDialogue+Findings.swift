import TapFlow

/// What all ways that are left have in common.
extension UncertainDialogue {
    /// What became of an item, in all ways together.
    struct Fate: Sendable {
        /// The events it may have been answered by, a bit each.
        var answers: UInt64 = 0
        /// The events it may have been answered by as the end of a message.
        var ends: UInt64 = 0
        /// Its reply may have been lost.
        var isLost = false
        /// It may be no command.
        var isContent = false
        /// Its reply may be still to come.
        var isPending = false

        /// The event that answered it for certain.
        var answer: Int? {
            answers.nonzeroBitCount == 1 && ends == 0 && !isLost && !isContent && !isPending
                ? answers.trailingZeroBitCount : nil
        }

        /// The event that ended the message for certain.
        var end: Int? {
            ends.nonzeroBitCount == 1 && answers == 0 && !isLost && !isContent && !isPending
                ? ends.trailingZeroBitCount : nil
        }
    }

    /// What is certain, in order.
    enum Finding: Sendable {
        case answered(PendingCommand, SMTPReply, Moment)
        case unanswered(PendingCommand)
        /// The message ended; its reply, unless that was lost.
        case messageEnded(SMTPReply?, Moment)
        /// Commands lay in a hole that had these replies.
        case unseen([SMTPReply])
        /// Anything may have happened here.
        case doubt
    }

    /// The fates of all items, if the server is now at one of `goals`.
    func fates(towards goals: PlaceSet) -> [Fate] {
        var fates = [Fate](repeating: Fate(), count: items.count)
        notePending(goals, in: &fates)
        var goals = goals
        let places = placesBeforeEvents
        for (number, event) in events.enumerated().reversed() {
            let reached = reached(before: event, from: places[number])
            let alive = alive(in: reached, before: event, towards: goals)
            for place in alive.all {
                for move in moves(from: place, upTo: event)
                where (move.takesEvent ? goals : alive).contains(move.to) {
                    guard let passing = move.passing, items.indices.contains(place.index) else {
                        continue
                    }
                    note(passing, by: event.reply == nil ? nil : number, in: &fates[place.index])
                }
            }
            goals = PlaceSet(alive.all.filter(places[number].contains))
        }
        // Who began further on has taken what stands before for the rest of a message.
        for place in goals.all {
            for index in items.indices.prefix(place.index) where isSmuggled(index) {
                fates[index].isContent = true
            }
        }
        return fates
    }

    private func note(_ passing: Passing, by number: Int?, in fate: inout Fate) {
        switch (passing, number) {
        case (.content, _): fate.isContent = true
        case (.answered, nil), (.ended, nil): fate.isLost = true
        case (.answered, let number?): fate.answers |= 1 << UInt64(number)
        case (.ended, let number?): fate.ends |= 1 << UInt64(number)
        }
    }

    /// What was not dealt with yet may be a command that waits, or behind DATA and the like something else.
    private func notePending(_ places: PlaceSet, in fates: inout [Fate]) {
        for place in places.all {
            var mayBeContent = place.mode != .command && place.mode != .owed
            for index in items.indices.dropFirst(place.index) {
                fates[index].isPending = true
                if mayBeContent || items[index].mayBeContent { fates[index].isContent = true }
                switch items[index].command?.kind {
                case .data, .login, .loginAnswer, .startTLS: mayBeContent = true
                default: break
                }
            }
        }
    }

    /// Places that have to be looked at to find what is certain.
    var findingWork: Int { items.count &+ 4 &* work }

    /// Everything that is certain of the items before `end`, with the number of each.
    func findings(before end: Int, towards goals: PlaceSet) -> [(finding: Finding, item: Int)] {
        let fates = fates(towards: goals)
        var findings: [(finding: Finding, item: Int)] = []
        var ended: Int?
        for (index, (item, fate)) in zip(items, fates).prefix(end).enumerated() {
            switch item.content {
            case .words: break
            case .hole where item.fitsOnlyData && fate.answer.flatMap(reply)?.code == 354:
                guard let number = fate.answer, let reply = reply(number) else { break }
                let moment = events[number].moment
                let data = PendingCommand(kind: .data, moment: moment)
                findings.append((.answered(data, reply, moment), index))
            case .hole: if let hidden = hidden(in: fate, fates) { findings.append((hidden, index)) }
            case .dot:
                if let number = fate.end, number != ended {
                    findings.append((messageEnd(number), index))
                }
            case .command(let command):
                guard let number = fate.answer, let reply = reply(number) else {
                    findings.append((fate.isContent ? .doubt : .unanswered(command), index))
                    continue
                }
                findings.append((.answered(command, reply, events[number].moment), index))
                if case .data = command.kind, reply.code == 354, events.indices.contains(number + 1)
                {
                    // Behind 354 the server says nothing but what it makes of the message.
                    ended = number + 1
                    findings.append((messageEnd(number + 1), index))
                }
            }
        }
        return findings
    }

    private func messageEnd(_ number: Int) -> Finding {
        let reply = reply(number)
        return .messageEnded(reply?.code == 421 ? nil : reply, events[number].moment)
    }

    /// True if the server has certainly read some of what was smuggled as commands.
    var isSmuggledRead: Bool {
        zip(items.indices, fates(towards: places)).contains { isSmuggled($0) && $1.answer != nil }
    }

    /// What a hole may have hidden; nil if nothing that had a reply.
    private func hidden(in fate: Fate, _ fates: [Fate]) -> Finding? {
        guard fate.answers != 0 || fate.isLost else { return nil }
        let replies = events.indices.filter { fate.answers & (1 << UInt64($0)) != 0 }
        let isCertain = fates.count { $0.answers & fate.answers != 0 } == 1 && !fate.isLost
        return isCertain ? .unseen(replies.compactMap(reply)) : .doubt
    }

    /// The place where the server certainly is, if everything behind it is certainly a command that waits.
    var inStep: Place? {
        guard let place = places.only, place.mode != .answer, place.mode != .tls else { return nil }
        let waiting = items.dropFirst(place.index)
        guard place.mode == .command || waiting.isEmpty, place.mode != .owed else { return nil }
        for (index, item) in zip(waiting.indices, waiting) {
            guard let command = item.command, !item.mayBeContent else { return nil }
            switch command.kind {
            case .data, .startTLS: if index < items.count - 1 { return nil }
            case .login, .loginAnswer: return nil
            default: break
            }
        }
        return isTurnCertain ? place : nil
    }

    /// The commands behind `place`.
    func waiting(behind place: Place) -> [PendingCommand] {
        items.dropFirst(place.index).compactMap(\.command)
    }
}
