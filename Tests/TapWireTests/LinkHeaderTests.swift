import TapTesting
import TapWire
import Testing

@Suite("The way from the link to the packet")
struct LinkHeaderTests {
    private let addresses: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]

    private func decode(_ octets: [UInt8], _ linkType: LinkType = .ethernet) throws(DecodeError)
        -> LinkHeader
    {
        let frame = OwnedFrame(octets: octets, linkType: linkType)
        return try LinkHeader(decoding: frame.frame)
    }

    @Test("Ethernet, with none to three VLAN tags of which two are kept")
    func ethernet() throws {
        let plain = try decode(addresses + [0x08, 0x00, 0x45])
        #expect(plain.etherType == .ipv4 && plain.offset == 14 && plain.vlans.identifiers == [])
        let tagged = try decode(addresses + [0x81, 0x00, 0xE0, 0x64, 0x86, 0xDD])
        #expect(
            tagged.etherType == .ipv6 && tagged.offset == 18 && tagged.vlans.identifiers == [100]
        )
        let nested = try decode(
            addresses + [
                0x88, 0xA8, 0x00, 0x07, 0x91, 0x00, 0x00, 0x08, 0x81, 0x00, 0x00, 0x09, 0x08, 0x06,
            ]
        )
        #expect(
            nested.etherType == .arp && nested.offset == 26 && nested.vlans.identifiers == [7, 8]
        )
    }

    @Test("LLC with SNAP leads to the type, other LLC to none")
    func llc() throws {
        let snap = try decode(
            addresses + [0x00, 0x20, 0xAA, 0xAA, 0x03, 0, 0, 0, 0x08, 0x00, 0x45]
        )
        #expect(snap.etherType == .ipv4 && snap.offset == 22)
        let spanningTree = try decode(addresses + [0x00, 0x26, 0x42, 0x42, 0x03, 0, 0, 0, 0])
        #expect(spanningTree.etherType == .none)
        #expect(try decode(addresses + [0x00, 0x03, 0xAA]).etherType == .none)
    }

    @Test("PPPoE sessions and MPLS label stacks lead to IP")
    func tunnels() throws {
        let session: [UInt8] = [0x11, 0x00, 0x00, 0x01, 0x00, 0x20, 0x00, 0x21, 0x45]
        let pppoe = try decode(addresses + [0x88, 0x64] + session)
        #expect(pppoe.etherType == .ipv4 && pppoe.offset == 22)
        let labels: [UInt8] = [0, 1, 0x00, 64, 0, 2, 0x01, 64, 0x60]
        let mpls = try decode(addresses + [0x88, 0x47] + labels)
        #expect(mpls.etherType == .ipv6 && mpls.offset == 22)
    }

    @Test("Cooked captures, loopback in both byte orders and raw IP")
    func otherLinks() throws {
        let cooked = [UInt8](repeating: 0, count: 14) + [0x08, 0x00]
        let first = try decode(cooked, .linuxCooked)
        #expect(first.etherType == .ipv4 && first.offset == 16)
        let cooked2: [UInt8] = [0x86, 0xDD] + [UInt8](repeating: 0, count: 18)
        let second = try decode(cooked2, .linuxCooked2)
        #expect(second.etherType == .ipv6 && second.offset == 20)
        for octets in [[2, 0, 0, 0], [0, 0, 0, 2]] as [[UInt8]] {
            #expect(try decode(octets, .null).etherType == .ipv4)
        }
        for family in [10, 24, 28, 30] as [UInt8] {
            #expect(try decode([0, 0, 0, family], .loop).etherType == .ipv6)
            #expect(try decode([family, 0, 0, 0], .null).etherType == .ipv6)
        }
        #expect(try decode([0, 0, 0, 9], .null).etherType == .none)
        #expect(try decode([0x45], .raw).etherType == .ipv4)
        #expect(try decode([0x60], .raw).etherType == .ipv6)
        #expect(try decode([0x00], .raw).etherType == .none)
        #expect(try decode([1, 2, 3], LinkType(rawValue: 147)).etherType == .none)
    }

    @Test("A header that is cut short is an error that says what is missing")
    func truncated() {
        #expect(throws: DecodeError(layer: .ethernet, offset: 0, required: 14, available: 13)) {
            try decode(Array(repeating: 0, count: 13))
        }
        #expect(throws: DecodeError(layer: .vlan, offset: 14, required: 4, available: 3)) {
            try decode(addresses + [0x81, 0x00, 0, 1, 8])
        }
        #expect(throws: DecodeError(layer: .pppoe, offset: 14, required: 8, available: 0)) {
            try decode(addresses + [0x88, 0x64])
        }
        #expect(throws: DecodeError(layer: .link, offset: 0, required: 1, available: 0)) {
            try decode([], .raw)
        }
    }

    @Test("Tags and labels without end are refused")
    func endless() {
        let tags = [[UInt8]](repeating: [0x81, 0x00, 0, 1], count: 40).flatMap(\.self)
        #expect(throws: DecodeError.self) { try decode(addresses + tags) }
        let labels = [UInt8](repeating: 0, count: 200)
        #expect(throws: DecodeError.self) { try decode(addresses + [0x88, 0x47] + labels) }
    }
}
