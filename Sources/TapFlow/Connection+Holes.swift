import TapWire

extension Connection {
    /// Notes that the other side has everything of `side` before `number`.
    ///
    /// - Returns: The place of `number` in the stream of `side`.
    mutating func acknowledge(
        _ side: Side,
        number: UInt32,
        isFollowed: Bool,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) -> Int64 {
        let index = Int(side.rawValue)
        guard halves[index].isKnown else {
            halves[index].begin(at: number)
            return halves[index].next
        }
        let offset = halves[index].offset(of: number)
        if offset > halves[index].acknowledged {
            halves[index].acknowledged = offset
            halves[index].forgetAcknowledged()
        }
        if isFollowed { halves[index].answered = max(halves[index].answered, offset) }
        awaitMissing(of: side, in: &context, into: &receiver)
        return offset
    }

    /// Waits a little for what the other side has of `side`.
    ///
    /// Each direction keeps its order: where octets behind a hole were seen it is not waited for, nor where no frame of
    /// that side is ever seen.
    mutating func awaitMissing(
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        guard halves[index].missingEnd != nil else { return }
        guard isSeen(side), halves[index].held.isEmpty else {
            return giveUpMissing(in: &context, into: &receiver)
        }
        if missingSince == nil { missingSince = context.moment.time }
    }

    /// Gives up what either side has of the other and the tap will not see any more, and hands on what waited for it.
    mutating func giveUpMissing(
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        missingSince = nil
        repeat {
            handOnHeld(in: &context, into: &receiver)
        } while isWanted && skipNextMissing(in: &context, into: &receiver)
    }

    /// Gives up what is missing before anything else can be handed on; false if nothing is.
    private mutating func skipNextMissing(
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) -> Bool {
        for side in [Side.a, .b] {
            let index = Int(side.rawValue)
            guard let first = halves[index].held.first, first.offset <= halves[index].next else {
                continue
            }
            // It is due, and waits for the other direction.
            let other = Int(side.opposite.rawValue)
            let end = min(first.seen, halves[other].held.first?.offset ?? .max)
            // Two that wait for each other are no honest ones.
            if end <= halves[other].next { halves[index].releaseFirstHeld() }
            skip(to: end, of: side.opposite, in: &context, into: &receiver)
            return true
        }
        for side in [Side.a, .b] {
            guard let end = halves[Int(side.rawValue)].missingEnd else { continue }
            skip(to: end, of: side, in: &context, into: &receiver)
            return true
        }
        return false
    }

    /// Gives up what the other side has of `side` behind the last octet that was seen.
    mutating func skipTail(
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        let end = min(halves[index].acknowledged, halves[index].finOffset ?? .max)
        skip(to: end, of: side, in: &context, into: &receiver)
    }

    /// Gives up what is missing of `side` before `offset`, and tells of the gap.
    mutating func skip(
        to offset: Int64,
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        guard offset > halves[index].next else { return }
        let byteCount = Int(offset &- halves[index].next)
        halves[index].advance(by: byteCount)
        halves[index].forgetHistory()
        context.statistics.gaps &+= 1
        context.statistics.gapOctets &+= UInt64(byteCount)
        tell(.gap(byteCount: byteCount, from: side), in: &context, into: &receiver)
    }

    /// Gives up every hole of the connection: what waits must make room.
    mutating func skipAllHoles(
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        giveUpMissing(in: &context, into: &receiver)
        for side in [Side.a, .b] {
            while isWanted, !halves[Int(side.rawValue)].held.isEmpty {
                context.statistics.forcedGaps &+= 1
                skipFirstHole(of: side, in: &context, into: &receiver)
            }
        }
        tellEnds(in: &context, into: &receiver)
    }

    /// Gives up the hole before the first octets of `side` that wait, and hands them on.
    mutating func skipFirstHole(
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        guard let first = halves[index].held.first else { return }
        halves[index].releaseFirstHeld()
        skip(to: first.offset, of: side, in: &context, into: &receiver)
        handOnHeld(in: &context, into: &receiver)
    }

    /// Hands on what waited on either side and is due now.
    mutating func handOnHeld(
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        // What one side said may be what the other one waits for.
        while handOnHeld(of: .a, in: &context, into: &receiver)
            || handOnHeld(of: .b, in: &context, into: &receiver)
        {}
        if halves[0].missingEnd == nil, halves[1].missingEnd == nil { missingSince = nil }
    }

    /// Hands on what waited of `side` and is due now; false if nothing was.
    @inline(__always)
    @discardableResult
    mutating func handOnHeld(
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) -> Bool {
        !halves[Int(side.rawValue)].held.isEmpty
            && handOnDue(of: side, in: &context, into: &receiver)
    }

    private mutating func handOnDue(
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) -> Bool {
        let index = Int(side.rawValue)
        var isAnythingDue = false
        while isWanted, let first = halves[index].held.first, first.offset <= halves[index].next,
            hasCome(to: first.seen, of: side.opposite)
        {
            let piece = halves[index].takeFirstHeld()
            isAnythingDue = true
            if piece.lostByteCount > 0 {
                skip(to: piece.end, of: side, in: &context, into: &receiver)
            } else {
                handOn(piece.bytes.span, from: side, in: &context, into: &receiver)
            }
        }
        return isAnythingDue
    }
}
