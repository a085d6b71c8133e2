/// How the server moves through the client's lines.
extension UncertainDialogue {
    /// A move from one place to another.
    struct Move: Sendable {
        var to: Place
        /// What becomes of the item at which it begins; nil if nothing does.
        var passing: Passing?
        /// True if it takes the event: the next move belongs to the next event.
        var takesEvent: Bool
    }

    /// What becomes of an item.
    enum Passing: Sendable {
        /// It has the reply, or a reply that was lost, as a command.
        case answered
        /// It is the end of a message, and has the reply.
        case ended
        /// It is no command.
        case content
    }

    /// Everything that may happen at `place` up to `event`, one step of it.
    func moves(from place: Place, upTo event: Event) -> [Move] {
        let item = place.index < event.itemCount ? items[place.index] : nil
        var moves = silentMoves(from: place, item).map {
            Move(to: $0, passing: item?.isHole == true ? nil : .content, takesEvent: false)
        }
        if place.mode == .owed {
            moves.append(Move(to: place.turned(.command), passing: nil, takesEvent: false))
        }
        guard let reply = event.reply else {
            moves += replyMoves(from: place, item, upTo: event)
            moves.append(Move(to: place, passing: nil, takesEvent: true))
            return moves
        }
        if event.isOffer, !mayHaveAsked(forOffer: event, at: place, item) { return moves }
        if !isTooLate(reply, at: place, event) {
            moves += replyMoves(from: place, item, upTo: event)
        }
        if reply.code == 421 || isIdle(place, item, event) && reply.category != 3 {
            // It answers nothing.
            moves.append(Move(to: place, passing: nil, takesEvent: true))
        }
        return moves
    }

    /// True if the keywords of `event` may be the reply to what the server reads here: to a hello, which no client goes on
    /// behind without the reply (RFC 2920 section 3.1), so that one that was said last is it.
    private func mayHaveAsked(forOffer event: Event, at place: Place, _ item: Item?) -> Bool {
        guard place.mode == .command, let item else { return false }
        if items.prefix(event.itemCount).last?.command?.isHello == true {
            return place.index == event.itemCount &- 1
        }
        return item.isHole || item.command?.isHello == true
    }

    /// Who has asked for this reply does not go on without it.
    private func isTooLate(_ reply: SMTPReply, at place: Place, _ event: Event) -> Bool {
        guard [220, 221, 235, 334, 354].contains(reply.code) else { return false }
        let rest = items.prefix(event.itemCount).dropFirst(place.index)
        // When a hole is seen says little of when it was sent.
        let turnCount = rest.dropFirst().count { $0.beginsTurn && !$0.isHole }
        if reply.code == 354, sendsAhead(rest) { return turnCount > Self.turnsAhead }
        return turnCount > 0
    }

    /// True if DATA, the first of these items, may be followed by a whole message in the same turn.
    private func sendsAhead(_ rest: ArraySlice<Item>) -> Bool {
        let turn = rest.dropFirst().prefix { !$0.beginsTurn }
        return turn.first?.command == nil && turn.contains { $0.isDot || $0.isHole }
    }

    /// How many more turns a client may have that has sent a message without waiting for 354.
    private static let turnsAhead = 2

    /// True if a reply here is one that nobody asked for; behind what was smuggled it is that which asked.
    private func isIdle(_ place: Place, _ item: Item?, _ event: Event) -> Bool {
        item == nil && place.mode == .command && !isBehindSmuggled(event)
    }

    /// Where the server goes on without a reply.
    private func silentMoves(from place: Place, _ item: Item?) -> [Place] {
        guard let item else { return [] }
        switch (place.mode, item.content) {
        case (.command, .hole): return [place.next(.command)]
        case (.command, _): return item.mayBeContent ? [place.next(.command)] : []
        case (.goAhead, .hole): return [place.next(.goAhead), place.next(.text)]
        case (.goAhead, .dot(isOdd: false)), (.text, .dot(isOdd: false)): return []
        case (.goAhead, _): return [place.next(.text)]
        case (.text, .hole): return [place.next(.text)]
        // Nobody speaks while a message is sent.
        case (.text, _): return item.beginsTurn ? [] : [place.next(.text)]
        case (.answer, .hole): return [place.next(.answer)]
        case (.answer, _), (.owed, _): return []
        case (.tls, _): return [place.next(.tls)]
        }
    }

