import TapCapture
import TapWire
import Testing

struct PcapWriterTests {
    @Test func framesComeBack() throws {
        var writer = PcapWriter(to: MemorySink())
        var generator = SeededGenerator(seed: 2)
        let frames = (0..<50).map { generator.octets($0 * 13) }
        for (index, octets) in frames.enumerated() {
            let time = 1_700_000_000_999_999_990 + Int64(index)
            let metadata = SampleFrame.metadata(UInt64(index), count: octets.count, at: time)
            try writer.write(Frame(octets.span, metadata), dropped: 2, comment: "no place for it")
        }
        try writer.finish()
        #expect(writer.droppedCount == 100)
        #expect(writer.frameCount == 50)
        let read = ReadCapture(writer.sink.octets)
        #expect(read.error == nil)
        #expect(read.format == .pcap)
        #expect(read.frames.map(\.octets) == frames)
        #expect(read.frames.first?.metadata.arrival.nanoseconds == 1_700_000_000_999_999_990)
        #expect(read.frames.last?.metadata.arrival.nanoseconds == 1_700_000_001_000_000_039)
        #expect(read.interfaces == [CaptureInterface(name: "if0", snapLength: 262_144)])
    }

    @Test func theSnapLengthCutsFrames() throws {
        var writer = PcapWriter(to: MemorySink(), snapLength: 20)
        let octets = SampleFrame.tcp()
        try writer.write(Frame(octets.span, SampleFrame.metadata(count: octets.count)))
        try writer.finish()
        let frame = try #require(ReadCapture(writer.sink.octets).frames.first)
        #expect(frame.octets == Array(octets.prefix(20)))
        #expect(frame.metadata.wireLength == UInt32(octets.count))
    }

    @Test(arguments: [
        (Int64.min, Int64(0)), (-1, 0), (0, 0), (999_999_999, 999_999_999),
        (.max, 4_294_967_295_999_999_999),
    ])
    func timesAreHeldAtTheEndsOfTheFormat(time: Int64, expected: Int64) throws {
        var writer = PcapWriter(to: MemorySink())
        let octets = SampleFrame.tcp()
        try writer.write(Frame(octets.span, SampleFrame.metadata(count: octets.count, at: time)))
        try writer.finish()
        let frame = try #require(ReadCapture(writer.sink.octets).frames.first)
        #expect(frame.metadata.arrival.nanoseconds == expected)
    }

    @Test func framesOfAnotherLinkTypeAreRefused() throws {
        var writer = PcapWriter(to: MemorySink(), linkType: .raw)
        let octets = SampleFrame.tcp()
        expect(.wrongLinkType) { () throws(CaptureError) in
            try writer.write(Frame(octets.span, SampleFrame.metadata(count: octets.count)))
        }
    }
}
