import TapWire

extension Connection {
    /// Takes the octets of a segment, whose sender had `seen` so much of the other direction, and the hole that the capture
    /// left at its end.
    mutating func take(
        _ segment: borrowing TCPSegment,
        _ seen: Int64,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        let offset = halves[index].offset(of: segment.firstNumber)
        guard isPlausible(offset, of: side, in: &context, into: &receiver) else { return }
        // Nothing can stand behind a FIN.
        let room = max(0, (halves[index].finOffset ?? .max) &- offset)
        let bytes = segment.payload.extracting(
            first: Int(clamping: min(room, Int64(segment.payload.count)))
        )
        take(
            bytes,
            at: offset,
            seen,
            segment.hopLimit,
            from: side,
            in: &context,
            into: &receiver
        )
        guard segment.missingByteCount > 0 else { return }
        let lost = Int(clamping: min(room &- Int64(bytes.count), Int64(segment.missingByteCount)))
        guard lost > 0, isWanted else { return }
        takeLoss(
            of: lost,
            at: offset &+ Int64(bytes.count),
            seen,
            from: side,
            in: &context,
            into: &receiver
        )
    }

    /// False for octets so far ahead that they cannot belong to the stream.
    ///
    /// When more and more of them come the tap has missed something, unless they stand behind a FIN.
    @inline(__always)
    private mutating func isPlausible(
        _ offset: Int64,
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) -> Bool {
        let index = Int(side.rawValue)
        let window = halves[Int(side.opposite.rawValue)].receiveWindow(
            isMidstream: flow.isMidstream
        )
        let slack = Int64(context.limits.maximumBufferedOctetsPerDirection)
        guard offset > halves[index].next,
            offset > halves[index].farthest &+ window &+ slack
        else {
            halves[index].strayCount = 0
            return true
        }
        return isBelieved(offset, of: side, in: &context, into: &receiver)
    }

    /// Counts octets that are too far ahead; true once there are so many that the tap has missed something.
    private mutating func isBelieved(
        _ offset: Int64,
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) -> Bool {
        let index = Int(side.rawValue)
        halves[index].strayCount = min(
            halves[index].strayCount &+ 1,
            HalfStream.maximumStrays
        )
        guard halves[index].finOffset == nil,
            halves[index].strayCount >= HalfStream.maximumStrays
        else {
            context.statistics.outOfWindow &+= 1
            return false
        }
        halves[index].strayCount = 0
        skipAllHoles(in: &context, into: &receiver)
        guard isWanted else { return false }
        skip(to: offset, of: side, in: &context, into: &receiver)
        return isWanted
    }

    @inline(__always)
    private mutating func take(
        _ bytes: Span<UInt8>,
        at offset: Int64,
        _ seen: Int64,
        _ hopLimit: UInt8,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        if offset != halves[index].next || !halves[index].held.isEmpty {
            if side == .a { countCut(bytes.count, at: offset) }
            compare(bytes, at: offset, hopLimit, from: side, in: &context, into: &receiver)
            if isWanted { halves[index].makeWay(for: bytes.count, at: offset) }
        }
        let end = offset &+ Int64(bytes.count)
        while isWanted, halves[index].next < end {
            let start = max(offset, halves[index].next)
            let rest = bytes.extracting(droppingFirst: Int(start &- offset))
            let due = min(end, halves[index].held.first?.offset ?? .max) &- start
            guard start == halves[index].next, due > 0, hasCome(to: seen, of: side.opposite) else {
                hold(
                    rest,
                    lostByteCount: 0,
                    at: start,
                    seen,
                    from: side,
                    in: &context,
                    into: &receiver
                )
                return
            }
            handOn(rest.extracting(first: Int(due)), from: side, in: &context, into: &receiver)
            handOnHeld(of: side, in: &context, into: &receiver)
        }
    }

    /// Octets that the capture cut off: a hole of known size.
    private mutating func takeLoss(
        of byteCount: Int,
        at offset: Int64,
        _ seen: Int64,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        let end = offset &+ Int64(byteCount)
        let start = max(offset, halves[index].next)
        guard start < end else { return }
        hold(
            Span(),
            lostByteCount: Int(end &- start),
            at: start,
            seen,
            from: side,
            in: &context,
            into: &receiver
        )
        handOnHeld(of: side, in: &context, into: &receiver)
    }

    private mutating func hold(
        _ bytes: Span<UInt8>,
        lostByteCount: Int,
        at offset: Int64,
        _ seen: Int64,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        halves[index].hold(bytes, lostByteCount: lostByteCount, at: offset, seen: seen)
        awaitMissing(of: side, in: &context, into: &receiver)
        while isWanted,
            halves[index].heldOctets > context.limits.maximumBufferedOctetsPerDirection
                || halves[index].held.count > context.limits.maximumBufferedSegmentsPerDirection
        {
            guard missingSince == nil else {
                giveUpMissing(in: &context, into: &receiver)
                continue
            }
            context.statistics.forcedGaps &+= 1
            skipFirstHole(of: side, in: &context, into: &receiver)
        }
    }

    /// Compares octets with those that came first for the same places.
    private mutating func compare(
        _ bytes: Span<UInt8>,
        at offset: Int64,
        _ hopLimit: UInt8,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        let old = min(Int64(bytes.count), max(0, halves[index].next &- offset))
        context.statistics.repeatedOctets &+= UInt64(old)
        guard
            var conflict = halves[index].conflict(with: bytes, at: offset, in: context.storage)
        else { return }
        conflict.hasOddHopLimit = hopLimit != halves[index].hopLimit
        context.statistics.conflictingOctets &+= UInt64(conflict.byteCount)
        tell(.conflict(conflict, from: side), in: &context, into: &receiver)
    }

    /// Hands on octets that are due, which begin where the stream of `side` ended.
    mutating func handOn(
        _ bytes: Span<UInt8>,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        guard !bytes.isEmpty else { return }
        let index = Int(side.rawValue)
        halves[index].advance(by: bytes.count)
        halves[index].remember(bytes, limit: context.historyLimit, in: context.storage)
        context.statistics.deliveredOctets &+= UInt64(bytes.count)
        tell(.bytes(bytes, from: side), in: &context, into: &receiver)
    }
}
