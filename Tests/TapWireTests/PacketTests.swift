import TapTesting
import TapWire
import Testing

/// A packet in a form that can be compared.
enum Found: Equatable {
    case segment(Endpoint, Endpoint, [UInt16], UInt32, [UInt8], missing: Int)
    case fragment(FragmentPlace, [UInt8], missing: Int)
    case otherTransport(IPProtocol)
    case otherNetwork(EtherType)

    init(_ frame: OwnedFrame) throws(DecodeError) {
        switch try Packet(decoding: frame.frame) {
        case .segment(let segment): self.init(segment)
        case .fragment(let fragment):
            let payload = fragment.payload.indices.map { fragment.payload[$0] }
            self = .fragment(fragment.place, payload, missing: fragment.missingByteCount)
        case .datagram(let content): self = .otherTransport(content.header.payloadProtocol)
        case .otherTransport(let carried): self = .otherTransport(carried)
        case .otherNetwork(let type): self = .otherNetwork(type)
        }
    }

    /// The segment of a frame that is as nearly all are.
    init?(plain frame: OwnedFrame) {
        var found: Found?
        let isPlain = TCPSegment.withPlain(frame.frame) { found = Found($0) }
        guard let found, isPlain else { return nil }
        self = found
    }

    private init(_ segment: borrowing TCPSegment) {
        self = .segment(
            segment.source,
            segment.destination,
            segment.encapsulation.vlans.identifiers,
            segment.header.sequenceNumber,
            segment.payload.indices.map { segment.payload[$0] },
            missing: segment.missingByteCount
        )
    }
}

