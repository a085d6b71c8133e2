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
        var attempt = Attempt(
            isFromFirst: isFromFirst,
            number: header.sequenceNumber,
            windowScale: header.windowScale,
            moment: context.moment,
            encapsulation: segment.encapsulation,
            ingress: ingress
        )
        if !segment.payload.isEmpty { attempt.octets.append(copying: segment.payload) }
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
        return table.connections[slot].expects(segment.firstNumber, isFromFirst: isFromFirst)
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
            attempt.isEnd(header.sequenceNumber)
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
