import TapFlow
import TapTesting
import TapWire
import Testing

@Suite("Names that reverse lookups tell")
struct NameTests {
    private static let server = IPAddress(v4: 0xC000_0235)
    private static let resolver = IPAddress(v4: 0xC000_0219)
    private static let client = IPAddress(v4: 0xCB00_7109)
    private static let name = ReverseName(address: client, name: "mx7.example.net")
    private static let message = DNSMessage(reverse: client, name: "mx7.example.net")

    private static func frame(
        _ message: DNSMessage = message,
        port: UInt16 = 53,
        vlans: [UInt16] = [],
        from source: IPAddress = server,
        to destination: IPAddress = resolver
    ) -> [UInt8] {
        var builder = FrameBuilder()
        builder.vlans = vlans
        return builder.ip(.udp, from: source, to: destination, message.datagram(from: port))
    }

    private static func names(_ frames: [UInt8]..., linkType: LinkType = .ethernet)
        -> [ReverseName]
    {
        log(of: frames.map { OwnedFrame(octets: $0, linkType: linkType) }).names.map(\.name)
    }

    @Test("in UDP over both versions of IP, with any tags and in tunnels")
    func encapsulations() {
        for vlans in [[], [5], [7, 5], [9, 7, 5]] as [[UInt16]] {
            #expect(Self.names(Self.frame(vlans: vlans)) == [Self.name])
        }
        let v6 = IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 0x35)
        #expect(Self.names(Self.frame(from: v6, to: v6)) == [Self.name])
        let plain = Self.frame()
        let builder = FrameBuilder()
        let vxlan = [0xC0, 0, 0x12, 0xB5, 0, UInt8(16 + plain.count), 0, 0, 8, 0, 0, 0, 0, 0, 9, 0]
        let tunnelled = builder.ip(.udp, from: Self.client, to: Self.server, vxlan + plain)
        #expect(Self.names(tunnelled) == [Self.name])
        let inner = Array(plain.dropFirst(14))
        #expect(
            Self.names(builder.ip(.ipv4, from: Self.client, to: Self.server, inner)) == [Self.name]
        )
        #expect(Self.names(inner, linkType: .raw) == [Self.name])
    }

    @Test("that there is none is told, too")
    func none() {
        let frame = Self.frame(DNSMessage(reverse: Self.client, name: nil))
        #expect(Self.names(frame) == [ReverseName(address: Self.client, name: nil)])
    }

    @Test("not from other ports, of queries, other questions, other protocols and what is cut")
    func others() {
        for port in [52, 54, 5_353, 5_355, 0, 13_568] as [UInt16] {
            #expect(Self.names(Self.frame(port: port)).isEmpty)
        }
        var query = DNSMessage(question: DNSMessage.reverse(Self.client), type: 12, flags: 0x0100)
        #expect(Self.names(Self.frame(query)).isEmpty)
        query = DNSMessage(question: "mx7.example.net")
        query.append(DNSAnswer(name: "mx7.example.net", address: Self.client))
        #expect(Self.names(Self.frame(query)).isEmpty)
        let datagram = Self.message.datagram(from: 53)
        let other = FrameBuilder().ip(.icmp, from: Self.server, to: Self.resolver, datagram)
        #expect(Self.names(other).isEmpty)
        let whole = Self.frame()
        for length in whole.indices {
            let frame = OwnedFrame(octets: whole).cut(to: length)
            #expect(log(of: [frame]).names.isEmpty)
        }
        let segment = Self.message.segment(from: Self.server, to: Self.resolver)
        #expect(Self.names(FrameBuilder().tcp(segment)).isEmpty)
    }

    @Test("They are told in order with what connections do, and counted")
    func order() {
        var frames = greeting().frames
        frames.insert(OwnedFrame(octets: Self.frame()), at: 4)
        frames.insert(
            OwnedFrame(octets: Self.frame(DNSMessage(reverse: Self.server, name: nil))),
            at: 0
        )
        for index in frames.indices {
            frames[index].metadata.arrival = Timestamp(nanoseconds: Int64(index))
        }
        let told = log(of: frames)
        #expect(told.allEntries == greetingEntries + [.closed(.inputEnded)])
        #expect(
            told.names.map(\.name) == [ReverseName(address: Self.server, name: nil), Self.name]
        )
        #expect(told.names.map(\.entryCount) == [0, 2])
        let counts = statistics(of: frames)
        #expect(counts.reverseNames == 2 && counts.otherTransports == 2)
        #expect(counts.named.contains { $0.name == "reverse_names" && $0.count == 2 })
        #expect(counts.malformedFrames == 0)
    }
}
