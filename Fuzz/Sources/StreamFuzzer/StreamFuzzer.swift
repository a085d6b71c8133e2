import FuzzSupport
import TapFlow
import TapObserve
import TapTesting
import TapWire

/// Reassembles frames that the input describes, under tight limits, and checks that every flow is told in order.
@main
struct StreamFuzzer: FuzzTarget {
    static func test(_ octets: Span<UInt8>) {
        var limits = FlowLimits()
        limits.maximumFlows = 4
        limits.maximumAttempts = 3
        limits.maximumBufferedOctets = 600
        limits.maximumBufferedOctetsPerDirection = 300
        limits.maximumBufferedSegmentsPerDirection = 4
        limits.maximumHistoryOctets = 300
        limits.maximumHistoryOctetsPerDirection = 60
        limits.maximumFragmentedPackets = 3
        limits.maximumFragmentOctets = 500
        limits.maximumUnconfirmedFlows = 2
        limits.octetsPerWantedFlow = 200
        limits.octetsPerUnwantedFlow = 100
        limits.maximumOctets = 1_500
        var input = FuzzInput(octets)
        let policies = OverlapPolicy.allCases
        let policy = policies[Int(input.octet()) % policies.count]
        limits.overlaps.rules =
            IPNetwork(IPAddress(v4: 2), prefixLength: 32).map { [.init($0, policy)] } ?? []
        var reassembler = StreamReassembler(limits: limits)
        var order = OrderCheck()
        var time: Int64 = 0
        var sequence: UInt64 = 0
        while !input.isEmpty {
            time += Int64(Int8(bitPattern: input.octet())) * 1_000_000_000
            let frame = nextFrame(&input, at: Timestamp(nanoseconds: time), sequence)
            reassembler.process(frame.frame, into: &order)
            precondition(reassembler.flowCount <= 4)
            _ = reassembler.oldestLiveSequence
            sequence += 1
        }
        reassembler.finish(into: &order)
        precondition(reassembler.flowCount == 0 && reassembler.oldestLiveSequence == nil)
        precondition(order.openFlows.isEmpty)
        precondition(reassembler.statistics.flowsOpened == reassembler.statistics.flowsClosed)
    }
}

/// A segment between one of two clients and a server, or a fragment of one, or any octets at all.
func nextFrame(_ input: inout FuzzInput, at time: Timestamp, _ sequence: UInt64) -> OwnedFrame {
    let kind = input.octet()
    if kind & 7 == 7 {
        return OwnedFrame(
            octets: input.octets(upTo: Int(input.octet())),
            arrival: time,
            sequence: sequence
        )
    }
    var ends = [
        Endpoint(address: IPAddress(v4: 1), port: UInt16(input.octet() & 1) + 1_024),
        Endpoint(address: IPAddress(v4: 2), port: 25),
    ]
    if kind & 8 != 0 { ends.reverse() }
    let fields = SegmentFields(
        from: ends[0],
        to: ends[1],
        sequenceNumber: UInt32(truncatingIfNeeded: input.number(octets: kind & 16 != 0 ? 4 : 1))
            &- 100,
        acknowledgmentNumber: UInt32(
            truncatingIfNeeded: input.number(octets: kind & 32 != 0 ? 4 : 1)
        ) &- 100,
        flags: TCPFlags(rawValue: input.octet() & 0x17),
        window: UInt16(input.octet()),
        payload: input.octets(upTo: Int(input.octet() & 127))
    )
    var builder = FrameBuilder()
    guard kind & 7 == 6 else {
        let octets = wrapped(builder.tcp(fields), kind & 7)
        let frame = OwnedFrame(
            octets: octets,
            arrival: time,
            sequence: sequence,
            ingress: PortIndex(rawValue: kind >> 7)
        )
        return kind & 64 == 0 ? frame : frame.cut(to: 54 + Int(input.octet() & 15))
    }
    builder.identification = UInt32(input.octet() & 1)
    let pieces = builder.fragments(
        .tcp,
        from: ends[0].address,
        to: ends[1].address,
        fields.octets,
        size: Int(input.octet() & 63)
    )
    let piece = pieces[Int(input.octet()) % pieces.count]
    return OwnedFrame(octets: piece, arrival: time, sequence: sequence)
}

/// The frame as it is, or in a tunnel: VXLAN, GRE with a key, or a packet in a packet.
func wrapped(_ frame: [UInt8], _ kind: UInt8) -> [UInt8] {
    let builder = FrameBuilder()
    let ends = (IPAddress(v4: 3), IPAddress(v4: 4))
    switch kind {
    case 3:
        let payload = [0x08, 0, 0, 0, 0, 0, 9, 0] + frame
        let length = UInt16(8 + payload.count)
        let header = [0xC0, 0, 0x12, 0xB5, UInt8(length >> 8), UInt8(length & 0xFF), 0, 0]
        return builder.ip(.udp, from: ends.0, to: ends.1, header + payload)
    case 4:
        return builder.ip(
            .gre,
            from: ends.0,
            to: ends.1,
            [0x20, 0, 0x65, 0x58, 0, 0, 9, 0] + frame
        )
    case 5: return builder.ip(.ipv4, from: ends.0, to: ends.1, Array(frame.dropFirst(14)))
    default: return frame
    }
}

/// Checks that a flow is opened once, closed once and last, and that nothing of a side comes behind its end.
struct OrderCheck: StreamReceiver {
    var openFlows: [FlowID: Set<Side>] = [:]

    mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment
    ) -> StreamInterest {
        var interest = StreamInterest.wanted
        switch copy event {
        case .opened:
            precondition(openFlows.updateValue([], forKey: flow.id) == nil)
        case .bytes(let bytes, let side):
            precondition(!bytes.isEmpty && openFlows[flow.id]?.contains(side) == false)
            if bytes[0] == 0xFF { interest = .unwanted }
            if bytes[0] == 0xFE { interest = .valued }
        case .gap(let byteCount, let side):
            precondition((byteCount ?? 1) > 0 && openFlows[flow.id]?.contains(side) == false)
        case .conflict(let conflict, _):
            precondition(conflict.byteCount > 0 && openFlows[flow.id] != nil)
            precondition(conflict.kept.count == conflict.dropped.count)
            precondition((1...OverlapConflict.limit).contains(conflict.kept.count))
        case .ended(let side): precondition(openFlows[flow.id]?.insert(side).inserted == true)
        case .closed: precondition(openFlows.removeValue(forKey: flow.id) != nil)
        }
        return interest
    }
}
