import SystemPackage
import TapCapture
import TapConfig
import TapLinux
import TapPlane
import TapTesting
import TapWire
import Testing

/// What the kernel's program for a port counts and copies, tried in the kernel on frames that stand nowhere.
struct ForwardingProgramTests {
    /// A program with counters and a buffer of its own.
    private struct Bench: ~Copyable {
        private var kernel: KernelParts
        private let program: BPFProgram

        init(
            keep: PlaneConfiguration.Keep = .all,
            captureLimit: Int = ForwardingRoute.maximumCapture
        ) throws {
            let parts = try KernelParts(nil, portCount: 2)
            try parts.set(interfaces: [1, 1], captureLimit: captureLimit)
            let configuration = PlaneConfiguration(ports: ["a", "b"], keep: keep)
            let route = ForwardingRoute(port: 1, in: configuration)
            let loaded = try BPFProgram(name: "hubtap_test", route.program(parts))
            self.init(parts, loaded)
        }

        private init(_ parts: consuming KernelParts, _ loaded: consuming BPFProgram) {
            kernel = parts
            program = loaded
        }

        /// Lets the program run for a frame.
        func run(_ frame: [UInt8], times: Int = 1) throws {
            // TC_ACT_REDIRECT
            #expect(try program.trial(on: frame, times: times).verdict == 7)
        }

        /// The octets of each frame that was copied since the last time.
        mutating func take() -> [[UInt8]] {
            var frames: [[UInt8]] = []
            while let frame = unsafe kernel.buffer.next() {
                frames.append(unsafe Array(frame.octets))
            }
            kernel.buffer.release()
            return frames
        }

        func counts() throws -> (ForwardingRoute.Counter) -> Int {
            let sums = try kernel.counters.read()
            return { Int(sums[ForwardingRoute.place(of: $0, port: 1)]) }
        }

        /// The ledger's line of the port.
        func line() throws -> PortLedger {
            var ledger = Ledger(portCount: 2)
            var account = KernelLedger(portCount: 2, monitorCount: 0)
            account.update(
                &ledger,
                try kernel.counters.read(),
                drops: SendDrops.Counts(devices: [0, 0])
            )
            return ledger.ports[1]
        }
    }

    private static let server = IPAddress(v4: 0xC000_0219)
    private static let client = Endpoint(address: IPAddress(v4: 0xCB00_7109), port: 40_000)
    private static let client6 = Endpoint(
        address: IPAddress(v6High: 0x2001_0DB8 << 32, low: 9),
        port: 40_000
    )

    private static func segment(
        to port: UInt16,
        flags: TCPFlags = .ack,
        payload: Int = 100,
        isVersion6: Bool = false,
        vlans: [UInt16] = [],
        isReply: Bool = false
    ) -> [UInt8] {
        var builder = FrameBuilder()
        builder.vlans = vlans
        let client = isVersion6 ? client6 : client
        let address = isVersion6 ? IPAddress(v6High: 0x2001_0DB8 << 32, low: 0x25) : server
        let end = Endpoint(address: address, port: port)
        return builder.tcp(
            SegmentFields(
                from: isReply ? end : client,
                to: isReply ? client : end,
                sequenceNumber: 1,
                flags: flags,
                payload: [UInt8](repeating: 7, count: payload)
            )
        )
    }

    private static func datagram(_ carried: IPProtocol, _ count: Int) -> [UInt8] {
        FrameBuilder().ip(
            carried,
            from: client.address,
            to: server,
            [UInt8](repeating: 9, count: count)
        )
    }

    /// A segment to a mail server inside VXLAN or Geneve.
    private static func overlay(to port: UInt16) -> [UInt8] {
        let header: [UInt8] = port == 6_081 ? [0, 0, 0x65, 0x58] : [0x08, 0, 0, 0]
        let carried = header + [0, 0, 7, 0] + segment(to: 25)
        let length = carried.count + 8
        let ports = [0x9C, 0x40, UInt8(port >> 8), UInt8(truncatingIfNeeded: port)]
        let head = ports + [UInt8(length >> 8), UInt8(truncatingIfNeeded: length), 0, 0]
        return FrameBuilder().ip(.udp, from: client.address, to: server, head + carried)
    }

