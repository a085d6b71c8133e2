import TapCapture
import TapWire
import Testing

struct PcapReaderTests {
    private static let frame = SampleFrame.tcp(payload: Array("QUIT\r\n".utf8))

    @Test(arguments: [true, false], [true, false])
    func bothPrecisionsInBothOrders(isBigEndian: Bool, hasNanoseconds: Bool) {
        var builder = CaptureBuilder(isBigEndian: isBigEndian)
        builder.pcapHeader(magic: hasNanoseconds ? 0xA1B2_3C4D : 0xA1B2_C3D4)
        builder.record(seconds: 1_700_000_000, fraction: 123_456, Self.frame)
        builder.record(seconds: 4_000_000_000, fraction: 999_999, [1, 2], wireLength: 70)
        let read = ReadCapture(builder.octets)
        #expect(read.error == nil)
        let scale: Int64 = hasNanoseconds ? 1 : 1_000
        #expect(
            read.frames.map(\.metadata.arrival.nanoseconds) == [
                1_700_000_000_000_000_000 + 123_456 * scale,
                4_000_000_000_000_000_000 + 999_999 * scale,
            ]
        )
        #expect(read.frames.map(\.octets) == [Self.frame, [1, 2]])
        #expect(read.frames.map(\.metadata.wireLength) == [UInt32(Self.frame.count), 70])
        #expect(read.frames.map(\.metadata.flags) == [[], []])
    }

    @Test(arguments: [true, false])
    func theModifiedFormTellsDirections(isBigEndian: Bool) {
        var builder = CaptureBuilder(isBigEndian: isBigEndian)
        builder.pcapHeader(magic: 0xA1B2_CD34)
        let rest = builder.number(UInt32(2)) + builder.number(UInt16(0x800))
        builder.record(seconds: 1, fraction: 2, Self.frame, more: rest + [0, 0])
        builder.record(seconds: 1, fraction: 3, Self.frame, more: rest + [4, 0])
        let read = ReadCapture(builder.octets)
        #expect(read.error == nil)
        #expect(read.frames.map(\.octets) == [Self.frame, Self.frame])
        #expect(read.frames.map(\.metadata.flags) == [[], .outbound])
    }

    @Test func lengthsThatOldWritersSwappedAreSwappedBack() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4, minor: 2)
        builder.octets += builder.number(UInt32(0)) + builder.number(UInt32(0))
        builder.octets += builder.number(UInt32(90)) + builder.number(UInt32(4)) + [1, 2, 3, 4]
        let read = ReadCapture(builder.octets)
        #expect(read.error == nil)
        #expect(read.frames.map(\.octets) == [[1, 2, 3, 4]])
        #expect(read.frames.map(\.metadata.wireLength) == [90])
    }

    @Test func theCheckSequenceIsCutOff() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4, linkType: 0x2400_0001)
        builder.record(seconds: 0, fraction: 0, Self.frame + [9, 9, 9, 9])
        builder.record(seconds: 0, fraction: 0, [1, 2], wireLength: 64)
        builder.record(seconds: 0, fraction: 0, [1, 2])
        let read = ReadCapture(builder.octets)
        #expect(read.frames.map(\.octets) == [Self.frame, [1, 2], []])
        #expect(read.frames.map(\.metadata.wireLength) == [UInt32(Self.frame.count), 60, 0])
        #expect(read.frames.map(\.metadata.linkType) == [.ethernet, .ethernet, .ethernet])
    }

    @Test func aWireLengthOfZeroIsThatOfTheOctets() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4)
        builder.record(seconds: 0, fraction: 0, Self.frame, wireLength: 0)
        let read = ReadCapture(builder.octets)
        #expect(read.frames.map(\.metadata.wireLength) == [UInt32(Self.frame.count)])
    }

    @Test func otherVersionsAreRefused() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4, minor: 5)
        #expect(ReadCapture(builder.octets).error?.code == .unsupportedVersion)
    }

    @Test func aFrameTooLongToBeTrueIsMalformed() {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4)
        builder.record(seconds: 0, fraction: 0, Self.frame)
        let start = builder.octets.count
        builder.octets += builder.number(UInt64(0))
        builder.octets += builder.number(UInt32.max) + builder.number(UInt32.max)
        let read = ReadCapture(builder.octets)
        #expect(read.frames.count == 1)
        #expect(read.error?.code == .malformed)
        #expect(read.error?.offset == UInt64(start))
    }

    @Test func severalFilesAreOneStream() throws {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4)
        builder.record(seconds: 0, fraction: 0, Self.frame)
        var first = try CaptureReader(MemorySource(builder.octets))
        var count = 0
        while try first.advance() { count += 1 }
        var second = try CaptureReader(
            MemorySource(builder.octets),
            ports: first.ports,
            countingFrom: first.nextSequence
        )
        while try second.advance() {
            let metadata = second.frame.metadata
            #expect(metadata.sequence == 1)
            #expect(metadata.ingress.rawValue == 0)
            count += 1
        }
        #expect(count == 2)
        #expect(second.ports.names == ["if0"])
        #expect(second.offset == UInt64(builder.octets.count))
    }
}
