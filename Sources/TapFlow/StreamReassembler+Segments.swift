import TapWire

// How a segment finds its connection, or makes one; where several have the same ends in different VLANs, that counts
// as its connection which owns it:
//
// | segment            | no connection                    | open                                | lingering              |
// |--------------------|----------------------------------|-------------------------------------|------------------------|
// | SYN                | remembered as an attempt         | the same, unless it is its own SYN  | the same               |
// | SYN/ACK            | opens                            | opens a new one if it answers an    | opens unless it is its |
// |                    |                                  | attempt, else taken                 | own SYN/ACK            |
// | octets             | opens, from an attempt if there  | taken; a new one if they continue   | opens if they are new  |
// |                    | is one, else in midstream        | an attempt                          |                        |
// | ACK, FIN, RST only | forgotten                        | taken                               | forgotten              |

extension StreamReassembler {
    mutating func process(
        _ segment: borrowing TCPSegment,
        ingress: PortIndex,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        context.statistics.segments &+= 1
        let (key, isFromFirst) = FlowKey.of(segment)
        guard let slot = slot(for: segment, key, isFromFirst, ingress: ingress, into: &receiver)
        else { return }
        table.change(slot, in: &context) { connection, context in
            connection.process(segment, isFromFirst, by: ingress, in: &context, into: &receiver)
        }
        while context.heldOctets > limits.maximumBufferedOctets, let holder = table.firstHolding {
            release(holder, into: &receiver)
        }
        while usedOctets > limits.maximumOctets, let first = table.firstToMakeRoom() {
            end(first, .evicted, into: &receiver)
        }
        while table.count(waitingFor: .unconfirmed) > limits.maximumUnconfirmedFlows,
            let first = table.first(waitingFor: .unconfirmed)
        {
            end(first, .evicted, into: &receiver)
        }
    }

    /// What everything together takes.
    private var usedOctets: Int {
        let wanted = table.wantedCount
        return wanted &* limits.octetsPerWantedFlow
            &+ (table.count &- wanted) &* limits.octetsPerUnwantedFlow &+ context.heldOctets
            &+ context.historyOctets &+ fragments.octets
    }

    /// Gives up the holes of a connection, because all together hold too much.
    private mutating func release(_ slot: Int, into receiver: inout some StreamReceiver & ~Copyable)
    {
        table.change(slot, in: &context) { $0.skipAllHoles(in: &$1, into: &receiver) }
    }

    /// Gives up what one side of a connection has and the tap has waited for long enough.
    mutating func giveUpMissing(
        _ slot: Int,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        table.change(slot, in: &context) { connection, context in
            connection.giveUpMissing(in: &context, into: &receiver)
            connection.tellEnds(in: &context, into: &receiver)
        }
    }

    /// Closes a connection and frees its slot.
    mutating func end(
        _ slot: Int,
        _ reason: CloseReason,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        table.change(slot, in: &context) { $0.close(reason, in: &$1, into: &receiver) }
        table.remove(slot)
    }

    /// The connection that takes the segment; nil if the segment makes none.
    private mutating func slot(
        for segment: borrowing TCPSegment,
        _ key: FlowKey,
        _ isFromFirst: Bool,
        ingress: PortIndex,
        into receiver: inout some StreamReceiver & ~Copyable
    ) -> Int? {
        var known = table.slot(of: key)
        if let slot = known,
            !table.connections[slot].isKnown(in: segment.encapsulation.vlans.word)
        {
            known = owner(of: segment, key, isFromFirst)
        }
        let flags = segment.header.flags
        if flags.contains(.syn), !flags.contains(.ack) {
            if let known, isOwnSYN(segment, isFromFirst, of: known) { return known }
            remember(segment, key, isFromFirst, ingress: ingress)
            return nil
        }
        if let known {
            let isOpen = table.connections[known].stage == .open
            if isOpen, !flags.contains(.syn), !wasSilent(known),
                attempts.isEmpty || goesOn(segment, isFromFirst, in: known)
            {
                return known
            }
            guard isBeginning(segment, key, isFromFirst, insteadOf: known) else {
                return isOpen ? known : nil
            }
            end(known, .replaced, into: &receiver)
        }
        return open(segment, key, isFromFirst, ingress: ingress, into: &receiver)
    }

    /// The connection that a segment belongs to in a VLAN in which none of the first one with these ends was seen.
    @inline(never)
    private mutating func owner(
        of segment: borrowing TCPSegment,
        _ key: FlowKey,
        _ isFromFirst: Bool
    ) -> Int? {
        let place = SegmentPlace(segment, isFromFirst: isFromFirst)
        guard let slot = table.slot(of: key, owning: place) else { return nil }
        if !table.connections[slot].isKnown(in: place.vlans) {
            table.connections[slot].otherVLANs = place.vlans
        }
        return slot
    }

