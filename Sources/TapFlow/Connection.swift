import TapWire

/// What a connection needs to know beside its own state to take a segment.
struct StreamContext: ~Copyable {
    /// The frame that is being looked at.
    var moment: Moment
    /// How much may be held.
    let limits: FlowLimits
    /// What became of the octets.
    var statistics = FlowStatistics()
    /// How much memory is taken by what was handed on and is not acknowledged, in all connections.
    var historyOctets = 0

    /// How much of it one direction of a connection may keep; nothing when all together keep too much.
    var historyLimit: Int {
        historyOctets > limits.maximumHistoryOctets ? 0 : limits.maximumHistoryOctetsPerDirection
    }

    init(moment: Moment, limits: FlowLimits) {
        self.moment = moment
        self.limits = limits
    }
}

/// A TCP connection: two streams and how far each has come.
///
/// Theory of operation. A segment is taken in this order, so that what it makes sure of is told before what it brings:
/// 1. Its acknowledgment: a hole in the other direction that it passes was lost by the tap, not by the receiver;
///    the hole becomes a `gap` and what waited behind it is handed on.
/// 2. Its octets: old ones are compared with what came first and dropped, due ones are handed on without a copy,
///    early ones are held behind the hole.
/// 3. Its FIN, which ends the direction when everything before it was handed on.
/// 4. Its RST, if it lies inside the window.
struct Connection: Sendable {
    /// What the connection is doing.
    enum Stage: Sendable {
        /// Segments are taken.
        case open
        /// Closed; kept for a while so that late copies of its frames open no new flow.
        case lingering
    }

    let key: FlowKey
    /// True if side `a` is the first end of the key.
    let isFirstA: Bool
    var flow: Flow
    var stage = Stage.open
    /// False once the receiver said that it wants no more octets.
    var isWanted = true
    /// True once who opened the connection has answered the SYN/ACK, or sent octets.
    var isConfirmed = false
    /// When the last frame arrived.
    var lastActive: Timestamp
    private var halves: InlineArray<2, HalfStream> = [HalfStream(), HalfStream()]

    init(key: FlowKey, isFirstA: Bool, flow: Flow) {
        self.key = key
        self.isFirstA = isFirstA
        self.flow = flow
        lastActive = flow.opened
    }

    subscript(_ side: Side) -> HalfStream {
        get { halves[Int(side.rawValue)] }
        set { halves[Int(side.rawValue)] = newValue }
    }

    /// The side that sent a segment.
    func side(isFromFirst: Bool) -> Side { isFromFirst == isFirstA ? .a : .b }

    /// How many octets wait behind holes.
    var heldOctets: Int { halves[0].heldOctets &+ halves[1].heldOctets }

    /// How much memory is taken by what was handed on and is not acknowledged.
    var historyCapacity: Int { halves[0].history.capacity &+ halves[1].history.capacity }

    /// True if something waits behind a hole.
    var isHolding: Bool { !halves[0].held.isEmpty || !halves[1].held.isEmpty }

    /// True if one side has ended and the other has not.
    var isHalfClosed: Bool { halves[0].hasEnded != halves[1].hasEnded }

    /// True if `number` is that of the SYN of `side`.
    func began(_ side: Side, at number: UInt32) -> Bool {
        halves[Int(side.rawValue)].initialNumber == number
    }

    /// Sets where the stream of `side` begins.
    mutating func begin(_ side: Side, after number: UInt32, windowScale: UInt8?) {
        let index = Int(side.rawValue)
        halves[index].begin(at: number &+ 1)
        halves[index].initialNumber = number
        halves[index].windowScale = windowScale
    }

    /// Sets where the stream of `side` begins, from what the other side expects.
    mutating func begin(_ side: Side, at number: UInt32) {
        halves[Int(side.rawValue)].begin(at: number)
    }

    /// True if a segment brings octets of `side` that were not seen before.
    func isNews(_ segment: borrowing TCPSegment, from side: Side) -> Bool {
        let index = Int(side.rawValue)
        let byteCount = segment.payload.count &+ segment.missingByteCount
        guard byteCount > 0 else { return false }
        guard halves[index].isKnown else { return true }
        return halves[index].offset(of: segment.firstNumber) &+ Int64(byteCount)
            > halves[index].next
    }
}

extension TCPSegment {
    /// The sequence number of the first octet: a SYN takes a number of its own.
    var firstNumber: UInt32 { header.sequenceNumber &+ (header.flags.contains(.syn) ? 1 : 0) }
}

