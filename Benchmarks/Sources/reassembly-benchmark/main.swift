import Stopwatch
import TapFlow
import TapObserve
import TapTesting
import TapWire

/// Counts octets and wants them all, or none.
struct Counter: StreamReceiver {
    var octets = 0
    var interest = StreamInterest.wanted

    mutating func receive(
        _ event: borrowing StreamEvent,
        of flow: borrowing Flow,
        at moment: Moment
    ) -> StreamInterest {
        if case .bytes(let bytes, _) = copy event { octets += bytes.count }
        return interest
    }
}

/// Frames of `flowCount` connections in turn, each with `segmentCount` segments of `size` octets from `b`.
func frames(flowCount: Int, segmentCount: Int, size: Int) -> [OwnedFrame] {
    var conversations = (0..<flowCount).map { number in
        var settings = TCPConversation.Settings()
        settings.a.port = UInt16(1_024 + number % 60_000)
        settings.a.address = IPAddress(v4: UInt32(0x0A00_0000 + number / 60_000))
        settings.acknowledgesAtOnce = false
        return TCPConversation(settings)
    }
    let payload = [UInt8](repeating: 65, count: size)
    for number in conversations.indices { conversations[number].open() }
    for index in 0..<segmentCount {
        for number in conversations.indices {
            conversations[number].sendSegment(payload, from: .b)
            if index.isMultiple(of: 2) { conversations[number].acknowledge(from: .a) }
        }
    }
    let handshakes = conversations.flatMap { $0.frames.prefix(3) }
    let rest = conversations.map { Array($0.frames.dropFirst(3)) }
    let turns = (0..<(rest.first?.count ?? 0)).flatMap { turn in rest.map { $0[turn] } }
    return (handshakes + turns).enumerated().map { index, frame in
        var frame = frame
        frame.metadata.sequence = UInt64(index)
        frame.metadata.arrival = Timestamp(nanoseconds: Int64(index) * 1_000)
        return frame
    }
}

/// These frames behind a SYN that nobody answers: a tap at the edge hardly ever sees a second without one.
func besideAttempt(_ frames: [OwnedFrame]) -> [OwnedFrame] {
    var settings = TCPConversation.Settings()
    settings.a.port = 1_023
    settings.start = Timestamp(nanoseconds: 0)
    var attempt = TCPConversation(settings)
    attempt.emit(from: .a, flags: .syn)
    return attempt.frames + frames
}

func reassemble(_ frames: [OwnedFrame], _ interest: StreamInterest = .wanted) -> Int {
    var reassembler = StreamReassembler()
    var counter = Counter()
    counter.interest = interest
    for frame in frames { reassembler.process(frame.frame, into: &counter) }
    return counter.octets
}

for (size, name) in [(26, "80"), (1_460, "1514")] {
    let few = frames(flowCount: 10, segmentCount: 10_000, size: size)
    measure("decode, \(name) octets", count: few.count) {
        few.reduce(into: 0) { sum, frame in
            if case .segment(let segment)? = try? Packet(decoding: frame.frame) {
                sum += segment.payload.count
            }
        }
    }
    measure("decode and reassemble, 10 flows, \(name)", count: few.count) { reassemble(few) }
    let attempted = besideAttempt(few)
    measure("the same beside an attempt, \(name)", count: few.count) { reassemble(attempted) }
    measure("the same, nobody wants them, \(name)", count: few.count) { reassemble(few, .unwanted) }
    let many = frames(flowCount: 20_000, segmentCount: 5, size: size)
    measure("decode and reassemble, 20,000 flows, \(name)", count: many.count) { reassemble(many) }
}
