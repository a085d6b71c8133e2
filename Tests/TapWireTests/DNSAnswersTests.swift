import TapTesting
import TapWire
import Testing

struct DNSAnswersTests {
    private static let server = IPAddress(v4: 0xC000_0235)
    private static let client = IPAddress(v4: 0xC000_0219)
    private static let mail = DNSAnswer(name: "mail.example.org", address: client)
    private static let mail6 = DNSAnswer(
        name: "mail.example.org",
        address: IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 0x25)
    )

    private static func answers(_ message: [UInt8]) -> [DNSAnswer] {
        guard var list = DNSAnswers(message.span) else { return [] }
        var found: [DNSAnswer] = []
        while let answer = list.next() { found.append(answer) }
        return found
    }

    private static func answers(inFrame octets: [UInt8], linkType: LinkType = .ethernet)
        -> [DNSAnswer]
    {
        let metadata = FrameMetadata(
            arrival: Timestamp(nanoseconds: 0),
            sequence: 0,
            wireLength: UInt32(octets.count),
            ingress: PortIndex(rawValue: 0),
            linkType: linkType
        )
        let frame = Frame(octets.span, metadata)
        guard var list = DNSAnswers(in: frame) else { return [] }
        let isLikely = DNSAnswers.mayBe(in: frame)
        #expect(isLikely)
        var found: [DNSAnswer] = []
        while let answer = list.next() { found.append(answer) }
        return found
    }

    @Test func addressesOfAllSectionsWithNamesInFull() {
        var message = DNSMessage(question: "example.org")
        message.append("example.org", type: 15, [0, 10] + DNSMessage.name("mail.example.org"))
        message.append(
            "example.org",
            type: 2,
            DNSMessage.name("ns.example.org"),
            section: .authority
        )
        message.append(Self.mail, section: .additional)
        message.append(Self.mail6, section: .additional)
        #expect(Self.answers(message.octets) == [Self.mail, Self.mail6])
    }

    @Test func compressedNamesLeadBackwards() {
        var message = DNSMessage(question: "mail.Example.ORG")
        // The whole question, and "mx" before the end of it.
        message.append(name: [0xC0, 12], type: 1, [192, 0, 2, 25])
        message.append(name: [2] + Array("mx".utf8) + [0xC0, 17], type: 1, [192, 0, 2, 26])
        // Through a name that is itself compressed.
        let second = UInt8(12 + 18 + 4 + 16)
        message.append(name: [1] + Array("a".utf8) + [0xC0, second], type: 1, [192, 0, 2, 27])
        #expect(
            Self.answers(message.octets).map(\.name)
                == ["mail.example.org", "mx.example.org", "a.mx.example.org"]
        )
    }

    @Test func namesThatLeadInCirclesOrForwardsAreNone() {
        for pointer in [
            [0xC0, 28], [0xC0, 29], [0xC0, 200], [0xFF, 0xFF], [1, 0x61, 0xC0, 28],
        ]
            as [[UInt8]]
        {
            var message = DNSMessage(question: "example.org")
            #expect(message.octets.count == 29)
            message.append(name: pointer, type: 1, [192, 0, 2, 1])
            message.append(Self.mail)
            #expect(Self.answers(message.octets) == [Self.mail], "\(pointer)")
        }
    }

    @Test(arguments: [
        "my printer.local", "ümlaut.example", "a\u{0}b.example", "<b>.example", "{}.x",
    ])
    func namesOfOtherLettersArePassedOver(name: String) {
        var message = DNSMessage(question: "example.org")
        message.append(DNSAnswer(name: name, address: Self.client))
        message.append(Self.mail)
        #expect(Self.answers(message.octets) == [Self.mail])
    }

    @Test func theRootAndUnspecifiedAddressesArePassedOver() {
        var message = DNSMessage(question: "example.org")
        message.append(name: [0], type: 1, [192, 0, 2, 1])
        message.append(DNSAnswer(name: "blocked.example", address: IPAddress(v4: 0)))
        message.append(DNSAnswer(name: "blocked.example", address: IPAddress(v6High: 0, low: 0)))
        #expect(Self.answers(message.octets).isEmpty)
    }

    @Test func theLongestNameIsReadAndNoneLonger() {
        let label = String(repeating: "a", count: 63)
        let longest = "\(label).\(label).\(label).\(String(repeating: "b", count: 61))"
        for (name, isRead) in [(longest, true), (longest + "b", false), (longest + ".c", false)] {
            var message = DNSMessage(question: "example.org")
            message.append(DNSAnswer(name: name, address: Self.client))
            #expect(Self.answers(message.octets).map(\.name) == (isRead ? [name] : []))
        }
    }

    @Test func queriesAndErrorsGiveNothing() {
        for flags in [0x0000, 0x8003, 0x8002, 0x0400, 0x8800] as [UInt16] {
            var message = DNSMessage(question: "example.org", flags: flags)
            message.append(Self.mail)
            #expect(Self.answers(message.octets).isEmpty)
        }
        for flags in [0x8000, 0x8180, 0x8400, 0x8583, 0x8780] as [UInt16] where flags & 15 == 0 {
            var message = DNSMessage(question: "example.org", flags: flags)
            message.append(Self.mail)
            #expect(Self.answers(message.octets) == [Self.mail])
        }
    }

    @Test func otherClassesAndLengthsGiveNothing() {
        var message = DNSMessage(question: "example.org")
        message.append("a.example", type: 1, class: 3, [192, 0, 2, 1])
        message.append("b.example", type: 1, [192, 0, 2])
        message.append("c.example", type: 28, [192, 0, 2, 1])
        // The bit of multicast DNS.
        message.append("d.example", type: 1, class: 0x8001, [192, 0, 2, 1])
        #expect(Self.answers(message.octets).map(\.name) == ["d.example"])
    }

    @Test func everyTruncationGivesTheAnswersBeforeIt() {
        var message = DNSMessage(question: "example.org")
        for host in ["a", "b", "c"] {
            message.append(DNSAnswer(name: "\(host).example.org", address: Self.client))
        }
        let whole = Self.answers(message.octets)
        #expect(whole.count == 3)
        for length in message.octets.indices {
            let found = Self.answers(Array(message.octets.prefix(length)))
            #expect(found == Array(whole.prefix(found.count)))
            #expect(found.count < 3)
        }
    }

    @Test func answersInFramesOfEveryKind() {
        var message = DNSMessage(question: "example.org")
        message.append(Self.mail)
        var builder = FrameBuilder()
        for vlans in [[], [5], [7, 5]] as [[UInt16]] {
            builder.vlans = vlans
            for port in [53, 5353, 5355] as [UInt16] {
                let datagram = message.datagram(from: port)
                let frame = builder.ip(.udp, from: Self.server, to: Self.client, datagram)
                #expect(Self.answers(inFrame: frame) == [Self.mail])
            }
            let frame6 = builder.ip(
                .udp,
                from: Self.mail6.address,
                to: Self.mail6.address,
                message.datagram(from: 53)
            )
            #expect(Self.answers(inFrame: frame6) == [Self.mail])
            for cut in [0, 1] {
                let frame = builder.tcp(
                    message.segment(from: Self.server, to: Self.client, cut: cut)
                )
                #expect(Self.answers(inFrame: frame) == (cut == 0 ? [Self.mail] : []))
            }
        }
        let datagram = message.datagram(from: 54)
        let other = builder.ip(.udp, from: Self.server, to: Self.client, datagram)
        #expect(Self.answers(inFrame: other).isEmpty)
    }

    @Test func randomMessagesAreSurvivedAndNamesAreClean() {
        var generator = SplitMix64(seed: 5)
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
        for round in 0..<20_000 {
            var message = DNSMessage(question: "example.org")
            for _ in 0..<4 {
                let letter = UInt8.random(in: 0x60...0x7B, using: &generator)
                let place = UInt8.random(in: 0...90, using: &generator)
                let isLong = Bool.random(using: &generator)
                message.append(
                    name: [1, letter, 0xC0, place],
                    type: Bool.random(using: &generator) ? 1 : 28,
                    [UInt8](repeating: 1, count: isLong ? 16 : 4)
                )
            }
            var octets = message.octets
            for _ in 0..<round % 4 {
                let place = Int.random(in: octets.indices, using: &generator)
                octets[place] = .random(in: 0...255, using: &generator)
            }
            for answer in Self.answers(octets) {
                #expect(answer.name.allSatisfy(letters.contains))
                #expect((1...253).contains(answer.name.utf8.count))
                #expect(!answer.address.isUnspecified)
            }
        }
    }
}