    private static let mail: [[UInt8]] =
        [
            segment(to: 25), segment(to: 587, flags: .syn), segment(to: 25, isReply: true),
            segment(to: 465, isVersion6: true), segment(to: 25, vlans: [7]),
            segment(to: 2525, vlans: [7, 8]), segment(to: 25, isVersion6: true, vlans: [7, 8]),
            // What cannot be told apart counts as mail.
            segment(to: 25, vlans: [7, 8, 9]), datagram(.gre, 90), datagram(.ipv4, 90),
            overlay(to: 4_789), overlay(to: 8_472), overlay(to: 6_081),
            FrameBuilder().ethernet(.pppoeSession, [UInt8](repeating: 0, count: 60)),
            FrameBuilder().ethernet(EtherType(rawValue: 40), [UInt8](repeating: 0, count: 60)),
        ]
        + FrameBuilder().fragments(
            .tcp,
            from: client.address,
            to: server,
            [UInt8](repeating: 0, count: 3000),
            size: 1400
        )

    /// A segment to a mail server whose first fragment ends within the header of TCP.
    private static let tinyFragments = FrameBuilder().fragments(
        .tcp,
        from: client.address,
        to: server,
        Array(segment(to: 25).dropFirst(34)),
        size: 8
    )

    private static let others: [[UInt8]] = [
        segment(to: 80), segment(to: 80, flags: .syn), segment(to: 443, isVersion6: true),
        segment(to: 80, vlans: [25]), datagram(.udp, 90), datagram(IPProtocol(rawValue: 1), 90),
        FrameBuilder().ethernet(EtherType(rawValue: 0x0806), [UInt8](repeating: 0, count: 46)),
        FrameBuilder().ethernet(EtherType(rawValue: 0x88B5), [UInt8](repeating: 25, count: 46)),
        // Ends before the ports do.
        Array(segment(to: 25).prefix(36)),
    ]

    @Test func onlyMailIsKeptWhereThatIsAsked() throws {
        var bench = try Bench(keep: .mail)
        let mail = Self.mail + Self.tinyFragments
        for frame in mail + Self.others { try bench.run(frame) }
        #expect(bench.take() == mail)
        let line = try bench.line()
        #expect(line.mirrored == UInt64(mail.count))
        #expect(line.mirrorLost[.notKept] == UInt64(Self.others.count))
        #expect(line.isBalanced)
    }

