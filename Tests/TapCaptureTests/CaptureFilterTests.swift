import TapCapture
import TapWire
import Testing

struct CaptureFilterTests {
    private static let tagStacks: [[UInt32]] = [
        [],
        [SampleFrame.tag(5)],
        [SampleFrame.tag(7, protocolIdentifier: 0x88A8), SampleFrame.tag(5)],
        [SampleFrame.tag(1, protocolIdentifier: 0x9100), SampleFrame.tag(2), SampleFrame.tag(3)],
    ]

    private static func matches(
        _ expression: String,
        _ octets: [UInt8],
        linkType: LinkType = .ethernet,
        looksPastTags: Bool = true
    ) throws -> Bool {
        let filter = try CaptureFilter(
            expression,
            linkType: linkType,
            looksPastTags: looksPastTags
        )
        return filter.matches(octets.span, wireLength: UInt32(octets.count))
    }

    @Test func framesAreTold() throws {
        let mail = SampleFrame.tcp()
        let web = SampleFrame.tcp(to: 80)
        #expect(try Self.matches("port 25", mail))
        #expect(try !Self.matches("port 25", web))
        #expect(try Self.matches("port smtp and host 192.0.2.1", mail))
        #expect(try Self.matches("", mail))
        #expect(try Self.matches("   ", web))
        #expect(try Self.matches("tcp[tcpflags] & (tcp-push|tcp-ack) != 0", mail))
    }

    @Test func theWireLengthCounts() throws {
        let filter = try CaptureFilter("greater 1000")
        let octets = SampleFrame.tcp()
        let atLimit = filter.matches(octets.span, wireLength: 1_000)
        let belowLimit = filter.matches(octets.span, wireLength: 999)
        #expect(atLimit)
        #expect(!belowLimit)
        // A length on the wire that is below the captured one cannot be true.
        let shorter = try CaptureFilter("greater 54").matches(octets.span, wireLength: 1)
        #expect(shorter)
    }

    @Test func everyTruncationIsSurvived() throws {
        let filter = try CaptureFilter("tcp port 25 and tcp[20:4] = 0x51554954 or vlan")
        let plain = try CaptureFilter("port 25")
        for tags in Self.tagStacks {
            let octets = SampleFrame.tcp(tags: tags, payload: Array("QUIT\r\n".utf8))
            for length in 0...octets.count {
                let cut = Array(octets.prefix(length))
                _ = filter.matches(cut.span, wireLength: UInt32(octets.count))
                let isFound = plain.matches(cut.span, wireLength: UInt32(octets.count))
                // The ports are the first four of the last 26 octets.
                #expect(isFound == (length >= octets.count - 22))
            }
        }
    }

    @Test(arguments: tagStacks)
    func filtersLookPastTags(tags: [UInt32]) throws {
        let octets = SampleFrame.tcp(tags: tags)
        for expression in [
            "port 25", "not port 80", "tcp", "ip host 192.0.2.25", "tcp[0:2] = 40000",
            "ether[12:2] = 0x800", "ip[8] = 64", "ether host 02:00:00:00:00:19",
            "not (udp or port 80)", "net 192.0.2.0/24", "ip proto \\tcp", "portrange 20-30",
        ] {
            #expect(try Self.matches(expression, octets), "\(expression)")
            #expect(try !Self.matches("not (\(expression))", octets), "\(expression)")
        }
        for expression in ["port 80", "not port 25", "udp", "ip6", "arp"] {
            #expect(try !Self.matches(expression, octets), "\(expression)")
        }
    }

    /// Libpcap's own way to look into tagged frames must agree with ours.
    @Test func lookingPastTagsIsWhatVLANMeansToLibpcap() throws {
        for expression in ["port 25", "not port 25", "tcp[2:2] = 25", "host 192.0.2.9", "ip6"] {
            for (depth, tags) in Self.tagStacks.enumerated() {
                let words = Array(repeating: "vlan and", count: depth).joined(separator: " ")
                let octets = SampleFrame.tcp(tags: tags)
                let ours = try Self.matches(expression, octets)
                let theirs = try Self.matches("\(words) (\(expression))", octets)
                #expect(ours == theirs, "\(expression) behind \(depth) tags")
            }
        }
    }

    @Test func filtersThatSpeakOfTagsAreTakenAsWritten() throws {
        let tagged = SampleFrame.tcp(tags: [SampleFrame.tag(5)])
        #expect(try Self.matches("vlan 5 and port 25", tagged))
        #expect(try !Self.matches("vlan 6", tagged))
        #expect(try Self.matches("ether proto 0x8100", tagged))
        #expect(try Self.matches("ether[12:2] = 33024", tagged))
        #expect(try !Self.matches("vlan", SampleFrame.tcp()))
        let ofAPort = try CaptureFilter("port 33024").looksPastTags
        let ofTags = try CaptureFilter("vlan").looksPastTags
        #expect(ofAPort)
        #expect(!ofTags)
    }

    @Test func lookingPastTagsCanBeSwitchedOff() throws {
        let tagged = SampleFrame.tcp(tags: [SampleFrame.tag(5)])
        #expect(try !Self.matches("port 25", tagged, looksPastTags: false))
        #expect(try Self.matches("not port 25", tagged, looksPastTags: false))
    }

    @Test func otherLinkTypesAreFiltered() throws {
        let packet = Array(SampleFrame.tcp().dropFirst(14))
        #expect(try Self.matches("port 25", packet, linkType: .raw))
        let cooked: [UInt8] = [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0] + packet
        #expect(try Self.matches("port 25", cooked, linkType: .linuxCooked))
        #expect(try !Self.matches("port 80", cooked, linkType: .linuxCooked))

        let filter = try CaptureFilter("", linkType: .raw)
        let octets = SampleFrame.tcp()
        let frame = Frame(octets.span, SampleFrame.metadata(count: octets.count))
        let isMatched = filter.matches(frame)
        #expect(!isMatched)
    }

    @Test func manyThreadsCompileAtOnce() async throws {
        let octets = SampleFrame.tcp()
        let counts = await withTaskGroup(of: Int.self) { group in
            for task in 0..<4 {
                group.addTask {
                    (0..<100).count { round in
                        let port = (task * 100 + round) % 2 == 0 ? 25 : 80
                        let expression = "host 192.0.2.1 and port \(port)"
                        guard let found = try? Self.matches(expression, octets) else {
                            return false
                        }
                        return found == (port == 25)
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 }
        }
        #expect(counts == 400)
    }
}