    // Mutating, as the next one is, only because the compiler copies all of a reassembler to lend it.
    private mutating func isOwnSYN(
        _ segment: borrowing TCPSegment,
        _ isFromFirst: Bool,
        of slot: Int
    )
        -> Bool
    {
        let side = table.connections[slot].side(isFromFirst: isFromFirst)
        return table.connections[slot].began(side, at: segment.header.sequenceNumber)
    }

    private mutating func remember(
        _ segment: borrowing TCPSegment,
        _ key: FlowKey,
        _ isFromFirst: Bool,
        ingress: PortIndex
    ) {
        let header = segment.header
        if let earlier = attempts[key], earlier.isFromFirst == isFromFirst,
            earlier.number == header.sequenceNumber
        {
            return
        }
        let attempt = Attempt(
            isFromFirst: isFromFirst,
            number: header.sequenceNumber,
            windowScale: header.windowScale,
            moment: context.moment,
            encapsulation: segment.encapsulation,
            ingress: ingress
        )
        attempts.insert(attempt, for: key)
    }

    /// True for a segment that brings nothing, or just what is expected next: it begins no other connection.
    @inline(__always)
    private mutating func goesOn(
        _ segment: borrowing TCPSegment,
        _ isFromFirst: Bool,
        in slot: Int
    ) -> Bool {
        guard segment.payload.count > 0 else { return true }
        let index = Int(table.connections[slot].side(isFromFirst: isFromFirst).rawValue)
        return table.connections[slot].halves[index].isNext(segment.firstNumber)
    }

    /// True if the segment belongs to a new connection with the endpoints of the one in `slot`.
    private mutating func isBeginning(
        _ segment: borrowing TCPSegment,
        _ key: FlowKey,
        _ isFromFirst: Bool,
        insteadOf slot: Int
    ) -> Bool {
        let header = segment.header
        let attempt = attempts[key]
        if header.flags.contains(.syn) {
            if isOwnSYN(segment, isFromFirst, of: slot) { return false }
            let isAnswer =
                attempt.map { $0.isAnswered(by: header, isFromFirst: isFromFirst) } ?? false
            return isAnswer || table.connections[slot].stage == .lingering
        }
        if let attempt, attempt.isFromFirst == isFromFirst,
            attempt.number &+ 1 == header.sequenceNumber
        {
            let side = table.connections[slot].side(isFromFirst: isFromFirst)
            return segment.payload.count > 0
                && !table.connections[slot].began(side, at: attempt.number)
        }
        guard table.connections[slot].stage == .lingering else {
            return isForeign(segment, isFromFirst, to: slot)
        }
        return table.connections[slot].isNews(
            segment,
            from: table.connections[slot].side(isFromFirst: isFromFirst)
        )
    }

    /// True for octets behind a long silence that continue nothing: those of another connection, whose handshake was not seen.
    private mutating func isForeign(
        _ segment: borrowing TCPSegment,
        _ isFromFirst: Bool,
        to slot: Int
    ) -> Bool {
        segment.payload.count > 0 && wasSilent(slot)
            && !table.connections[slot].fits(SegmentPlace(segment, isFromFirst: isFromFirst))
    }

    /// True if the connection was silent for so long that another may have taken its place unseen.
    private mutating func wasSilent(_ slot: Int) -> Bool {
        let last = table.connections[slot].lastActive
        return context.moment.time.nanoseconds &- last.nanoseconds > timeouts.unwanted
    }

    /// Opens a connection, if the segment is one that can.
    private mutating func open(
        _ segment: borrowing TCPSegment,
        _ key: FlowKey,
        _ isFromFirst: Bool,
        ingress: PortIndex,
        into receiver: inout some StreamReceiver & ~Copyable
    ) -> Int? {
        let header = segment.header
        let isSYN = header.flags.contains(.syn)
        let attempt = attempts[key].flatMap {
            $0.isContinued(by: header, isFromFirst: isFromFirst) ? $0 : nil
        }
        guard isSYN || segment.payload.count &+ segment.missingByteCount > 0 else {
            follow(attempt, with: header, key, isFromFirst)
            return nil
        }
        let isLate = attempt?.isJoinedLate(by: header, isFromFirst: isFromFirst) ?? !isSYN
        let opened = attempt?.moment ?? context.moment
        let encapsulation = attempt?.encapsulation ?? segment.encapsulation
        let isFirstA = attempt?.isFromFirst ?? isFirstCaller(segment, key, isFromFirst)
        var flow = Flow(
            id: key.flowID(openedAt: opened.time, in: encapsulation),
            a: isFirstA ? key.first : key.second,
            b: isFirstA ? key.second : key.first,
            vlans: encapsulation.vlans.identifiers,
            tunnel: Flow.Tunnel(encapsulation),
            opened: opened.time,
            firstSequence: opened.sequence,
            isMidstream: isLate,
            isAnswerSeen: isSYN
        )
        flow.ingressA = attempt?.ingress
        var connection = Connection(
            tunnels: key.tunnels,
            vlans: encapsulation.vlans,
            isFirstA: isFirstA,
            flow: flow
        )
        connection.otherVLANs = segment.encapsulation.vlans.word
        connection.halves[0].overlapPolicy = limits.overlaps.policy(of: flow.b.address)
        connection.halves[1].overlapPolicy = limits.overlaps.policy(of: flow.a.address)
        connection.begin(with: header, attempt: attempt, isSYN: isSYN)
        attempts.remove(key)
        makeRoom(into: &receiver)
        return table.insert(connection)
    }