    @Test func whatAnObserverWouldCallMailIsNeverMissing() throws {
        var bench = try Bench(keep: .mail)
        let sieve = MirrorSieve(PlaneConfiguration(ports: []))
        var random = SplitMix64(seed: 0x6D61_696C)
        let samples = Self.mail + Self.others
        var tried = 0
        while tried < 3000 {
            var octets = samples[Int.random(in: samples.indices, using: &random)]
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 12..<min(octets.count, 60), using: &random)
                octets[place] = UInt8.random(in: 0...255, using: &random)
            }
            octets = Array(octets.prefix(Int.random(in: 20...200, using: &random)))
            // The kernel makes no packet of a frame that says IP and is shorter than its header.
            do { try bench.run(octets) } catch Errno.invalidArgument { continue }
            tried += 1
            let isKept = bench.take() == [octets]
            let frame = OwnedFrame(octets: octets)
            #expect(isKept || !sieve.isMail(frame.frame), "\(octets)")
        }
    }

    private static let filters = [
        "tcp port 25", "not tcp port 25", "vlan", "vlan 7 and tcp port 25", "ip6", "icmp or arp",
        "host 203.0.113.9 and greater 100", "tcp[tcpflags] & tcp-syn != 0", "ip[6:2] & 0x1fff != 0",
        "len - 14 > 80 and ether[12:2] * 2 - 1 != 7", "portrange 20-30 or portrange 400-500",
        "(ip[0] & 0xf) << 2 = 20", "ip[8] / 3 = 21 and ip[8] % 5 = 4", "ether proto 0x88b5",
        "tcp port 25 and (src net 203.0.113.0/24 or ip6 net 2001:db8::/32)", "ether[300] = 7",
        "less 60 or -ip[2:2] > 5",
    ]

    /// The kernel, our own interpreter and libpcap say the same of every frame.
    @Test(arguments: filters)
    func aFilterMeansInTheKernelWhatLibpcapMeans(_ expression: String) throws {
        let keep = try PlaneConfiguration.Keep(words: expression)
        guard case .filter(let filter) = keep else {
            Issue.record("no filter")
            return
        }
        #expect(PacketFilter(text: filter.text) == filter)
        let libpcap = try CaptureFilter(expression)
        var bench = try Bench(keep: keep)
        var random = SplitMix64(seed: 0x6270_66)
        let samples = Self.mail + Self.others
        var matches = 0
        for round in 0..<600 {
            var octets = samples[round % samples.count]
            for _ in 0..<(round < samples.count ? 0 : Int.random(in: 0...3, using: &random)) {
                let place = Int.random(in: 12..<min(octets.count, 60), using: &random)
                octets[place] = UInt8.random(in: 0...255, using: &random)
            }
            do { try bench.run(octets) } catch Errno.invalidArgument { continue }
            let isKept = bench.take() == [octets]
            let length = UInt32(octets.count)
            #expect(isKept == filter.matches(octets.span, wireLength: length), "\(octets)")
            #expect(isKept == libpcap.matches(octets.span, wireLength: length), "\(octets)")
            matches += isKept ? 1 : 0
        }
        #expect(matches > 0 || expression.contains("300"))
        #expect(try bench.line().mirrorLost[.notKept] > 0)
    }

    @Test(arguments: [
        "", "6 0 0", "6 0 0 1 1", "x", "40 0 0 12", "21 0 1 5,6 0 0 1", "5 0 0 1,6 0 0 1",
        "5 0 0 4294967295,6 0 0 1", "96 0 0 16,6 0 0 1", "52 0 0 0,6 0 0 1", "100 0 0 32,6 0 0 1",
        "40 0 0 4294963200,6 0 0 1", "7 0 0 0", "99 0 0 0,6 0 0 1", "past-tags", "6 0 0 1,",
    ])
    func aProgramThatMayGoAstrayIsNone(_ text: String) {
        #expect(PacketFilter(text: text) == nil)
    }

    @Test func noProgramThatIsTakenIsRefusedByTheKernel() throws {
        var random = SplitMix64(seed: 0x66_757A_7A)
        let codes: [UInt16] = [
            0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0C, 0x14, 0x15, 0x16, 0x1D, 0x20,
            0x24,
            0x25, 0x28, 0x30, 0x34, 0x35, 0x3C, 0x40, 0x44, 0x45, 0x48, 0x50, 0x54, 0x5C, 0x60,
            0x61,
            0x64, 0x6C, 0x74, 0x7C, 0x80, 0x81, 0x84, 0x87, 0x94, 0x9C, 0xA4, 0xAC, 0xB1,
        ]
        var taken = 0
        for _ in 0..<400 {
            let count = Int.random(in: 1...12, using: &random)
            let instructions = (0..<count).map { place in
                PacketFilter.Instruction(
                    code: place == count - 1 ? 6 : codes.randomElement(using: &random) ?? 6,
                    jumpTrue: UInt8.random(in: 0...3, using: &random),
                    jumpFalse: UInt8.random(in: 0...3, using: &random),
                    k: Bool.random(using: &random)
                        ? UInt32.random(in: 0...40, using: &random)
                        : UInt32(random.next() & 0xFFFF_FFFF)
                )
            }
            let looksPastTags = Bool.random(using: &random)
            guard let filter = PacketFilter(instructions, looksPastTags: looksPastTags) else {
                continue
            }
            taken += 1
            var bench = try Bench(keep: .filter(filter))
            for octets in Self.mail + Self.others {
                try bench.run(octets)
                let length = UInt32(octets.count)
                let isKept = bench.take() == [octets]
                #expect(
                    isKept == filter.matches(octets.span, wireLength: length),
                    "\(filter.text) \(octets)"
                )
            }
        }
        #expect(taken > 20)
    }

    @Test func onlyHeadersAreKeptWhereThatIsAsked() throws {
        var bench = try Bench(keep: .headers)
        let long = Self.segment(to: 25, payload: 1000)
        let short = Self.segment(to: 25, payload: 10)
        for frame in [long, short, long] { try bench.run(frame) }
        let head = Array(long.prefix(128))
        #expect(bench.take() == [head, short, head])
        let line = try bench.line()
        #expect(line.mirrorCut[.asked] == 2)
        #expect(line.mirrorCutOctets[.asked] == UInt64(2 * (long.count - 128)))
        #expect(line.mirrored == 3 && line.isBalanced)
    }

    @Test func aFullerBufferTakesLessAndMailLast() throws {
        var bench = try Bench()
        let bulk = Self.datagram(.udp, 1400)
        let small = Self.datagram(.udp, 300)
        let mail = Self.segment(to: 25, payload: 1400)
        let control = Self.segment(to: 80, flags: .syn, payload: 0)
        /// What is copied of the frames now, by their lengths.
        func lengths(_ bench: inout Bench, after filling: Int) throws -> [Int] {
            if filling > 0 { try bench.run(mail, times: filling) }
            for frame in [bulk, small, mail, control] { try bench.run(frame) }
            return bench.take().dropFirst(filling).map(\.count)
        }
        // A record of such a mail frame takes 1568 octets of 16 MiB.
        let whole = [bulk.count, small.count, mail.count, control.count]
        #expect(try lengths(&bench, after: 0) == whole)
        #expect(try lengths(&bench, after: 2500) == whole)
        #expect(try lengths(&bench, after: 3500) == [128, small.count, mail.count, control.count])
        #expect(try lengths(&bench, after: 6500) == [128, 128, mail.count, control.count])
        #expect(try lengths(&bench, after: 9000) == [mail.count, control.count])
        #expect(try lengths(&bench, after: 11_000) == [])
        let line = try bench.line()
        #expect(line.mirrorCut[.bulk] == 1)
        #expect(line.mirrorCutOctets[.bulk] == UInt64(bulk.count - 128))
        #expect(line.mirrorCut[.other] == 2)
        #expect(line.mirrorCutOctets[.other] == UInt64(bulk.count + small.count - 256))
        #expect(line.mirrorLost[.shed] == 4)
        #expect(line.mirrorCutOctets[.whole] == UInt64(2 * (bulk.count + small.count)))
        #expect(line.mirrorLost[.receiveOverflow] > 2 && line.isBalanced)
    }

    @Test func captureLimitAndClassesOfSizes() throws {
        var bench = try Bench()
        var random = SplitMix64(seed: 1)
        let frames = [15, 60, 64, 65, 128, 129, 1514, 1536, 1537, 3000].map { count in
            [UInt8](repeating: 2, count: 12) + [0x88, 0xB5] + random.octets(count - 14)
        }
        for frame in frames { try bench.run(frame) }
        #expect(bench.take() == frames)
        var short = try Bench(captureLimit: 100)
        for frame in frames { try short.run(frame) }
        #expect(short.take() == frames.map { Array($0.prefix(100)) })
    }

    @Test func aProgramForAsManyPortsAsThereCanBeIsAccepted() throws {
        let ports = (0..<PortIndex.maximumCount).map { "p\($0)" }
        let parts = try KernelParts(nil, portCount: ports.count)
        for keep in [PlaneConfiguration.Keep.all, .headers, .mail] {
            var configuration = PlaneConfiguration(ports: ports, keep: keep)
            configuration.mailPorts = (1...64).map { UInt16($0 * 1000) }
            let route = ForwardingRoute(port: 31, in: configuration)
            _ = try BPFProgram(name: "hubtap_test", route.program(parts))
        }
    }

    @Test func aPortThatIsNotThereCountsAndCopiesNothing() throws {
        var parts = try KernelParts(nil, portCount: 2)
        let route = ForwardingRoute(port: 1, in: PlaneConfiguration(ports: ["a", "b"]))
        let program = try BPFProgram(name: "hubtap_test", route.program(parts))
        try parts.set(interfaces: [1, 0])
        let frame = Self.others[0]
        // TC_ACT_SHOT
        #expect(try program.trial(on: frame).verdict == 2)
        #expect(unsafe parts.buffer.next() == nil)
        #expect(try parts.counters.read().reduce(0, +) == 0)
        // The other one is not there: the frame is counted and copied, and goes nowhere.
        try parts.set(interfaces: [0, 1])
        #expect(try program.trial(on: frame).verdict == 2)
        #expect(unsafe parts.buffer.next() != nil)
        let sums = try parts.counters.read()
        #expect(sums[ForwardingRoute.place(of: .refused, port: 1)] == 1)
        #expect(sums[ForwardingRoute.place(of: .notTaken, port: 0)] == 1)
    }
}