// MARK: - Segments

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
        guard isWanted else {
            return followUnwanted(segment, from: side, in: &context, into: &receiver)
        }
        let index = Int(side.rawValue)
        let flags = segment.header.flags
        let byteCount = segment.payload.count &+ segment.missingByteCount
        halves[index].window = segment.header.window
        if side == .a, !flags.contains(.syn) { isConfirmed = true }
        if !halves[index].isKnown { halves[index].begin(at: segment.firstNumber) }
        if flags.contains(.ack) {
            let isNews = byteCount > 0 || !flags.isDisjoint(with: [.fin, .rst])
            acknowledge(
                side.opposite,
                number: segment.header.acknowledgmentNumber,
                isFollowed: isNews,
                in: &context,
                into: &receiver
            )
        }
        if byteCount > 0, stage == .open {
            take(segment, from: side, in: &context, into: &receiver)
        }
        if flags.contains(.fin), stage == .open {
            takeFIN(
                at: segment.firstNumber &+ UInt32(truncatingIfNeeded: byteCount),
                from: side,
                in: &context
            )
        }
        tellEnds(in: &context, into: &receiver)
        if flags.contains(.rst), stage == .open,
            isInWindow(segment.header.sequenceNumber, of: side, in: &context)
        {
            close(.reset, in: &context, into: &receiver)
        }
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
    private func isInWindow(_ number: UInt32, of side: Side, in context: inout StreamContext)
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

// MARK: - Acknowledgments and holes