    /// A segment without octets cannot open a connection, but may tell what became of an attempt.
    private mutating func follow(
        _ attempt: Attempt?,
        with header: TCPHeader,
        _ key: FlowKey,
        _ isFromFirst: Bool
    ) {
        guard let attempt else { return }
        if header.flags.contains(.rst) {
            attempts.remove(key)
        } else if attempt.isFromFirst == isFromFirst, header.flags.contains(.ack),
            header.sequenceNumber == attempt.number &+ 1
        {
            attempts.noteExpected(header.acknowledgmentNumber, for: key)
        }
    }

    /// Whether the first end of the key called, for connections of which no SYN was seen.
    private func isFirstCaller(_ segment: borrowing TCPSegment, _ key: FlowKey, _ isFromFirst: Bool)
        -> Bool
    {
        guard !segment.header.flags.contains(.syn) else { return !isFromFirst }
        let isFirstService = limits.servicePorts.contains(key.first.port)
        let isSecondService = limits.servicePorts.contains(key.second.port)
        guard isFirstService == isSecondService else { return isSecondService }
        return key.first.port >= key.second.port
    }

    private mutating func makeRoom(into receiver: inout some StreamReceiver & ~Copyable) {
        while table.count >= max(1, limits.maximumFlows), let first = table.firstToMakeRoom() {
            end(first, .evicted, into: &receiver)
        }
    }
}

extension Connection {
    /// Takes the next segment, which came in by `ingress`.
    fileprivate mutating func process(
        _ segment: borrowing TCPSegment,
        _ isFromFirst: Bool,
        by ingress: PortIndex,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        let side = side(isFromFirst: isFromFirst)
        switch side {
        case .a where flow.ingressA == nil: flow.ingressA = ingress
        case .b where flow.ingressB == nil: flow.ingressB = ingress
        case .a, .b: break
        }
        look(at: segment, from: side, by: ingress, in: &context)
        receive(segment, from: side, in: &context, into: &receiver)
    }
}

extension Attempt {
    /// True for the SYN/ACK that answers the attempt.
    func isAnswered(by header: TCPHeader, isFromFirst: Bool) -> Bool {
        isFromFirst != self.isFromFirst && header.flags.isSuperset(of: [.syn, .ack])
            && header.acknowledgmentNumber &- number &- 1 <= 65_535
    }

    /// True for segments that belong to the connection that the attempt began.
    func isContinued(by header: TCPHeader, isFromFirst: Bool) -> Bool {
        guard isFromFirst == self.isFromFirst else {
            return header.flags.contains(.ack)
                && header.acknowledgmentNumber &- number &- 1 <= 1 << 20
        }
        return !header.flags.contains(.syn) && header.sequenceNumber &- number &- 1 <= 1 << 20
    }

    /// True if the other side may have spoken before this segment, the first with octets behind the SYN: nothing tells
    /// where its stream began.
    func isJoinedLate(by header: TCPHeader, isFromFirst: Bool) -> Bool {
        guard expected == nil, !header.flags.contains(.syn) else { return false }
        return isFromFirst == self.isFromFirst || header.acknowledgmentNumber != number &+ 1
    }
}

extension Connection {
    /// Sets where both streams begin, as far as the handshake tells.
    mutating func begin(with header: TCPHeader, attempt: Attempt?, isSYN: Bool) {
        if let attempt {
            begin(.a, after: attempt.number, windowScale: attempt.windowScale)
            if let expected = attempt.expected {
                begin(.b, at: expected)
                isConfirmed = true
            }
        }
        guard isSYN else {
            isConfirmed = true
            return
        }
        begin(.b, after: header.sequenceNumber, windowScale: header.windowScale)
        // The SYN may still come.
        if attempt == nil { begin(.a, after: header.acknowledgmentNumber &- 1, windowScale: nil) }
    }
}
