import TapCapture
import TapTesting
import TapWire
import Testing

struct PcapngWriterTests {
    private static let interfaces = [
        CaptureInterface(
            name: "eth0",
            description: "towards the world",
            macAddress: MACAddress(bits: 0x02_00_5E_10_00_01),
            bitsPerSecond: 1_000_000_000,
            snapLength: 2_048,
            filter: "port 25",
            hardware: "Intel I210",
            operatingSystem: "Linux 6.1"
        ),
        CaptureInterface(name: "eth1"),
    ]

    @Test func everyOptionComesBack() throws {
        let section = CaptureSection(
            hardware: "x86_64",
            operatingSystem: "Linux 6.1.0",
            application: "hubtap 1.0",
            comment: "Grüße"
        )
        var writer = PcapngWriter(
            to: MemorySink(),
            section: section,
            interfaces: Self.interfaces
        )
        let flags: [FrameFlags] = [[], .outbound, [.partialChecksum, .superFrame]]
        for (index, flags) in flags.enumerated() {
            let octets = SampleFrame.tcp(payload: Array(repeating: 0x41, count: index))
            let metadata = SampleFrame.metadata(
                UInt64(index),
                count: octets.count,
                at: 1_700_000_000_000_000_001 + Int64(index),
                port: UInt8(index % 2),
                flags: flags
            )
            try writer.write(
                Frame(octets.span, metadata),
                dropped: UInt64(index) * 7,
                comment: index == 1 ? "the alert's frame" : nil
            )
        }
        let statistics = [
            InterfaceStatistics(
                start: Timestamp(nanoseconds: 1_600_000_000_000_000_000),
                end: Timestamp(nanoseconds: 1_800_000_000_000_000_001),
                received: 11,
                dropped: 2,
                accepted: 9,
                droppedBySystem: 1,
                delivered: 8
            ),
            InterfaceStatistics(received: 1, dropped: 0),
        ]
        try writer.finish(statistics: statistics)
        #expect(writer.octetCount == UInt64(writer.sink.octets.count))
        #expect(writer.frameCount == 3)

        let read = ReadCapture(writer.sink.octets)
        #expect(read.error == nil)
        #expect(read.section == section)
        #expect(read.interfaces == Self.interfaces)
        #expect(read.ports == ["eth0", "eth1"])
        #expect(read.frames.map(\.metadata.flags) == flags)
        #expect(read.frames.map(\.metadata.sequence) == [0, 1, 2])
        #expect(read.frames.map(\.note.identifier) == [0, 1, 2])
        #expect(read.frames.map(\.note.dropped) == [0, 7, 14])
        #expect(read.frames.map(\.comment) == [nil, "the alert's frame", nil])
        #expect(read.frames.map(\.metadata.ingress.rawValue) == [0, 1, 0])
        #expect(
            read.frames.map { $0.metadata.arrival.nanoseconds - 1_700_000_000_000_000_000 }
                == [1, 2, 3]
        )
        #expect(read.statistics.first == statistics[0])
        #expect(read.droppedCount == 21)
    }

    @Test func timesOfTheFramesStandInForThoseOfTheStatistics() throws {
        var writer = PcapngWriter(
            to: MemorySink(),
            section: CaptureSection(),
            interfaces: Self.interfaces
        )
        for time in [5, 3, 9] as [Int64] {
            let octets = SampleFrame.tcp()
            try writer.write(
                Frame(octets.span, SampleFrame.metadata(count: octets.count, at: time))
            )
        }
        try writer.finish(statistics: [InterfaceStatistics(received: 3)])
        let entry = try #require(ReadCapture(writer.sink.octets).statistics[0])
        #expect(entry.start == Timestamp(nanoseconds: 3))
        #expect(entry.end == Timestamp(nanoseconds: 9))
    }

    @Test func framesOfEveryLengthComeBack() throws {
        var writer = PcapngWriter(
            to: MemorySink(),
            section: CaptureSection(),
            interfaces: [CaptureInterface(name: "eth0")]
        )
        var generator = SeededGenerator(seed: 1)
        let lengths = Array(0...70) + [1_514, 9_014, 65_549, 600_000]
        let frames = lengths.map { generator.octets($0) }
        for (index, octets) in frames.enumerated() {
            let metadata = SampleFrame.metadata(UInt64(index), count: octets.count)
            try writer.write(Frame(octets.span, metadata))
        }
        try writer.finish()
        let read = ReadCapture(writer.sink.octets)
        #expect(read.error == nil)
        #expect(read.frames.map(\.octets) == frames)
    }

    @Test func theSnapLengthCutsFrames() throws {
        var writer = PcapngWriter(
            to: MemorySink(),
            section: CaptureSection(),
            interfaces: [CaptureInterface(name: "eth0", snapLength: 60)]
        )
        let octets = SampleFrame.tcp(payload: Array(repeating: 7, count: 100))
        try writer.write(Frame(octets.span, SampleFrame.metadata(count: octets.count)))
        try writer.finish()
        let frame = try #require(ReadCapture(writer.sink.octets).frames.first)
        #expect(frame.octets == Array(octets.prefix(60)))
        #expect(frame.metadata.wireLength == UInt32(octets.count))
    }

    @Test func timesBeforeTheFormatBecomeItsFirst() throws {
        var writer = PcapngWriter(
            to: MemorySink(),
            section: CaptureSection(),
            interfaces: [CaptureInterface(name: "eth0")]
        )
        let octets = SampleFrame.tcp()
        try writer.write(Frame(octets.span, SampleFrame.metadata(count: octets.count, at: -5)))
        try writer.finish()
        let frame = try #require(ReadCapture(writer.sink.octets).frames.first)
        #expect(frame.metadata.arrival == Timestamp(nanoseconds: 0))
    }

    @Test func longTextsAreCutBetweenCharacters() throws {
        var writer = PcapngWriter(
            to: MemorySink(),
            section: CaptureSection(comment: String(repeating: "ü", count: 40_000)),
            interfaces: [CaptureInterface(name: String(repeating: "n", count: 70_000))]
        )
        try writer.finish()
        let read = ReadCapture(writer.sink.octets)
        #expect(read.error == nil)
        let comment = try #require(read.section.comment)
        #expect(comment == String(repeating: "ü", count: CaptureLimits.maximumTextByteCount / 2))
        #expect(read.interfaces[0].name.utf8.count == CaptureLimits.maximumTextByteCount)
    }

    @Test func eachNameIsToldOnceBehindTheFrameThatTellsIt() throws {
        var message = DNSMessage(question: "mail.example.org")
        message.append(DNSAnswer(name: "mail.example.org", address: IPAddress(v4: 0xC000_0219)))
        let octets = FrameBuilder().ip(
            .udp,
            from: IPAddress(v4: 0xC000_0235),
            to: IPAddress(v4: 0xC000_0219),
            message.datagram(from: 53)
        )
        var writer = PcapngWriter(
            to: MemorySink(),
            section: CaptureSection(),
            interfaces: [CaptureInterface(name: "eth0")]
        )
        let metadata = SampleFrame.metadata(count: octets.count)
        try writer.flush()
        let before = writer.octetCount
        try writer.note(Frame(octets.span, metadata))
        try writer.flush()
        // 4.5 of the draft: the record, the end of the records, no options but their end.
        let record: [UInt8] =
            [1, 0, 21, 0, 192, 0, 2, 25] + Array("mail.example.org".utf8) + [0, 0, 0, 0]
        let length = UInt8(20 + record.count)
        let block: [UInt8] =
            [4, 0, 0, 0, length, 0, 0, 0] + record + [0, 0, 0, 0, 0, 0, 0, 0, length, 0, 0, 0]
        #expect(Array(writer.sink.octets.dropFirst(Int(before))) == block)
        for _ in 0..<3 { try writer.note(Frame(octets.span, metadata)) }
        #expect(writer.octetCount == before + UInt64(block.count))
        try writer.write(Frame(octets.span, metadata))
        try writer.finish()
        try writer.note(Frame(octets.span, metadata))
        let read = ReadCapture(writer.sink.octets)
        #expect(read.error == nil)
        #expect(read.frames.map(\.octets) == [octets])
    }

    @Test func aBlockOfNamesStaysWithinItsLimit() throws {
        let label = String(repeating: "a", count: 60)
        var message = DNSMessage(question: "example.org")
        for number in 0..<200 as Range<UInt32> {
            let name = "\(label).\(label).\(label).n\(number)"
            message.append(DNSAnswer(name: name, address: IPAddress(v4: 0x0A00_0001 + number)))
        }
        let octets = FrameBuilder().ip(
            .udp,
            from: IPAddress(v4: 1),
            to: IPAddress(v4: 2),
            message.datagram(from: 53)
        )
        var writer = PcapngWriter(
            to: MemorySink(),
            section: CaptureSection(),
            interfaces: [CaptureInterface(name: "eth0")]
        )
        let before = writer.octetCount
        try writer.note(Frame(octets.span, SampleFrame.metadata(count: octets.count)))
        let count = Int(writer.octetCount - before)
        #expect(count <= CaptureLimits.maximumNameBlockByteCount)
        #expect(count > CaptureLimits.maximumNameBlockByteCount - 600)
    }

    @Test func namesAreForgottenBeforeTheyTakeMuchMemory() throws {
        var writer = PcapngWriter(
            to: MemorySink(),
            section: CaptureSection(),
            interfaces: [CaptureInterface(name: "eth0")]
        )
        var octetCounts: [UInt64] = []
        for number in [0..<UInt32(CaptureLimits.maximumKnownNameCount + 1), 0..<1].joined() {
            var message = DNSMessage(question: "a")
            message.append(DNSAnswer(name: "a", address: IPAddress(v4: 0x0A00_0001 + number)))
            let octets = FrameBuilder().ip(
                .udp,
                from: IPAddress(v4: 1),
                to: IPAddress(v4: 2),
                message.datagram(from: 53)
            )
            try writer.note(Frame(octets.span, SampleFrame.metadata(count: octets.count)))
            octetCounts.append(writer.octetCount)
        }
        // The first one again is told again, because all were forgotten.
        #expect(octetCounts.last != octetCounts.dropLast().last)
        try writer.finish()
        #expect(ReadCapture(writer.sink.octets).error == nil)
    }

    @Test func foreignFramesAreRefused() throws {
        var writer = PcapngWriter(
            to: MemorySink(),
            section: CaptureSection(),
            interfaces: [CaptureInterface(name: "eth0")]
        )
        let octets = SampleFrame.tcp()
        var metadata = SampleFrame.metadata(count: octets.count, port: 1)
        expect(.unknownInterface) { () throws(CaptureError) in
            try writer.write(Frame(octets.span, metadata))
        }
        metadata.ingress = PortIndex(rawValue: 0)
        metadata.linkType = .raw
        expect(.wrongLinkType) { () throws(CaptureError) in
            try writer.write(Frame(octets.span, metadata))
        }
        try writer.finish()
        expect(.finished) { () throws(CaptureError) in try writer.finish() }
        metadata.linkType = .ethernet
        expect(.finished) { () throws(CaptureError) in
            try writer.write(Frame(octets.span, metadata))
        }
        #expect(ReadCapture(writer.sink.octets).frames.isEmpty)
    }

    @Test func thisMachineIsDescribed() {
        let section = CaptureSection.onThisMachine(application: "hubtap 1.0")
        #expect(section.operatingSystem?.hasPrefix("Linux ") == true)
        #expect(section.hardware?.isEmpty == false)
        #expect(section.application == "hubtap 1.0")
    }
}

/// Expects `body` to throw a `CaptureError` of `code`.
func expect(
    _ code: CaptureError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws(CaptureError) -> Void
) {
    do throws(CaptureError) {
        try body()
        Issue.record("no error, expected \(code)", sourceLocation: sourceLocation)
    } catch {
        #expect(error.code == code, sourceLocation: sourceLocation)
    }
}