@Suite("The way down to TCP")
struct PacketTests {
    static let v4 = (
        Endpoint(address: IPAddress(v4: 0xC000_0201), port: 25),
        Endpoint(address: IPAddress(v4: 0xCB00_7109), port: 4)
    )
    static let v6 = (
        Endpoint(address: IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 1), port: 25),
        Endpoint(address: IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 2), port: 4)
    )

    static func segment(_ ends: (Endpoint, Endpoint), _ text: String = "220 hi\r\n")
        -> SegmentFields
    {
        SegmentFields(from: ends.0, to: ends.1, sequenceNumber: 77, payload: Array(text.utf8))
    }

    static func expected(
        _ ends: (Endpoint, Endpoint),
        vlans: [UInt16] = [],
        _ text: String = "220 hi\r\n"
    ) -> Found {
        .segment(ends.0, ends.1, vlans, 77, Array(text.utf8), missing: 0)
    }

    /// An IPv6 packet with extension headers before the TCP segment.
    static func extended(_ kinds: [UInt8], _ headers: [UInt8]) -> [UInt8] {
        let tcp = segment(v6).octets
        var packet = FrameBuilder().packet(
            .tcp,
            from: v6.0.address,
            to: v6.1.address,
            headers + tcp
        )
        packet[6] = kinds[0]
        return FrameBuilder().ethernet(.ipv6, packet)
    }

    @Test("IPv4 and IPv6, with and without VLAN tags")
    func plain() throws {
        var builder = FrameBuilder()
        for ends in [Self.v4, Self.v6] {
            builder.vlans = []
            #expect(
                try Found(OwnedFrame(octets: builder.tcp(Self.segment(ends))))
                    == Self.expected(ends)
            )
            builder.vlans = [12, 34]
            let tagged = OwnedFrame(octets: builder.tcp(Self.segment(ends)))
            #expect(try Found(tagged) == Self.expected(ends, vlans: [12, 34]))
        }
    }

    @Test("What pads a short frame is not part of the segment")
    func padding() throws {
        let octets =
            FrameBuilder().tcp(Self.segment(Self.v4, "x")) + [UInt8](repeating: 0xEE, count: 20)
        #expect(try Found(OwnedFrame(octets: octets)) == Self.expected(Self.v4, "x"))
    }

    @Test("A length of 0 is that of an offloaded packet: the rest of the frame")
    func superFrame() throws {
        let text = String(repeating: "0123456789", count: 7_000)
        var v4 = FrameBuilder().tcp(Self.segment(Self.v4, text))
        v4.replaceSubrange(16..<18, with: [0, 0])
        #expect(try Found(OwnedFrame(octets: v4)) == Self.expected(Self.v4, text))
        var v6 = FrameBuilder().tcp(Self.segment(Self.v6, text))
        v6.replaceSubrange(18..<20, with: [0, 0])
        #expect(try Found(OwnedFrame(octets: v6)) == Self.expected(Self.v6, text))
    }

    @Test("Octets that the capture cut off are counted, at every length")
    func cut() throws {
        for ends in [Self.v4, Self.v6] {
            let whole = OwnedFrame(octets: FrameBuilder().tcp(Self.segment(ends, "0123456789")))
            let headers = whole.octets.count - 10
            for length in 0..<whole.octets.count {
                let frame = whole.cut(to: length)
                guard length >= headers else {
                    #expect(throws: DecodeError.self) { try Found(frame) }
                    continue
                }
                let kept = Array("0123456789".utf8.prefix(length - headers))
                #expect(
                    try Found(frame)
                        == .segment(
                            ends.0,
                            ends.1,
                            [],
                            77,
                            kept,
                            missing: whole.octets.count - length
                        )
                )
            }
        }
    }

    @Test("A packet that says it is longer than its frame is refused, as its receiver does")
    func overlong() {
        var octets = FrameBuilder().tcp(Self.segment(Self.v4))
        octets[17] += 1
        #expect(throws: DecodeError.self) { try Found(OwnedFrame(octets: octets)) }
        var v6 = FrameBuilder().tcp(Self.segment(Self.v6))
        v6[19] += 1
        #expect(throws: DecodeError.self) { try Found(OwnedFrame(octets: v6)) }
    }

    @Test("The short way is that of segments in no tunnel, tagged or not")
    func shortWay() {
        for ends in [Self.v4, Self.v6] {
            var builder = FrameBuilder()
            let bare = OwnedFrame(octets: builder.tcp(Self.segment(ends)))
            #expect(Found(plain: bare) == Self.expected(ends))
            builder.vlans = [7, 9]
            let tagged = OwnedFrame(octets: builder.tcp(Self.segment(ends)))
            #expect(Found(plain: tagged) == Self.expected(ends, vlans: [7, 9]))
        }
    }

    @Test("What goes the short way is what the long way finds", arguments: 0..<64 as Range<UInt64>)
    func bothWays(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var plainCount = 0
        for _ in 0..<500 {
            var builder = FrameBuilder()
            builder.vlans = Array([5, 6, 7].prefix(Int.random(in: 0...3, using: &random)))
            let ends = Bool.random(using: &random) ? Self.v4 : Self.v6
            var octets = builder.tcp(Self.segment(ends))
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 12..<octets.count, using: &random)
                octets[place] = UInt8.random(in: 0...255, using: &random)
            }
            let cut = Int.random(in: 0...octets.count, using: &random)
            if Bool.random(using: &random) { octets.removeLast(octets.count - cut) }
            var frame = OwnedFrame(octets: octets)
            if Bool.random(using: &random) { frame.metadata.wireLength = 100 }
            guard let plain = Found(plain: frame) else { continue }
            plainCount += 1
            #expect(plain == (try? Found(frame)))
        }
        #expect(plainCount > 100)
    }

    @Test("IPv4 options and TCP options are skipped")
    func options() throws {
        var fields = Self.segment(Self.v4)
        fields.flags = [.syn, .ack]
        fields.options = [1, 1, 2, 4, 5, 180, 3, 3, 9]
        var packet = FrameBuilder().packet(
            .tcp,
            from: Self.v4.0.address,
            to: Self.v4.1.address,
            fields.octets
        )
        packet[0] = 0x47
        packet.insert(contentsOf: [7, 8, 4, 0, 0, 0, 0, 0], at: 20)
        packet.replaceSubrange(2..<4, with: [0, UInt8(packet.count)])
        let frame = OwnedFrame(octets: FrameBuilder().ethernet(.ipv4, packet))
        #expect(try Found(frame) == Self.expected(Self.v4))
        guard case .segment(let segment) = try Packet(decoding: frame.frame) else {
            Issue.record("no segment")
            return
        }
        #expect(segment.header.windowScale == 9)
        #expect(segment.header.flags == [.syn, .ack])
    }

    @Test("IPv6 extension headers are followed, however they are mixed")
    func extensions() throws {
        let hopByHop: [UInt8] = [60, 0, 1, 4, 0, 0, 0, 0]
        let destination: [UInt8] = [43, 1] + [UInt8](repeating: 0, count: 14)
        let routing: [UInt8] = [51, 0, 0, 0, 0, 0, 0, 0]
        let authentication: [UInt8] = [44, 4] + [UInt8](repeating: 9, count: 22)
        let wholeFragment: [UInt8] = [6, 0, 0, 0, 1, 2, 3, 4]
        let headers = hopByHop + destination + routing + authentication + wholeFragment
        #expect(
            try Found(OwnedFrame(octets: Self.extended([0], headers))) == Self.expected(Self.v6)
        )
    }

    @Test("Extension headers without end are refused")
    func endlessExtensions() {
        let headers = [[UInt8]](repeating: [60, 0, 0, 0, 0, 0, 0, 0], count: 40).flatMap(\.self)
        #expect(throws: DecodeError.self) {
            try Found(OwnedFrame(octets: Self.extended([60], headers)))
        }
    }

    @Test("Fragments of both versions know their place")
    func fragments() throws {
        let payload = (0..<100).map { UInt8($0) }
        for ends in [Self.v4, Self.v6] {
            let frames = FrameBuilder().fragments(
                .udp,
                from: ends.0.address,
                to: ends.1.address,
                payload,
                size: 64
            )
            #expect(frames.count == 2)
            let place = FragmentPlace(identification: 1, offset: 64, hasMore: false)
            let last = try Found(OwnedFrame(octets: frames[1]))
            #expect(last == .fragment(place, Array(payload[64...]), missing: 0))
        }
    }

    @Test("IP in IP, 6in4 and GRE are opened, but not without end")
    func tunnels() throws {
        let builder = FrameBuilder()
        let from = Self.v4.0.address
        let to = Self.v4.1.address
        func inner(_ ends: (Endpoint, Endpoint)) -> [UInt8] {
            builder.packet(
                .tcp,
                from: ends.0.address,
                to: ends.1.address,
                Self.segment(ends).octets
            )
        }
        let ipip = builder.ip(.ipv4, from: from, to: to, inner(Self.v4))
        #expect(try Found(OwnedFrame(octets: ipip)) == Self.expected(Self.v4))
        let sixInFour = builder.ip(.ipv6, from: from, to: to, inner(Self.v6))
        #expect(try Found(OwnedFrame(octets: sixInFour)) == Self.expected(Self.v6))
        let keyed = builder.ip(
            .gre,
            from: from,
            to: to,
            [0x20, 0, 0x86, 0xDD, 1, 2, 3, 4] + inner(Self.v6)
        )
        #expect(try Found(OwnedFrame(octets: keyed)) == Self.expected(Self.v6))
        let bridged = builder.ip(
            .gre,
            from: from,
            to: to,
            [0, 0, 0x65, 0x58] + builder.tcp(Self.segment(Self.v4))
        )
        #expect(try Found(OwnedFrame(octets: bridged)) == Self.expected(Self.v4))
        var packet = inner(Self.v4)
        for _ in 0..<10 { packet = builder.packet(.ipv4, from: from, to: to, packet) }
        #expect(throws: DecodeError.self) {
            try Found(OwnedFrame(octets: builder.ethernet(.ipv4, packet)))
        }
    }

    /// A UDP datagram to `port` from anywhere, in a frame.
    private func datagram(to port: UInt16, _ payload: [UInt8]) -> [UInt8] {
        let length = UInt16(8 + payload.count)
        let header = [
            0xC0, 0, UInt8(port >> 8), UInt8(port & 0xFF), UInt8(length >> 8), UInt8(length & 0xFF),
            0, 0,
        ]
        return FrameBuilder().ip(
            .udp,
            from: Self.v4.0.address,
            to: Self.v4.1.address,
            header + payload
        )
    }

    private func gre(_ header: [UInt8], _ payload: [UInt8]) -> OwnedFrame {
        OwnedFrame(
            octets: FrameBuilder().ip(
                .gre,
                from: Self.v4.0.address,
                to: Self.v4.1.address,
                header + payload
            )
        )
    }

    @Test("VXLAN and Geneve are opened, and name their network", arguments: [4_789, 8_472, 6_081])
    func overlays(port: UInt16) throws {
        var builder = FrameBuilder()
        builder.vlans = [5]
        let inner = builder.tcp(Self.segment(Self.v6))
        let header: [UInt8] =
            port == 6_081
            ? [0x02, 0, 0x65, 0x58, 0, 0x12, 0x34, 0, 1, 2, 3, 4, 5, 6, 7, 8]
            : [0x08, 0, 0, 0, 0, 0x12, 0x34, 0]
        let frame = OwnedFrame(octets: datagram(to: port, header + inner))
        #expect(try Found(frame) == Self.expected(Self.v6, vlans: [5]))
        guard case .segment(let segment) = try Packet(decoding: frame.frame) else {
            Issue.record("not a segment")
            return
        }
        #expect(segment.encapsulation.network == 0x1234)
        #expect(segment.encapsulation.tunnelCount == 1)
        // What does not look like the tunnel is a datagram.
        let other = datagram(to: port, [0xC4, 0, 0, 0, 0, 0, 0, 0] + inner)
        #expect(try Found(OwnedFrame(octets: other)) == .otherTransport(.udp))
        #expect(try Found(OwnedFrame(octets: datagram(to: port, [8, 0]))) == .otherTransport(.udp))
    }

    @Test("GRE with checksum, key and number; NVGRE, ERSPAN of every version, MPLS and tags inside")
    func routing() throws {
        let frame = FrameBuilder().tcp(Self.segment(Self.v4))
        let packet = Array(frame.dropFirst(14))
        let expected = Self.expected(Self.v4)
        let twelve: [UInt8] = [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 9]
        #expect(try Found(gre([0xB0, 0, 0x08, 0] + twelve, packet)) == expected)
        #expect(try Found(gre([0x30, 0, 0x65, 0x58] + twelve.dropFirst(4), frame)) == expected)
        #expect(try Found(gre([0, 0, 0x88, 0xBE], frame)) == expected)
        let second: [UInt8] = [0, 0, 0, 1, 0x10, 1, 0, 1, 0, 0, 0, 0]
        #expect(try Found(gre([0x10, 0, 0x88, 0xBE] + second, frame)) == expected)
        let third: [UInt8] = [0, 0, 0, 1, 0x20, 1, 0, 1] + [UInt8](repeating: 0, count: 8)
        #expect(try Found(gre([0x10, 0, 0x22, 0xEB] + third, frame)) == expected)
        let longer = third.dropLast() + [1] + [UInt8](repeating: 7, count: 8)
        #expect(try Found(gre([0x10, 0, 0x22, 0xEB] + longer, frame)) == expected)
        #expect(try Found(gre([0, 0, 0x88, 0x47, 0, 1, 0x01, 64], packet)) == expected)
        let tagged = gre([0, 0, 0x81, 0, 0, 9, 0x08, 0], packet)
        #expect(try Found(tagged) == expected)
        // Version 1 is not opened.
        #expect(try Found(gre([0x20, 1, 0x88, 0x0B], packet)) == .otherTransport(.gre))
    }

    @Test("A frame in a pseudowire of MPLS is opened, and a label stack in a PPPoE session")
    func pseudowire() throws {
        let builder = FrameBuilder()
        let frame = builder.tcp(Self.segment(Self.v4))
        let wire = [0, 1, 0x00, 64, 0, 2, 0x01, 64, 0, 0, 0, 0] + frame
        let outer = builder.ethernet(.mpls, wire)
        #expect(try Found(OwnedFrame(octets: outer)) == Self.expected(Self.v4))
        let labelled = [0x11, 0, 0, 1, 0, 100, 0x02, 0x81, 0, 2, 0x01, 64] + frame.dropFirst(14)
        let session = builder.ethernet(.pppoeSession, Array(labelled))
        #expect(try Found(OwnedFrame(octets: session)) == Self.expected(Self.v4))
        // Other channels are no packets.
        let associated = builder.ethernet(.mpls, [0, 2, 0x01, 64, 0x10, 0, 0, 7] + frame)
        #expect(try Found(OwnedFrame(octets: associated)) == .otherNetwork(.none))
    }

    @Test("Frames in frames without end are refused")
    func nestedFrames() throws {
        var frame = FrameBuilder().tcp(Self.segment(Self.v4))
        for depth in 1...8 {
            frame = datagram(to: 4_789, [0x08, 0, 0, 0, 0, 0, UInt8(depth), 0] + frame)
            let owned = OwnedFrame(octets: frame)
            if depth <= IPPacket.maximumTunnels {
                #expect(try Found(owned) == Self.expected(Self.v4))
            } else {
                #expect(throws: DecodeError.self) { try Found(owned) }
            }
        }
    }

    @Test("What is no TCP is told apart")
    func others() throws {
        let builder = FrameBuilder()
        let udp = builder.ip(
            .udp,
            from: Self.v4.0.address,
            to: Self.v4.1.address,
            [0, 53, 0, 53, 0, 8, 0, 0]
        )
        #expect(try Found(OwnedFrame(octets: udp)) == .otherTransport(.udp))
        #expect(
            try Found(OwnedFrame(octets: builder.ethernet(.arp, [0, 1]))) == .otherNetwork(.arp)
        )
    }

    @Test("Random, cut and damaged octets of every link type trap nowhere")
    func hostile() {
        var random = SplitMix64(seed: 5)
        let types =
            [.null, .ethernet, .raw, .loop, .linuxCooked, .linuxCooked2, .ipv6]
            + [9, 50, 51, 104, 105, 109, 117, 119, 127, 163, 166, 192, 204, 239].map(
                LinkType.init(rawValue:)
            )
        var seeds = [Self.segment(Self.v4), Self.segment(Self.v6)].map(FrameBuilder().tcp)
        seeds.append(Self.extended([0], [44, 0, 1, 4, 0, 0, 0, 0, 6, 0, 0, 9, 1, 2, 3, 4]))
        let inner = FrameBuilder().packet(
            .tcp,
            from: Self.v4.0.address,
            to: Self.v4.1.address,
            [UInt8](0..<40)
        )
        seeds.append(
            FrameBuilder().ip(
                .gre,
                from: Self.v4.0.address,
                to: Self.v4.1.address,
                [0, 0, 8, 0] + inner
            )
        )
        for round in 0..<20_000 {
            var octets = seeds[round % seeds.count]
            if round.isMultiple(of: 3) {
                octets = random.octets(Int.random(in: 0...90, using: &random))
            }
            for _ in 0..<Int.random(in: 0...4, using: &random) where !octets.isEmpty {
                octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8(
                    truncatingIfNeeded: random.next()
                )
            }
            var frame = OwnedFrame(
                octets: octets,
                linkType: types[Int.random(in: 0..<types.count, using: &random)]
            )
            if round.isMultiple(of: 2) { frame.metadata.linkType = .ethernet }
            frame.metadata.wireLength = UInt32.random(in: 0...200, using: &random)
            _ = try? Found(frame.cut(to: Int.random(in: 0...octets.count, using: &random)))
        }
    }
}