extension Connection {
    /// Notes that the other side has everything of `side` before `number`.
    private mutating func acknowledge(
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

    private mutating func skipAcknowledgedHoles(
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
    private mutating func skipTail(
        of side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        let end = min(halves[index].acknowledged, halves[index].finOffset ?? .max)
        skip(to: end, of: side, in: &context, into: &receiver)
    }

    private mutating func skip(
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
        tell(.gap(byteCount: byteCount, from: side), at: context.moment, into: &receiver)
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
    private mutating func handOnHeld(
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

// MARK: - Octets

extension Connection {
    private mutating func take(
        _ segment: borrowing TCPSegment,
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
        take(bytes, at: offset, from: side, in: &context, into: &receiver)
        let lost = Int(clamping: min(room &- Int64(bytes.count), Int64(segment.missingByteCount)))
        guard lost > 0, isWanted else { return }
        takeLoss(
            of: lost,
            at: offset &+ Int64(bytes.count),
            from: side,
            in: &context,
            into: &receiver
        )
    }

    /// False for octets so far ahead that they cannot belong to the stream, unless more and more of them come: then
    /// the tap has missed something.
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
        guard offset > halves[index].farthest &+ window &+ slack else {
            halves[index].strayCount = 0
            return true
        }
        halves[index].strayCount &+= 1
        guard halves[index].strayCount >= HalfStream.maximumStrays else {
            context.statistics.outOfWindow &+= 1
            return false
        }
        halves[index].strayCount = 0
        skipAllHoles(in: &context, into: &receiver)
        skip(to: offset, of: side, in: &context, into: &receiver)
        return isWanted
    }

    private mutating func take(
        _ bytes: Span<UInt8>,
        at offset: Int64,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        if offset != halves[index].next || !halves[index].held.isEmpty {
            compare(bytes, at: offset, from: side, in: &context, into: &receiver)
        }
        let end = offset &+ Int64(bytes.count)
        while isWanted, halves[index].next < end {
            let start = max(offset, halves[index].next)
            let rest = bytes.extracting(droppingFirst: Int(start &- offset))
            guard start == halves[index].next else {
                hold(rest, lostByteCount: 0, at: start, from: side, in: &context, into: &receiver)
                return
            }
            let due = min(end, halves[index].held.first?.offset ?? .max) &- start
            handOn(rest.extracting(first: Int(due)), from: side, in: &context, into: &receiver)
            handOnHeld(of: side, in: &context, into: &receiver)
        }
    }

    /// Octets that the capture cut off: a hole of known size.
    private mutating func takeLoss(
        of byteCount: Int,
        at offset: Int64,
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
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        halves[index].hold(bytes, lostByteCount: lostByteCount, at: offset)
        skipAcknowledgedHoles(of: side, in: &context, into: &receiver)
        while isWanted, let first = halves[index].held.first,
            halves[index].heldOctets > context.limits.maximumBufferedOctetsPerDirection
                || halves[index].held.count > context.limits.maximumBufferedSegmentsPerDirection
        {
            context.statistics.forcedGaps &+= 1
            skip(to: first.offset, of: side, in: &context, into: &receiver)
            handOnHeld(of: side, in: &context, into: &receiver)
        }
    }

    /// Compares octets with those that came first for the same places.
    private mutating func compare(
        _ bytes: Span<UInt8>,
        at offset: Int64,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        let old = min(Int64(bytes.count), max(0, halves[index].next &- offset))
        context.statistics.repeatedOctets &+= UInt64(old)
        let differences =
            halves[index].countDifferences(bytes, at: offset)
            &+ halves[index].countHeldDifferences(bytes, at: offset)
        guard differences > 0 else { return }
        context.statistics.conflictingOctets &+= UInt64(differences)
        tell(.conflict(byteCount: differences, from: side), at: context.moment, into: &receiver)
    }

    private mutating func handOn(
        _ bytes: Span<UInt8>,
        from side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        guard !bytes.isEmpty else { return }
        let index = Int(side.rawValue)
        halves[index].advance(by: bytes.count)
        halves[index].remember(bytes, limit: context.historyLimit)
        context.statistics.deliveredOctets &+= UInt64(bytes.count)
        tell(.bytes(bytes, from: side), at: context.moment, into: &receiver)
    }
}

// MARK: - Ends

extension Connection {
    private mutating func takeFIN(
        at number: UInt32,
        from side: Side,
        in context: inout StreamContext
    ) {
        let index = Int(side.rawValue)
        let offset = halves[index].offset(of: number)
        guard halves[index].finOffset == nil, offset >= halves[index].next else { return }
        guard isInWindow(number, of: side, in: &context) else { return }
        halves[index].finOffset = offset
    }

    /// Tells of directions that have come to their FIN, and closes when both have.
    private mutating func tellEnds(
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        guard stage == .open else { return }
        for side in [Side.a, .b] {
            let index = Int(side.rawValue)
            guard let fin = halves[index].finOffset, !halves[index].hasEnded else { continue }
            guard halves[index].next >= fin else { continue }
            halves[index].hasEnded = true
            halves[index].dropHeld()
            if isWanted { tell(.ended(from: side), at: context.moment, into: &receiver) }
        }
        guard halves[0].hasEnded, halves[1].hasEnded else { return }
        close(.finished, in: &context, into: &receiver)
    }

    /// Hands on what still waits, and tells that nothing more comes.
    mutating func close(
        _ reason: CloseReason,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        guard stage == .open else { return }
        if isWanted {
            for side in [Side.a, .b] { flush(side, in: &context, into: &receiver) }
        }
        stage = .lingering
        for index in halves.indices {
            halves[index].dropHeld()
            halves[index].forgetHistory()
        }
        context.statistics.flowsClosed &+= 1
        if reason == .evicted { context.statistics.flowsEvicted &+= 1 }
        _ = receiver.receive(.closed(reason), of: flow, at: context.moment)
    }

    private mutating func flush(
        _ side: Side,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let index = Int(side.rawValue)
        while isWanted, let first = halves[index].held.first {
            skip(to: first.offset, of: side, in: &context, into: &receiver)
            handOnHeld(of: side, in: &context, into: &receiver)
        }
        guard isWanted else { return }
        skipTail(of: side, in: &context, into: &receiver)
        guard isWanted, !halves[index].hasEnded, let fin = halves[index].finOffset,
            halves[index].next >= fin
        else {
            return
        }
        halves[index].hasEnded = true
        tell(.ended(from: side), at: context.moment, into: &receiver)
    }

    /// Tells the receiver, and lets go of everything when it wants no more.
    private mutating func tell(
        _ event: borrowing StreamEvent,
        at moment: Moment,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        guard receiver.receive(event, of: flow, at: moment) == .unwanted else { return }
        isWanted = false
        for index in halves.indices {
            halves[index].dropHeld()
            halves[index].forgetHistory()
        }
    }

    /// Tells that the connection was seen for the first time.
    mutating func open(
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        context.statistics.flowsOpened &+= 1
        if flow.isMidstream { context.statistics.flowsMidstream &+= 1 }
        tell(.opened, at: context.moment, into: &receiver)
    }
}