    /// Where the server goes on with this reply, or with any if it was lost.
    private func replyMoves(from place: Place, _ item: Item?, upTo event: Event) -> [Move] {
        let reply = event.reply
        func moves(_ passing: Passing?, _ places: [Place]) -> [Move] {
            places.map { Move(to: $0, passing: passing, takesEvent: reply != nil) }
        }
        switch place.mode {
        case .owed: return isFinal(reply) ? moves(nil, [place]) : []
        case .tls: return []
        case .command, .goAhead, .text, .answer: break
        }
        guard let item else { return [] }
        switch (place.mode, item.content) {
        case (.command, .hole) where item.fitsOnlyData && reply?.code == 354:
            return moves(.answered, [place.next(.goAhead)])
        case (.command, .hole): return moves(.answered, modes(behindHole: reply).map(place.turned))
        case (.command, .words(let isRun)):
            guard reply?.isNegative ?? true else { return [] }
            return moves(.answered, [place.next(.command)] + (isRun ? [place] : []))
        case (.command, .dot):
            return reply?.isNegative ?? true ? moves(.answered, [place.next(.command)]) : []
        case (.command, .command(let command)):
            guard reply.map(command.canTake) ?? true else { return [] }
            return moves(.answered, modes(behind: command, upTo: event).map(place.next))
        case (.goAhead, .hole), (.text, .hole):
            return isFinal(reply) ? moves(.answered, [place.turned(.command)]) : []
        case (.goAhead, .dot), (.text, .dot):
            return isFinal(reply) ? moves(.ended, [place.next(behindMessage(event))]) : []
        case (.goAhead, _), (.text, _): return []
        case (.answer, .hole): return moves(.answered, modes(behindLogin: reply).map(place.turned))
        case (.answer, _): return moves(.content, modes(behindLogin: reply).map(place.next))
        case (.owed, _), (.tls, _): return []
        }
    }

    private func behindMessage(_ event: Event) -> Mode {
        mayOweReplies(at: event) ? .owed : .command
    }

    private func isFinal(_ reply: SMTPReply?) -> Bool {
        reply.map { $0.isPositive || $0.isNegative } ?? true
    }

    private func modes(behindHole reply: SMTPReply?) -> [Mode] {
        switch reply?.code {
        case nil: [.command, .goAhead, .text, .answer, .tls]
        case 354: [.goAhead]
        case 334: [.answer]
        case 220: [.command, .tls]
        default: [.command]
        }
    }

    private func modes(behindLogin reply: SMTPReply?) -> [Mode] {
        guard let reply else { return [.answer, .command] }
        if reply.code == 334 { return [.answer] }
        return reply.code == 235 || reply.isNegative ? [.command] : []
    }

    private func modes(behind command: PendingCommand, upTo event: Event) -> [Mode] {
        let reply = event.reply
        switch command.kind {
        case .data:
            guard let reply else { return [.goAhead, .command] }
            return reply.code == 354 ? [.goAhead] : [.command]
        case .login, .loginAnswer: return modes(behindLogin: reply)
        case .startTLS: return reply?.isNegative == true ? [.command] : [.command, .tls]
        case .endOfData: return [behindMessage(event)]
        case .chunk(let size): return [size.isLast ? behindMessage(event) : .command]
        case .greeting, .hello, .mail, .send, .recipient, .invalidChunk, .reset, .quit,
            .proxiedClient, .other:
            return [.command]
        }
    }

    // MARK: Sets of places

    /// The places at which `event` may be taken, reached from `places` without it.
    func reached(before event: Event, from places: PlaceSet) -> PlaceSet {
        var reached = places
        var fresh = reached.all
        while let place = fresh.popLast() {
            for move in moves(from: place, upTo: event)
            where !move.takesEvent && reached.insert(move.to) { fresh.append(move.to) }
        }
        return reached
    }

    /// The places that are possible behind `event`.
    func successors(of event: Event, reached: PlaceSet) -> PlaceSet {
        var places = PlaceSet()
        for place in reached.all {
            for move in moves(from: place, upTo: event) where move.takesEvent {
                places.insert(move.to)
            }
        }
        return places
    }

    /// Of the places `reached` at which `event` may be taken, those from which one of `goals` can be reached.
    func alive(in reached: PlaceSet, before event: Event, towards goals: PlaceSet) -> PlaceSet {
        var alive = PlaceSet()
        // Moves are looked for once: each takes memory for a while.
        let reached = reached.all.reversed().map {
            (place: $0, moves: moves(from: $0, upTo: event))
        }
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for (place, moves) in reached where !alive.contains(place) {
                let leads = moves.contains { move in
                    (move.takesEvent ? goals : alive).contains(move.to)
                }
                if leads { isGrowing = alive.insert(place) || isGrowing }
            }
        }
        return alive
    }
}
