import TapWire

/// Opening connections, and making room for them.
extension StreamReassembler {
    /// Opens a connection, if the segment is one that can.
    mutating func open(
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
        let slot = table.insert(connection)
        if let attempt, !attempt.octets.isEmpty {
            let number =
                isFromFirst == attempt.isFromFirst
                ? header.sequenceNumber : header.acknowledgmentNumber
            let count = attempt.takenByteCount(upTo: number)
            table.change(slot, in: &context) { connection, context in
                connection.takeOpening(
                    attempt.octets.span.extracting(first: count),
                    in: &context,
                    into: &receiver
                )
            }
        }
        return slot
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
            attempt.isEnd(header.sequenceNumber)
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
    /// Sets where both streams begin, as far as the handshake tells.
    fileprivate mutating func begin(with header: TCPHeader, attempt: Attempt?, isSYN: Bool) {
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

    /// Takes octets that came with the SYN: who was called has taken them before the handshake was over, as only from one
    /// who has spoken with it before (RFC 7413 section 3).
    fileprivate mutating func takeOpening(
        _ bytes: Span<UInt8>,
        in context: inout StreamContext,
        into receiver: inout some StreamReceiver & ~Copyable
    ) {
        guard !bytes.isEmpty else { return }
        isConfirmed = true
        announce(in: &context, into: &receiver)
        if isWanted { handOn(bytes, from: .a, in: &context, into: &receiver) }
    }
}
