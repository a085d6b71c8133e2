import TapWire

extension Connection {
    /// Notes where the stream of `side` ends, if the FIN lies where one can.
    mutating func takeFIN(
        at number: UInt32,
        _ seen: Int64,
        from side: Side,
        in context: inout StreamContext
    ) {
        let index = Int(side.rawValue)
        let offset = halves[index].offset(of: number)
        guard halves[index].finOffset == nil, offset >= halves[index].next else { return }
        guard isInWindow(number, of: side, in: &context) else { return }
        halves[index].finOffset = offset
        halves[index].finSeen = seen
    }

    /// Tells of directions that have come to their FIN, and closes when both have, or at a RST.
    @inline(__always)
    mutating func tellEnds(
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        guard halves[0].isEnding || halves[1].isEnding, stage == .open else { return }
        tellEndsThatWereReached(in: &context, into: &receiver)
    }

    private mutating func tellEndsThatWereReached(
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        for side in [Side.a, .b] {
            let index = Int(side.rawValue)
            guard let fin = halves[index].finOffset, !halves[index].hasEnded else { continue }
            guard halves[index].next >= fin else { continue }
            guard hasCome(to: halves[index].finSeen, of: side.opposite) else { continue }
            halves[index].hasEnded = true
            halves[index].dropHeld()
            if isWanted { tell(.ended(from: side), in: &context, into: &receiver) }
        }
        if halves[0].hasEnded, halves[1].hasEnded {
            close(.finished, in: &context, into: &receiver)
        } else if isReset(by: .a) || isReset(by: .b) {
            close(.reset, in: &context, into: &receiver)
        }
    }

    /// True if `side` has sent a RST, and everything was told that it had seen before.
    private mutating func isReset(by side: Side) -> Bool {
        guard let seen = halves[Int(side.rawValue)].resetSeen else { return false }
        return hasCome(to: seen, of: side.opposite)
    }

    /// Hands on what still waits, and tells that nothing more comes.
    mutating func close(
        _ reason: CloseReason,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        guard stage == .open else { return }
        if isWanted {
            giveUpMissing(in: &context, into: &receiver)
            for side in [Side.a, .b] { flush(side, in: &context, into: &receiver) }
        }
        stage = .lingering
        for index in halves.indices {
            halves[index].dropHeld()
            halves[index].forgetHistory()
        }
        guard isAnnounced else {
            context.statistics.flowsUnconfirmed &+= 1
            return
        }
        context.statistics.flowsClosed &+= 1
        if reason == .evicted {
            context.statistics.flowsEvicted &+= 1
            if isValued { context.statistics.flowsEvictedValued &+= 1 }
        }
        _ = receiver.receive(.closed(reason), of: flow, at: context.moment)
    }

    private mutating func flush(
        _ side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        while isWanted, !halves[index].held.isEmpty {
            skipFirstHole(of: side, in: &context, into: &receiver)
        }
        guard isWanted else { return }
        skipTail(of: side, in: &context, into: &receiver)
        guard isWanted, !halves[index].hasEnded, let fin = halves[index].finOffset,
            halves[index].next >= fin
        else {
            return
        }
        halves[index].hasEnded = true
        tell(.ended(from: side), in: &context, into: &receiver)
    }

    /// Tells the receiver, and lets go of everything when it wants no more.
    mutating func tell(
        _ event: borrowing StreamEvent,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        announce(in: &context, into: &receiver)
        guard isWanted else { return }
        let interest = receiver.receive(event, of: flow, at: context.moment)
        guard interest != .asBefore else { return }
        isValued = interest == .valued
        guard interest == .unwanted else { return }
        isWanted = false
        for index in halves.indices {
            halves[index].dropHeld()
            halves[index].forgetHistory()
        }
    }

    /// Tells that there is a connection: one that was only asked for and answered is none yet.
    @inline(__always)
    mutating func announce(
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        if !isAnnounced { tellOpened(in: &context, into: &receiver) }
    }

    private mutating func tellOpened(
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        isAnnounced = true
        context.statistics.flowsOpened &+= 1
        if flow.isMidstream { context.statistics.flowsMidstream &+= 1 }
        tell(.opened, in: &context, into: &receiver)
    }
}
