import TapCapture
import TapWire
import Testing

struct PcapngReaderTests {
    private static let frame = SampleFrame.tcp(payload: Array("NOOP\r\n".utf8))

    @Test(arguments: [true, false])
    func everyKindOfPacketBlock(isBigEndian: Bool) {
        var builder = CaptureBuilder(isBigEndian: isBigEndian)
        builder.section(options: builder.option(4, Array("a writer".utf8)))
        builder.interface(snapLength: 30, name: "left")
        builder.interface(linkType: 101, name: "right", resolution: 9)
        builder.simplePacket([1, 2, 3])
        builder.packet(
            interface: 1,
            ticks: 1_700_000_000_123_456_789,
            Self.frame,
            wireLength: 200,
            options: builder.option(2, builder.number(UInt32(2)))
                + builder.option(4, builder.number(UInt64(1 << 40)))
                + builder.option(5, builder.number(UInt64(77)))
                + builder.option(1, Array("hello".utf8)) + builder.option(0, [])
        )
        builder.obsoletePacket(dropped: 3, ticks: 1_000_001, [9, 9])
        builder.obsoletePacket(interface: 1, dropped: .max, ticks: 5, [8])
        builder.simplePacket(Array(repeating: 5, count: 30), wireLength: 1_000)
        let read = ReadCapture(builder.octets)
        #expect(read.error == nil)
        #expect(read.section.application == "a writer")
        #expect(read.ports == ["left", "right"])
        let expected: [[UInt8]] = [
            [1, 2, 3], Self.frame, [9, 9], [8], Array(repeating: 5, count: 30),
        ]
        #expect(read.frames.map(\.octets) == expected)
        #expect(read.frames.map(\.metadata.ingress.rawValue) == [0, 1, 0, 1, 0])
        #expect(
            read.frames.map(\.metadata.linkType) == [.ethernet, .raw, .ethernet, .raw, .ethernet]
        )
        #expect(
            read.frames.map(\.metadata.arrival.nanoseconds)
                == [0, 1_700_000_000_123_456_789, 1_000_001_000, 5, 5]
        )
        #expect(read.frames.map(\.metadata.wireLength) == [3, 200, 2, 1, 1_000])
        #expect(read.frames.map(\.metadata.flags) == [[], .outbound, [], [], []])
        #expect(read.frames.map(\.note.dropped) == [0, 1 << 40, 3, 0, 0])
        #expect(read.frames.map(\.note.identifier) == [nil, 77, nil, nil, nil])
        #expect(read.frames.map(\.comment) == [nil, "hello", nil, nil, nil])
    }

    @Test func sectionsOfEitherOrderFollowOneAnother() {
        var octets: [UInt8] = []
        for (isBigEndian, names) in [(true, ["a", "b"]), (false, ["b", "a"]), (true, ["c"])] {
            var builder = CaptureBuilder(isBigEndian: isBigEndian)
            builder.section()
            for name in names { builder.interface(name: name) }
            builder.packet(ticks: 1, [0])
            octets += builder.octets
        }
        let read = ReadCapture(octets)
        #expect(read.error == nil)
        #expect(read.ports == ["a", "b", "c"])
        #expect(read.frames.map(\.metadata.ingress.rawValue) == [0, 1, 2])
        #expect(read.frames.map(\.metadata.sequence) == [0, 1, 2])
        #expect(read.interfaces.map(\.name) == ["c"])
    }

    @Test func unknownBlocksOfAnyLengthAreSkipped() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.section()
        builder.block(0x8000_0001, Array(repeating: 0xAA, count: 20_000_000))
        builder.interface()
        builder.block(4, builder.number(UInt32(0)))
        builder.packet(ticks: 1, Self.frame)
        let read = ReadCapture(builder.octets)
        #expect(read.error == nil)
        #expect(read.frames.map(\.octets) == [Self.frame])
        #expect(read.ports == ["if0"])
    }

    @Test func damagedOptionsDoNotCostTheFrame() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.section()
        builder.interface(options: builder.number(UInt16(2)) + builder.number(UInt16(60_000)))
        builder.packet(ticks: 1, Self.frame, options: [1, 0, 0xFF, 0xFF])
        builder.packet(ticks: 1, Self.frame, options: builder.option(2, [1]))
        let read = ReadCapture(builder.octets)
        #expect(read.error == nil)
        #expect(read.frames.map(\.octets) == [Self.frame, Self.frame])
    }

    @Test func theCheckSequenceIsCutOff() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.section()
        builder.interface(options: builder.option(13, [32]))
        builder.interface(options: builder.option(13, [4]))
        builder.interface()
        let withSequence = Self.frame + [9, 9, 9, 9]
        for interface in 0..<3 as Range<UInt32> {
            builder.packet(interface: interface, ticks: 0, withSequence)
        }
        let flags = builder.option(2, builder.number(UInt32(4 << 5)))
        builder.packet(interface: 2, ticks: 0, withSequence, options: flags)
        let read = ReadCapture(builder.octets)
        #expect(
            read.frames.map(\.octets) == [Self.frame, Self.frame, withSequence, Self.frame]
        )
    }

    /// A count of an interface's clock, and the time it is.
    struct Ticks {
        var resolution: UInt8
        var count: UInt64
        var offset: Int64?
        var nanoseconds: Int64

        init(_ resolution: UInt8, _ count: UInt64, _ offset: Int64? = nil, is nanoseconds: Int64) {
            self.resolution = resolution
            self.count = count
            self.offset = offset
            self.nanoseconds = nanoseconds
        }
    }

    private static let ticks: [Ticks] = [
        Ticks(0, 7, is: 7_000_000_000),
        Ticks(3, 1_500, is: 1_500_000_000),
        Ticks(6, 1, is: 1_000),
        Ticks(9, 1, is: 1),
        Ticks(9, 1, 1_700_000_000, is: 1_700_000_000_000_000_001),
        Ticks(9, 5, -1, is: -999_999_995),
        Ticks(12, 1_999, is: 1),
        Ticks(28, .max, is: 1),
        Ticks(29, .max, is: 0),
        Ticks(127, .max, is: 0),
        Ticks(0x80, 3, is: 3_000_000_000),
        Ticks(0x8A, 1_024 + 512, is: 1_500_000_000),
        Ticks(0xA0, 3 << 31, is: 1_500_000_000),
        Ticks(0xBF, 1 << 62, is: 500_000_000),
        Ticks(0xC0, 1 << 63, is: 500_000_000),
        Ticks(0xFF, .max, is: 0),
        Ticks(0, .max, is: .max),
        Ticks(0x80, .max, is: .max),
        Ticks(9, .max, is: .max),
        Ticks(9, 0, .max, is: .max),
        Ticks(9, 0, .min, is: .min),
    ]

    @Test(arguments: ticks)
    func timesOfEveryResolution(ticks: Ticks) throws {
        var builder = CaptureBuilder(isBigEndian: true)
        builder.section()
        builder.interface(resolution: ticks.resolution, offsetSeconds: ticks.offset)
        builder.packet(ticks: ticks.count, Self.frame)
        let frame = try #require(ReadCapture(builder.octets).frames.first)
        #expect(frame.metadata.arrival.nanoseconds == ticks.nanoseconds)
    }

    @Test func moreInterfacesThanPortsShareTheLast() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.section()
        for index in 0..<100 { builder.interface(name: "port\(index)") }
        for index in 0..<100 as Range<UInt32> {
            builder.packet(interface: index, ticks: 0, Self.frame)
        }
        let read = ReadCapture(builder.octets)
        #expect(read.error == nil)
        #expect(read.frames.map(\.note.interface) == Array(0..<100))
        #expect(
            read.frames.map { Int($0.metadata.ingress.rawValue) } == (0..<100).map { min($0, 31) }
        )
        #expect(read.ports.count == PortIndex.maximumCount)
        #expect(read.interfaces.count == 100)
    }

    @Test func interfacesAreLimited() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.section()
        for _ in 0...CaptureLimits.maximumInterfaceCount { builder.interface() }
        #expect(ReadCapture(builder.octets).error?.code == .tooManyInterfaces)
    }

    @Test func interfacesThatAreNotDescribedAreMalformed() {
        let blocks: [(inout CaptureBuilder) -> Void] = [
            { $0.packet(interface: 1, ticks: 0, Self.frame) },
            { $0.obsoletePacket(interface: 1, dropped: 0, ticks: 0, Self.frame) },
            { $0.block(5, $0.number(UInt32(9)) + $0.halves(0)) },
        ]
        for block in blocks {
            var builder = CaptureBuilder(isBigEndian: false)
            builder.section()
            builder.interface()
            builder.packet(ticks: 0, Self.frame)
            let offset = builder.octets.count
            block(&builder)
            let read = ReadCapture(builder.octets)
            #expect(read.frames.count == 1)
            #expect(read.error?.code == .malformed)
            #expect(read.error?.offset == UInt64(offset))
        }
        var builder = CaptureBuilder(isBigEndian: false)
        builder.section()
        builder.simplePacket(Self.frame)
        #expect(ReadCapture(builder.octets).error?.code == .malformed)
    }

    @Test func anotherMajorVersionIsRefused() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.section(major: 2)
        #expect(ReadCapture(builder.octets).error?.code == .unsupportedVersion)
    }
}
