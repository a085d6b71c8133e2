import TapTesting
import TapWire
import Testing

@Suite("The way from links that only captures come from")
struct RareLinkTests {
    /// What an IPv4 packet begins with.
    private static let packet: [UInt8] = [0x45, 0, 0, 20]

    private func decode(_ octets: [UInt8], _ number: UInt16) throws(DecodeError) -> LinkHeader {
        let frame = OwnedFrame(octets: octets, linkType: LinkType(rawValue: number))
        return try LinkHeader(decoding: frame.frame)
    }

    private func expectPacket(
        behind header: [UInt8],
        _ number: UInt16,
        _ etherType: EtherType = .ipv4,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(LinkType(rawValue: number).isKnown, sourceLocation: sourceLocation)
        let link = try decode(header + Self.packet, number)
        #expect(
            link.etherType == etherType && link.offset == header.count,
            sourceLocation: sourceLocation
        )
        for count in header.indices {
            // Any error is one of `DecodeError`; a header that is cut leads to no packet.
            let cut = try? decode(Array(header.prefix(count)), number)
            #expect(cut.map { $0.etherType != .ipv4 } ?? true, sourceLocation: sourceLocation)
        }
    }

    @Test(
        "PPP with and without HDLC's framing, the protocol in two octets or one",
        arguments: [9, 50]
    )
    func ppp(number: UInt16) throws {
        try expectPacket(behind: [0xFF, 0x03, 0x00, 0x21], number)
        try expectPacket(behind: [0xFF, 0x03, 0x21], number)
        try expectPacket(behind: [0x00, 0x57], number, .ipv6)
        try expectPacket(behind: [0x21], number)
        #expect(try decode([0xC0, 0x21, 1, 1], number).etherType == .none)
    }

    @Test("PPP behind an octet of direction, and from the header of PPPoE on")
    func wrappedPPP() throws {
        for number in [166, 204] as [UInt16] {
            try expectPacket(behind: [0x01, 0xFF, 0x03, 0x00, 0x21], number)
        }
        try expectPacket(behind: [0x11, 0x00, 0, 7, 0, 6, 0x00, 0x21], 51)
        try expectPacket(behind: [0xFF, 0x03, 0x02, 0x81, 0, 1, 0x01, 64], 9)
    }

    @Test("Cisco's HDLC, also on a line of PPP")
    func ciscoHDLC() throws {
        try expectPacket(behind: [0x0F, 0x00, 0x08, 0x00], 104)
        try expectPacket(behind: [0x8F, 0x00, 0x86, 0xDD], 50, .ipv6)
        try expectPacket(behind: [0x0F, 0x00, 0x88, 0x47, 0, 1, 0x01, 64], 104)
    }

    /// LLC and SNAP with IPv4 behind it.
    private static let snap: [UInt8] = [0xAA, 0xAA, 3, 0, 0, 0, 0x08, 0x00]

    /// The header of a data frame of 802.11.
    private static func wireless(_ control: UInt16, _ count: Int) -> [UInt8] {
        [UInt8(control & 0xFF), UInt8(control >> 8)] + [UInt8](repeating: 0, count: count - 2)
    }

    @Test("802.11: to and from the station, between stations, with quality of service and more")
    func wireless() throws {
        try expectPacket(behind: Self.wireless(0x0108, 24) + Self.snap, 105)
        try expectPacket(behind: Self.wireless(0x0288, 26) + Self.snap, 105)
        try expectPacket(behind: Self.wireless(0x0308, 30) + Self.snap, 105)
        try expectPacket(behind: Self.wireless(0x8388, 36) + Self.snap, 105)
    }

    @Test("802.11 without data, encrypted, or with several frames in one leads nowhere")
    func noData() throws {
        for control in [0x0080, 0x0048, 0x4108, 0x00D4] as [UInt16] {
            let octets = Self.wireless(control, 26) + Self.snap + Self.packet
            #expect(try decode(octets, 105).etherType == .none)
        }
        var several = Self.wireless(0x0188, 26)
        several[24] = 0x80
        #expect(try decode(several + Self.snap + Self.packet, 105).etherType == .none)
    }

    @Test("Headers of adapters before 802.11: radiotap, Prism, AVS, PPI")
    func adapters() throws {
        let frame = Self.wireless(0x0108, 24) + Self.snap
        try expectPacket(behind: [0, 0, 8, 0, 0, 0, 0, 0] + frame, 127)
        let prism: [UInt8] = [0x44, 0, 0, 0, 144, 0, 0, 0] + [UInt8](repeating: 0, count: 136)
        try expectPacket(behind: prism + frame, 119)
        let avs: [UInt8] = [0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64] + [UInt8](repeating: 0, count: 56)
        try expectPacket(behind: avs + frame, 119)
        try expectPacket(behind: avs + frame, 163)
        try expectPacket(behind: [0, 0, 8, 0, 105, 0, 0, 0] + frame, 192)
        let ethernet = [UInt8](repeating: 2, count: 12) + [0x08, 0x00]
        try expectPacket(behind: [0, 0, 8, 0, 1, 0, 0, 0] + ethernet, 192)
        #expect(try decode([0, 0, 8, 0, 192, 0, 0, 0] + frame, 192).etherType == .none)
    }

    @Test("radiotap says that the frame's header is filled up, behind more words and a time")
    func padding() throws {
        let frame = Self.wireless(0x0288, 26) + [0, 0] + Self.snap
        try expectPacket(behind: [0, 0, 9, 0, 2, 0, 0, 0, 0x20] + frame, 127)
        let timed: [UInt8] =
            [0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 12) + [0x20]
        try expectPacket(behind: timed + frame, 127)
    }

    @Test("What firewalls log: NFLOG, pflog, enc")
    func logs() throws {
        let prefix: [UInt8] = [5, 0, 10, 0, 0, 0, 0, 0]
        try expectPacket(behind: [2, 0, 0, 0] + prefix + [8, 0, 9, 0], 239)
        try expectPacket(behind: [61, 2, 0, 0] + [UInt8](repeating: 0, count: 60), 117)
        try expectPacket(behind: [UInt8](repeating: 0, count: 12), 109)
        #expect(try decode([2, 0, 0, 0, 0, 0, 9, 0, 0x45], 239).etherType == .none)
    }

    @Test("LLC may name IP itself")
    func logicalLink() throws {
        let ethernet = [UInt8](repeating: 2, count: 12) + [0x00, 0x17, 0x06, 0x06, 0x03]
        let link = try decode(ethernet + Self.packet, 1)
        #expect(link.etherType == .ipv4 && link.offset == 17)
    }
}
