import Synchronization
import TapFlow
import TapTesting
import TapWire
import Testing

@Suite("Which frames belong to a conversation")
struct FlowSelectionTests {
    private static let v4 = (
        Endpoint(address: IPAddress(v4: 0xC000_0201), port: 25),
        Endpoint(address: IPAddress(v4: 0xCB00_7109), port: 40_000)
    )
    private static let v6 = (
        Endpoint(address: IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 1), port: 25),
        Endpoint(address: IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 2), port: 40_000)
    )

    private typealias Ends = (Endpoint, Endpoint)

    /// A TCP segment or UDP datagram with enough octets to be cut in fragments.
    private func content(_ transport: IPProtocol, _ ends: Ends) -> [UInt8] {
        let payload = (0..<96).map { UInt8($0) }
        guard transport == .udp else {
            return SegmentFields(from: ends.0, to: ends.1, sequenceNumber: 1, payload: payload)
                .octets
        }
        let ports = [ends.0.port, ends.1.port].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        return ports + [0, 104, 0, 0] + payload
    }

    private func frame(
        _ transport: IPProtocol,
        _ ends: Ends,
        _ builder: FrameBuilder = .init()
    ) -> OwnedFrame {
        let octets = builder.ip(
            transport,
            from: ends.0.address,
            to: ends.1.address,
            content(transport, ends)
        )
        return OwnedFrame(octets: octets)
    }

    private func selection(_ transport: IPProtocol, _ ends: Ends) -> Selection {
        Selection(FlowSelection([Conversation(transport, between: ends.1, and: ends.0)]))
    }

    /// Another conversation of the same hosts.
    private func other(_ ends: Ends) -> Ends {
        (ends.0, Endpoint(address: ends.1.address, port: ends.1.port + 1))
    }

    @Test(
        "Both directions of a conversation belong to it, no other port and no other protocol",
        arguments: [IPProtocol.tcp, .udp]
    )
    func directions(_ transport: IPProtocol) {
        let opposite: IPProtocol = transport == .tcp ? .udp : .tcp
        for ends in [Self.v4, Self.v6] {
            let selection = selection(transport, ends)
            #expect(selection.takes(frame(transport, ends)))
            #expect(selection.takes(frame(transport, (ends.1, ends.0))))
            #expect(!selection.takes(frame(opposite, ends)))
            #expect(!selection.takes(frame(transport, other(ends))))
        }
    }

    @Test(
        "A conversation is found through VLAN tags, in tunnels, and in frames cut behind the ports"
    )
    func disguises() {
        var tagged = FrameBuilder()
        tagged.vlans = [7, 8]
        for ends in [Self.v4, Self.v6] {
            let selection = selection(.tcp, ends)
            #expect(selection.takes(frame(.tcp, ends, tagged)))
            let inner = FrameBuilder().packet(
                .tcp,
                from: ends.0.address,
                to: ends.1.address,
                content(.tcp, ends)
            )
            let tunnel = FrameBuilder().ip(
                ends.0.address.isIPv6 ? .ipv6 : .ipv4,
                from: IPAddress(v4: 1),
                to: IPAddress(v4: 2),
                inner
            )
            #expect(selection.takes(OwnedFrame(octets: tunnel)))
            let header = ends.0.address.isIPv6 ? 54 : 34
            #expect(selection.takes(frame(.tcp, ends).cut(to: header + 4)))
            #expect(!selection.takes(frame(.tcp, ends).cut(to: header + 3)))
        }
    }

    private func fragments(_ ends: Ends, identification: UInt32) -> [OwnedFrame] {
        var builder = FrameBuilder()
        builder.identification = identification
        return builder.fragments(
            .udp,
            from: ends.0.address,
            to: ends.1.address,
            content(.udp, ends),
            size: 32
        ).map { OwnedFrame(octets: $0) }
    }

    @Test(
        "Later fragments belong to the conversation of the first, until the identification is used again"
    )
    func fragments() {
        for ends in [Self.v4, Self.v6] {
            let selection = selection(.udp, ends)
            let pieces = fragments(ends, identification: 9)
            #expect(pieces.count == 4)
            #expect(!selection.takes(pieces[1]))
            for piece in pieces { #expect(selection.takes(piece)) }
            var late = pieces[1]
            late.metadata.arrival = Timestamp(nanoseconds: 31_000_000_000)
            #expect(!selection.takes(late))
            for piece in fragments(other(ends), identification: 9) {
                #expect(!selection.takes(piece))
            }
            #expect(!selection.takes(pieces[1]))
        }
    }

    @Test(
        "Of packets in fragments the last thousand are remembered, and no more than twice as many"
    )
    func fragmentLimit() {
        let selection = selection(.udp, Self.v4)
        let limit = UInt32(FlowSelection.maximumFragmentedPackets)
        let packets = (0..<3 * limit).map { fragments(Self.v4, identification: $0) }
        for pieces in packets { #expect(selection.takes(pieces[0])) }
        let remembered = packets.filter { selection.takes($0[1]) }
        #expect(remembered.count >= Int(limit) && remembered.count <= 2 * Int(limit))
        #expect(selection.takes(packets[Int(2 * limit)][1]))
        #expect(!selection.takes(packets[0][1]))
    }

    @Test("ICMP errors belong to the conversation of the packet that they quote")
    func errors() {
        for (ends, carried, type) in [
            (Self.v4, IPProtocol.icmp, UInt8(3)), (Self.v6, .icmpv6, 1),
        ] {
            for transport in [IPProtocol.tcp, .udp] {
                let selection = selection(transport, ends)
                let packet = FrameBuilder().packet(
                    transport,
                    from: ends.0.address,
                    to: ends.1.address,
                    content(transport, ends)
                )
                // Routers quote as little as eight octets behind the IP header.
                let quoted = packet.prefix((ends.0.address.isIPv6 ? 40 : 20) + 8)
                func message(_ type: UInt8) -> OwnedFrame {
                    let octets = FrameBuilder().ip(
                        carried,
                        from: ends.1.address,
                        to: ends.0.address,
                        [type, 1, 0, 0, 0, 0, 0, 0] + quoted
                    )
                    return OwnedFrame(octets: octets)
                }
                #expect(selection.takes(message(type)))
                #expect(!selection.takes(message(carried == .icmp ? 8 : 128)))
                let another = self.selection(transport, other(ends))
                #expect(!another.takes(message(type)))
            }
        }
    }

    @Test("A question and its answer in ICMP are one conversation")
    func echoes() throws {
        func conversation(_ ends: Ends, _ type: UInt8) throws -> Conversation {
            let carried: IPProtocol = ends.0.address.isIPv6 ? .icmpv6 : .icmp
            let frame = OwnedFrame(
                octets: FrameBuilder().ip(
                    carried,
                    from: ends.0.address,
                    to: ends.1.address,
                    [type, 0, 0, 0, 0, 0, 0, 0]
                )
            )
            guard case .whole(let content) = try IPPacket(decoding: frame.frame) else {
                throw DecodeError(layer: .icmp, offset: 0, required: 0, available: 0)
            }
            let found = Conversation(content)
            return try #require(found)
        }
        for (ends, ask, answer, alone) in [(Self.v4, 8, 0, 3), (Self.v6, 128, 129, 1)] {
            let back = (ends.1, ends.0)
            #expect(
                try conversation(ends, UInt8(ask)) == conversation(back, UInt8(answer))
            )
            #expect(
                try conversation(ends, UInt8(alone)) != conversation(back, UInt8(alone))
            )
        }
    }

    @Test("A choice by question is asked once a conversation")
    func choice() {
        let ends = Self.v4
        let wanted = Conversation(.tcp, between: ends.0, and: ends.1)
        let asked = Counter()
        let selection = Selection(
            FlowSelection { conversation in
                asked.add()
                return conversation == wanted
            }
        )
        for _ in 0..<10 {
            #expect(selection.takes(frame(.tcp, ends)))
            #expect(!selection.takes(frame(.tcp, other(ends))))
        }
        #expect(asked.count == 2)
    }

    @Test("A conversation that is added counts from then on")
    func insertion() {
        let selection = Selection(FlowSelection())
        let frame = frame(.tcp, Self.v4)
        #expect(!selection.takes(frame))
        let conversation = Conversation(.tcp, between: Self.v4.0, and: Self.v4.1)
        #expect(selection.insert(conversation))
        #expect(!selection.insert(conversation))
        #expect(selection.takes(frame))
    }

    @Test(
        "Random, cut and damaged frames trap nowhere, and sound ones are still told apart after them"
    )
    func hostile() {
        var random = SplitMix64(seed: 11)
        var seeds = [IPProtocol.tcp, .udp].flatMap { transport in
            [Self.v4, Self.v6].map { frame(transport, $0) }
        }
        seeds += fragments(Self.v4, identification: 1) + fragments(Self.v6, identification: 1)
        let selection = selection(.tcp, Self.v4)
        for _ in 0..<20_000 {
            var damaged = seeds[Int.random(in: seeds.indices, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: damaged.octets.indices, using: &random)
                damaged.octets[place] = UInt8.random(in: 0...255, using: &random)
            }
            let length = Int.random(in: 0...damaged.octets.count, using: &random)
            _ = selection.takes(damaged)
            _ = selection.takes(damaged.cut(to: length))
            _ = selection.takes(OwnedFrame(octets: random.octets(length)))
        }
        #expect(selection.takes(frame(.tcp, Self.v4)))
        #expect(!selection.takes(frame(.tcp, other(Self.v4))))
    }
}

/// A selection that can be asked inside an expectation.
private final class Selection {
    var flows: FlowSelection
    init(_ flows: FlowSelection) { self.flows = flows }
    func insert(_ conversation: Conversation) -> Bool { flows.insert(conversation) }
    func takes(_ frame: OwnedFrame) -> Bool { flows.contains(frame.frame) }
}

/// Counts on whatever thread.
private final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func add() { value.withLock { $0 += 1 } }
}
