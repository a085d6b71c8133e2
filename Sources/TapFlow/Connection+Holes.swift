import TapWire

extension Connection {
    /// Notes that the other side has everything of `side` before `number`.
    mutating func acknowledge(
        _ side: Side,
        number: UInt32,
        isFollowed: Bool,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        guard halves[index].isKnown else {
            halves[index].begin(at: number)
            return
        }
        let offset = halves[index].offset(of: number)
        if offset > halves[index].acknowledged {
            halves[index].acknowledged = offset
            halves[index].forgetAcknowledged()
        }
        guard halves[index].acknowledged > halves[index].next else { return }
        skipAcknowledgedHoles(of: side, in: &context, into: &receiver)
        // Behind the last octet seen there may be a frame that is only late, as long as nothing answers it.
        guard isFollowed, isWanted else { return }
        skipTail(of: side, in: &context, into: &receiver)
    }

    /// Gives up the holes in front of octets of `side` that the other side has acknowledged.
    mutating func skipAcknowledgedHoles(
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        while isWanted, let first = halves[index].held.first,
            first.offset <= halves[index].acknowledged
        {
            skip(to: first.offset, of: side, in: &context, into: &receiver)
            handOnHeld(of: side, in: &context, into: &receiver)
        }
    }

    /// Gives up what the other side has and the tap will not see any more.
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
        for side in [Side.a, .b] {
            while isWanted, let first = halves[Int(side.rawValue)].held.first {
                context.statistics.forcedGaps &+= 1
                skip(to: first.offset, of: side, in: &context, into: &receiver)
                handOnHeld(of: side, in: &context, into: &receiver)
            }
        }
        tellEnds(in: &context, into: &receiver)
    }

    /// Hands on what waited and is due now.
    mutating func handOnHeld(
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        while isWanted, let first = halves[index].held.first, first.offset <= halves[index].next {
            let piece = halves[index].takeFirstHeld()
            if piece.lostByteCount > 0 {
                skip(to: piece.end, of: side, in: &context, into: &receiver)
            } else {
                handOn(piece.bytes.span, from: side, in: &context, into: &receiver)
            }
        }
    }
}
