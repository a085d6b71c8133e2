import TapFlow
import TapTesting
import TapWire
import Testing

@Suite("IP packets in fragments")
struct FragmentTests {
    private let dialogue: TCPConversation = {
        var conversation = TCPConversation()
        conversation.open()
        conversation.sendSegment((0..<3_000).map { UInt8(truncatingIfNeeded: $0 * 7) }, from: .b)
        return conversation
    }()

    /// The frames of a conversation, each in fragments of `size` octets.
    private func fragments(_ frames: [OwnedFrame], size: Int) -> [[OwnedFrame]] {
        frames.enumerated().map { index, frame in
            var builder = FrameBuilder()
            builder.identification = UInt32(index + 1)
            guard case .segment(let segment) = try? Packet(decoding: frame.frame) else { return [] }
            let pieces = builder.fragments(
                .tcp,
                from: segment.source.address,
                to: segment.destination.address,
                Array(frame.octets.dropFirst(segment.source.address.isIPv6 ? 54 : 34)),
                size: size
            )
            return pieces.map {
                OwnedFrame(
                    octets: $0,
                    arrival: frame.metadata.arrival,
                    sequence: frame.metadata.sequence
                )
            }
        }
    }

    private var v6: TCPConversation {
        var settings = TCPConversation.Settings()
        settings.a.address = IPAddress(v6High: 1 << 61, low: 1)
        settings.b.address = IPAddress(v6High: 1 << 61, low: 2)
        var conversation = TCPConversation(settings)
        conversation.open()
        conversation.sendSegment((0..<3_000).map { UInt8(truncatingIfNeeded: $0 * 7) }, from: .b)
        return conversation
    }

    @Test("Fragments of any size in any order give the same stream", arguments: [8, 24, 64, 1_480])
    func order(_ size: Int) {
        var random = SplitMix64(seed: UInt64(size))
        for conversation in [dialogue, v6] {
            let expected = log(of: conversation.frames).allEntries
            for _ in 0..<10 {
                let pieces = fragments(conversation.frames, size: size).flatMap {
                    $0.shuffled(using: &random)
                }
                #expect(log(of: pieces).allEntries == expected)
            }
        }
    }

    @Test("Fragments that come twice are harmless, others for the same place spoil the packet")
    func overlaps() throws {
        let pieces = fragments(dialogue.frames, size: 1_480)
        let expected = log(of: dialogue.frames).allEntries
        #expect(log(of: pieces.flatMap { [$0[0]] + $0 }).allEntries == expected)
        var changed = pieces[3][0]
        changed.octets[100] ^= 1
        let spoiled =
            Array(pieces.prefix(3).joined()) + [pieces[3][0], changed] + pieces[3].dropFirst()
        #expect(statistics(of: spoiled).spoiledPackets == 1)
        #expect(log(of: spoiled).allEntries == [.opened, .closed(.inputEnded)])
    }

    @Test(
        "Fragments that overlap in part are harmless where they agree",
        arguments: [(8, 24), (24, 64), (1_000, 1_480)]
    )
    func partialOverlaps(_ sizes: (Int, Int)) {
        var random = SplitMix64(seed: UInt64(sizes.0))
        for conversation in [dialogue, v6] {
            let expected = log(of: conversation.frames).allEntries
            for _ in 0..<10 {
                let pieces = zip(
                    fragments(conversation.frames, size: sizes.0),
                    fragments(conversation.frames, size: sizes.1)
                ).flatMap { ($0 + $1).shuffled(using: &random) }
                #expect(log(of: pieces).allEntries == expected)
                #expect(statistics(of: pieces).spoiledPackets == 0)
            }
        }
    }

    @Test("One octet that differs where fragments overlap in part spoils the packet")
    func differingPartialOverlap() {
        let whole = fragments(dialogue.frames, size: 1_480)
        var other = fragments(dialogue.frames, size: 1_000)[3][1]
        // The headers before the payload of the fragment are 34 octets long.
        other.octets[34 + 479] ^= 1
        let first = Array(whole.prefix(3).joined())
        for pieces in [[whole[3][0], other], [other, whole[3][0]]] {
            let frames = first + pieces + whole[3].dropFirst()
            #expect(statistics(of: frames).spoiledPackets == 1)
            #expect(log(of: frames).allEntries == [.opened, .closed(.inputEnded)])
        }
    }

    @Test("A packet of which a fragment is missing is given up after its time")
    func missing() {
        let pieces = fragments(dialogue.frames, size: 1_480)
        var reassembler = StreamReassembler()
        var log = EventLog()
        for piece in pieces.prefix(3).joined() { reassembler.process(piece.frame, into: &log) }
        for piece in pieces[3].dropFirst() { reassembler.process(piece.frame, into: &log) }
        #expect(reassembler.oldestLiveSequence == 0)
        reassembler.expire(at: dialogue.now.advanced(by: .seconds(31)), into: &log)
        #expect(reassembler.statistics.incompletePackets == 1)
    }

    @Test("Packets that were put together make no room for others, however many they are")
    func busy() {
        var limits = FlowLimits()
        limits.maximumFragmentedPackets = 10
        var reassembler = StreamReassembler(limits: limits)
        var log = EventLog()
        let ends = TCPConversation.Settings()
        func pieces(_ number: Int) -> [[UInt8]] {
            var builder = FrameBuilder()
            builder.identification = UInt32(number)
            return builder.fragments(
                .tcp,
                from: ends.a.address,
                to: ends.b.address,
                [UInt8](repeating: 0, count: 50),
                size: 40
            )
        }
        let slow = pieces(9_999)
        reassembler.process(OwnedFrame(octets: slow[0]).frame, into: &log)
        for number in 0..<50 {
            for (index, octets) in pieces(number).enumerated() {
                let frame = OwnedFrame(octets: octets, sequence: UInt64(number * 2 + index + 1))
                reassembler.process(frame.frame, into: &log)
            }
        }
        #expect(reassembler.statistics.joinedPackets == 50)
        reassembler.process(OwnedFrame(octets: slow[1], sequence: 1_000).frame, into: &log)
        #expect(reassembler.statistics.joinedPackets == 51)
        #expect(reassembler.statistics.incompletePackets == 0)
        #expect(reassembler.oldestLiveSequence == nil)
    }

    @Test("The number of packets and of octets that wait is limited")
    func limits() {
        var limits = FlowLimits()
        limits.maximumFragmentedPackets = 10
        limits.maximumFragmentOctets = 100 * 8
        var reassembler = StreamReassembler(limits: limits)
        var log = EventLog()
        let ends = TCPConversation.Settings()
        for number in 0..<1_000 {
            var builder = FrameBuilder()
            builder.identification = UInt32(number)
            let pieces = builder.fragments(
                .tcp,
                from: ends.a.address,
                to: ends.b.address,
                [UInt8](repeating: 0, count: 500),
                size: number.isMultiple(of: 2) ? 8 : 400
            )
            let frame = OwnedFrame(octets: pieces[0], sequence: UInt64(number))
            reassembler.process(frame.frame, into: &log)
        }
        #expect(reassembler.statistics.incompletePackets >= 990)
        #expect((reassembler.oldestLiveSequence ?? 0) >= 990)
    }
}
