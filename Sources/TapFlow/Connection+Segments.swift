import TapWire

extension Connection {
    /// Takes the next segment that `side` sent.
    mutating func receive(
        _ segment: borrowing TCPSegment,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        lastActive = max(lastActive, context.moment.time)
        guard stage == .open else { return }
        let flags = segment.header.flags
        if challenger == side, !flags.contains(.rst) { challenger = nil }
        guard isWanted else {
            return followUnwanted(segment, from: side, in: &context, into: &receiver)
        }
        let index = Int(side.rawValue)
        let byteCount = segment.payload.count &+ segment.missingByteCount
        halves[index].window = segment.header.window
        if let scale = segment.header.windowScale { halves[index].windowScale = scale }
        // Nobody speaks to a caller who has not answered the handshake.
        if flags.isDisjoint(with: [.syn, .rst]), side == .a || byteCount > 0 { isConfirmed = true }
        if isConfirmed || byteCount > 0 { announce(in: &context, into: &receiver) }
        guard isWanted else { return }
        if !halves[index].isKnown { halves[index].begin(at: segment.firstNumber) }
        var seen = Int64.min
        if flags.contains(.ack) {
            let isNews = byteCount > 0 || !flags.isDisjoint(with: [.fin, .rst])
            seen = acknowledge(
                side.opposite,
                number: segment.header.acknowledgmentNumber,
                isFollowed: isNews,
                in: &context,
                into: &receiver
            )
        }
        if byteCount > 0, stage == .open {
            take(segment, seen, from: side, in: &context, into: &receiver)
        }
        if flags.contains(.fin), stage == .open {
            takeFIN(
                at: segment.firstNumber &+ UInt32(truncatingIfNeeded: byteCount),
                seen,
                from: side,
                in: &context
            )
        }
        if missingSince != nil { handOnHeld(in: &context, into: &receiver) }
        if flags.contains(.rst), stage == .open {
            takeRST(at: segment.header.sequenceNumber, seen, from: side, in: &context)
        }
        tellEnds(in: &context, into: &receiver)
    }

    /// Notes a RST if it is one that its receiver must obey.
    private mutating func takeRST(
        at number: UInt32,
        _ seen: Int64,
        from side: Side,
        in context: inout StreamContext
    ) {
        guard isInWindow(number, of: side, in: &context) else { return }
        let index = Int(side.rawValue)
        guard !halves[index].isDue(number) else {
            halves[index].resetSeen = seen
            return
        }
        context.statistics.challengedResets &+= 1
        challenger = side
    }

    /// A flow nobody wants is only followed to its end.
    private mutating func followUnwanted(
        _ segment: borrowing TCPSegment,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        let byteCount = segment.payload.count &+ segment.missingByteCount
        let flags = segment.header.flags
        if !halves[index].isKnown { halves[index].begin(at: segment.firstNumber) }
        let end = halves[index].offset(of: segment.firstNumber) &+ Int64(byteCount)
        halves[index].window = segment.header.window
        let distance = end &- halves[index].next
        if distance > 0, distance <= 1 << 30 { halves[index].advance(by: Int(distance)) }
        guard !flags.isDisjoint(with: [.fin, .rst]) else { return }
        guard
            isInWindow(segment.header.sequenceNumber, of: side, in: &context)
                || flags.contains(.fin)
        else {
            return
        }
        if flags.contains(.fin) { halves[index].hasEnded = true }
        if flags.contains(.rst) {
            close(.reset, in: &context, into: &receiver)
        } else if halves[0].hasEnded, halves[1].hasEnded {
            close(.finished, in: &context, into: &receiver)
        }
    }

    /// True if a FIN or RST with this number is one that its receiver would take.
    func isInWindow(_ number: UInt32, of side: Side, in context: inout StreamContext)
        -> Bool
    {
        let index = Int(side.rawValue)
        let window = halves[Int(side.opposite.rawValue)].receiveWindow(
            isMidstream: flow.isMidstream
        )
        let offset = halves[index].offset(of: number)
        let next = halves[index].next
        let lowest = isWanted ? min(halves[index].acknowledged, next) : next &- 65_536
        let highest = halves[index].farthest &+ window
        guard lowest <= offset, offset <= highest else {
            context.statistics.outOfWindow &+= 1
            return false
        }
        return true
    }
}
