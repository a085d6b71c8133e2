import TapLinux
import TapWire

/// Tells mail from other frames, as far as a few loads can.
///
/// What would take more, such as tunnels, fragments or three tags, counts as mail: nothing that an observer could
/// read may be missing from the mirror because it was wrapped up.
extension ForwardingRoute {
    /// Goes to `mail` or to `control`, or on.
    ///
    /// r8 is where the next header begins; each is copied to the stack, as a frame need not lie in one piece.
    func classify(
        _ assembler: inout BPFAssembler,
        mail: BPFAssembler.Label,
        control: BPFAssembler.Label
    ) {
        let other = assembler.label()
        let segment = assembler.label()
        let datagram = assembler.label()
        assembler.load(.word, .r1, from: .r6, PortClassifiers.Context.etherType)
        assembler.apply(.move, .r8, 14)
        for _ in 0..<2 { passTag(&assembler, other) }
        passNetwork(&assembler, mail, other, (segment, datagram))
        assembler.place(datagram)
        findTunnel(&assembler, mail, other)
        assembler.place(segment)
        findPorts(&assembler, mail, control, other)
        assembler.place(other)
    }

    /// The type in r1 becomes that behind a tag, if there is one in the frame.
    private func passTag(_ assembler: inout BPFAssembler, _ other: BPFAssembler.Label) {
        let tagged = assembler.label()
        let plain = assembler.label()
        assembler.jump(to: tagged, if: .equal, .r1, Self.wire(.vlan))
        assembler.jump(to: plain, if: .notEqual, .r1, Self.wire(.providerVLAN))
        assembler.place(tagged)
        load(&assembler, 4, other)
        assembler.load(.half, .r1, from: .r10, Stack.header + 2)
        assembler.apply(.add, .r8, 4)
        assembler.place(plain)
    }

    /// Goes to where a segment or a datagram is looked at, with r8 behind the header of an IP packet, or elsewhere.
    private func passNetwork(
        _ assembler: inout BPFAssembler,
        _ mail: BPFAssembler.Label,
        _ other: BPFAssembler.Label,
        _ transport: (segment: BPFAssembler.Label, datagram: BPFAssembler.Label)
    ) {
        let version4 = assembler.label()
        let version6 = assembler.label()
        assembler.jump(to: version4, if: .equal, .r1, Self.wire(.ipv4))
        assembler.jump(to: version6, if: .equal, .r1, Self.wire(.ipv6))
        for type in Self.wrappers { assembler.jump(to: mail, if: .equal, .r1, Self.wire(type)) }
        // The first octet of the type, where lengths stand that are no types: LLC.
        assembler.apply(.and, .r1, 0xFF)
        assembler.jump(to: mail, if: .less, .r1, 6)
        assembler.jump(to: other)
        assembler.place(version4)
        load(&assembler, 20, other)
        // A fragment that is not the first has no ports, and the first one may end before them.
        assembler.load(.half, .r1, from: .r10, Stack.header + 6)
        assembler.jump(to: mail, if: .hasAnyBit, .r1, Self.wire(0x3FFF))
        assembler.load(.octet, .r1, from: .r10, Stack.header)
        assembler.apply(.and, .r1, 0x0F)
        assembler.apply(.shiftLeft, .r1, 2)
        assembler.apply(.add, .r8, .r1)
        passProtocol(&assembler, Stack.header + 9, mail, other, transport)
        assembler.place(version6)
        load(&assembler, 40, other)
        assembler.apply(.add, .r8, 40)
        passProtocol(&assembler, Stack.header + 6, mail, other, transport)
    }

    /// Goes where the protocol that stands at `place` on the stack is looked at.
    private func passProtocol(
        _ assembler: inout BPFAssembler,
        _ place: Int16,
        _ mail: BPFAssembler.Label,
        _ other: BPFAssembler.Label,
        _ transport: (segment: BPFAssembler.Label, datagram: BPFAssembler.Label)
    ) {
        assembler.load(.octet, .r1, from: .r10, place)
        for number in Self.wrapping { assembler.jump(to: mail, if: .equal, .r1, number) }
        let (tcp, udp) = (Int32(IPProtocol.tcp.rawValue), Int32(IPProtocol.udp.rawValue))
        assembler.jump(to: transport.segment, if: .equal, .r1, tcp)
        assembler.jump(to: transport.datagram, if: .equal, .r1, udp)
        assembler.jump(to: other)
    }

    /// Goes to `mail` if a datagram may carry frames.
    private func findTunnel(
        _ assembler: inout BPFAssembler,
        _ mail: BPFAssembler.Label,
        _ other: BPFAssembler.Label
    ) {
        load(&assembler, 4, other)
        assembler.load(.half, .r1, from: .r10, Stack.header + 2)
        for port in OverlayPort.allCases {
            assembler.jump(to: mail, if: .equal, .r1, Self.wire(port.rawValue))
        }
        assembler.jump(to: other)
    }

    private func findPorts(
        _ assembler: inout BPFAssembler,
        _ mail: BPFAssembler.Label,
        _ control: BPFAssembler.Label,
        _ other: BPFAssembler.Label
    ) {
        load(&assembler, 14, other)
        for end in [Int16(0), 2] {
            assembler.load(.half, .r1, from: .r10, Stack.header + end)
            for port in mailPorts { assembler.jump(to: mail, if: .equal, .r1, Self.wire(port)) }
        }
        // FIN, SYN, RST: RFC 9293, section 3.1
        assembler.load(.octet, .r1, from: .r10, Stack.header + 13)
        assembler.jump(to: control, if: .hasAnyBit, .r1, 7)
    }

    /// Copies the octets at r8 of the frame to the stack.
    private func load(
        _ assembler: inout BPFAssembler,
        _ count: Int32,
        _ failed: BPFAssembler.Label
    ) {
        assembler.apply(.move, .r1, .r6)
        assembler.apply(.move, .r2, .r8)
        assembler.apply(.move, .r3, .r10)
        assembler.apply(.add, .r3, Int32(Stack.header))
        assembler.apply(.move, .r4, count)
        assembler.call(.loadFrame)
        assembler.jump(to: failed, if: .notEqual, .r0, 0)
    }

    /// A number of 16 bits as it is loaded from the wire.
    private static func wire(_ value: UInt16) -> Int32 { Int32(value.bigEndian) }
    private static func wire(_ type: EtherType) -> Int32 { wire(type.rawValue) }

    /// Types that more headers stand behind: tags, MPLS, PPPoE.
    private static let wrappers: [EtherType] = [
        .vlan, .providerVLAN, EtherType(rawValue: 0x9100), EtherType(rawValue: 0x9200),
        .mpls, EtherType(rawValue: 0x8848), .pppoeSession,
    ]

    /// Protocols that more headers stand behind: extension headers of IPv6 and tunnels.
    private static let wrapping: [Int32] = [0, 4, 41, 43, 44, 47, 51, 60, 135, 139, 140]
}
