import TapFlow
import TapTesting
import TapWire
import Testing

@Suite("Connections in VLANs")
struct VLANTests {
    /// The frame with other VLAN tags, so much later.
    private static func tagged(
        _ frame: OwnedFrame,
        _ vlans: [UInt16],
        after delay: Duration = .zero
    ) -> OwnedFrame {
        var frame = frame
        let tags = vlans.flatMap { [0x81, 0, UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        frame.octets.insert(contentsOf: tags, at: 12)
        frame.metadata.wireLength = UInt32(frame.octets.count)
        frame.metadata.arrival = frame.metadata.arrival.advanced(by: delay)
        return frame
    }

    /// The frames, with those of each side in a VLAN of its own.
    private static func asymmetric(
        _ frames: [OwnedFrame],
        _ vlanA: UInt16,
        _ vlanB: UInt16
    ) -> [OwnedFrame] {
        frames.map { tagged($0, [$0.metadata.ingress.rawValue == 0 ? vlanA : vlanB]) }
    }

    /// Frames of both, in turn.
    private static func interleaved(_ one: [OwnedFrame], _ other: [OwnedFrame]) -> [OwnedFrame] {
        zip(one, other).flatMap { [$0, $1] }
    }

    /// The dialogue of `greeting()` between other hosts with the same addresses and ports.
    private static func namesake() -> TCPConversation {
        var settings = TCPConversation.Settings()
        settings.initialNumberA = 3_000_000_000
        settings.initialNumberB = 2_000_000_000
        return greeting(settings)
    }

    @Test("Each direction may be tagged its own way", arguments: 0..<6)
    func directions(firstSeen: Int) throws {
        let whole = greeting().frames
        let untagged = log(of: Array(whole.dropFirst(firstSeen)))
        let log = log(of: Self.asymmetric(Array(whole.dropFirst(firstSeen)), 10, 20))
        #expect(log.allEntries == untagged.allEntries)
        let flow = try #require(log.flows.values.first)
        let first = whole[Int(flow.firstSequence)].metadata
        #expect(flow.vlans == [first.ingress.rawValue == 0 ? 10 : 20])
    }

    @Test("Frames seen in two VLANs are copies, however far apart", arguments: [0, 4, 6, 60])
    func copies(milliseconds: Int) {
        var conversation = greeting()
        conversation.close()
        let frames = conversation.frames.enumerated().map { index, frame in
            Self.tagged(frame, [], after: .milliseconds(100 * index))
        }
        for vlans in [[10], [10, 7]] as [[UInt16]] {
            let both = frames.flatMap {
                [$0, Self.tagged($0, vlans, after: .milliseconds(milliseconds))]
            }
            #expect(log(of: both).allEntries == log(of: frames).allEntries)
            let statistics = statistics(of: both)
            // The SYN and what comes when all is over belong to no open connection.
            #expect(statistics.copiedSegments == (milliseconds < 6 ? frames.count - 3 : 0))
            #expect(statistics.repeatedOctets == statistics.deliveredOctets)
        }
    }

    @Test("Two connections with the same ends in different VLANs are two", arguments: [0, 3, 5])
    func namesakes(firstSeen: Int) {
        let one = Array(greeting().frames.dropFirst(firstSeen))
        let other = Array(Self.namesake().frames.dropFirst(firstSeen))
        let expected = log(of: one).allEntries
        let pairs: [([OwnedFrame], [OwnedFrame])] = [
            (one.map { Self.tagged($0, [10]) }, other.map { Self.tagged($0, [20]) }),
            (one, other.map { Self.tagged($0, [20]) }),
            (Self.asymmetric(one, 10, 20), Self.asymmetric(other, 30, 40)),
        ]
        for (first, second) in pairs {
            let log = log(of: Self.interleaved(first, second))
            #expect(log.flows.count == 2)
            for flow in log.flows.keys { #expect(log.entries(of: flow) == expected) }
        }
    }

    @Test("A new connection of the same hosts replaces the old one, whatever its tags")
    func replaced() {
        let old = Self.asymmetric(greeting().frames, 10, 20)
        let new = Self.asymmetric(Self.namesake().frames, 10, 20)
        #expect(
            log(of: old + new).allEntries
                == greetingEntries + [.closed(.replaced)] + greetingEntries + [.closed(.inputEnded)]
        )
    }
}
