import TapCapture
import TapWire
import Testing

struct HostileCaptureTests {
    /// Both formats, in both byte orders, with every kind of block.
    private static var captures: [[UInt8]] {
        [true, false].flatMap { isBigEndian in
            var pcap = CaptureBuilder(isBigEndian: isBigEndian)
            pcap.pcapHeader(magic: 0xA1B2_3C4D)
            var pcapng = CaptureBuilder(isBigEndian: isBigEndian)
            let text = pcapng.option(1, Array("remark".utf8))
            pcapng.section(options: text)
            pcapng.interface(name: "eth0", resolution: 9, options: text)
            for length in [0, 1, 60] {
                let frame = Array(repeating: UInt8(length), count: length)
                pcap.record(seconds: 1, fraction: 2, frame)
                pcapng.packet(ticks: 1, frame, options: text)
                pcapng.simplePacket(frame)
                pcapng.obsoletePacket(dropped: 1, ticks: 4, frame)
            }
            let counts = pcapng.option(4, pcapng.number(UInt64(9)))
            pcapng.block(5, pcapng.number(UInt32(0)) + pcapng.halves(7) + counts)
            pcapng.block(0x0BAD, text)
            return [pcap.octets, pcapng.octets]
        }
    }

    @Test func everyTruncationGivesTheFramesBeforeIt() throws {
        for octets in Self.captures {
            let whole = ReadCapture(octets)
            #expect(whole.error == nil)
            var cleanCuts = 0
            for length in 0..<octets.count {
                let read = ReadCapture(Array(octets.prefix(length)))
                #expect(read.frames == Array(whole.frames.prefix(read.frames.count)))
                guard let error = read.error else {
                    cleanCuts += 1
                    continue
                }
                if length == 0 {
                    #expect(error.code == .empty)
                } else if length < 4 {
                    #expect(error.code == .foreign)
                } else {
                    #expect(error.code == .truncated)
                    let required = try #require(error.required)
                    let available = try #require(error.available)
                    #expect(error.offset + available == UInt64(length))
                    #expect(required > available)
                }
            }
            // One clean cut before each record or block but the first.
            let blockCount = whole.format == .pcap ? 3 : 12
            #expect(cleanCuts == blockCount)
        }
    }

    @Test func theResultDoesNotDependOnThePieces() {
        for octets in Self.captures {
            let whole = ReadCapture(octets)
            for pieceByteCount in [1, 2, 3, 5, 16, 100] {
                #expect(ReadCapture(octets, pieceByteCount: pieceByteCount) == whole)
            }
        }
    }

    @Test func everyChangedOctetIsSurvived() {
        for octets in Self.captures {
            for index in octets.indices {
                for value in [0, 1, 0x7F, 0x80, 0xFF, octets[index] ^ 0x10] as [UInt8] {
                    var changed = octets
                    changed[index] = value
                    let read = ReadCapture(changed)
                    #expect(read.frames.count <= 10)
                }
            }
        }
    }

    @Test func randomOctetsAreSurvived() {
        var generator = SeededGenerator(seed: 3)
        let heads = Self.captures.map { Array($0.prefix(24)) } + [[]]
        for round in 0..<2_000 {
            let head = heads[round % heads.count]
            let octets = head + generator.octets(Int.random(in: 0...300, using: &generator))
            let read = ReadCapture(octets)
            // No frame is longer than what there is.
            #expect(read.frames.allSatisfy { $0.octets.count <= octets.count })
        }
    }

    @Test func randomBlocksAreSurvived() {
        var generator = SeededGenerator(seed: 4)
        for round in 0..<2_000 {
            var builder = CaptureBuilder(isBigEndian: round % 2 == 0)
            builder.section()
            builder.interface()
            for _ in 0..<4 {
                let count = 4 * Int.random(in: 0...20, using: &generator)
                let type = UInt32.random(in: 0...7, using: &generator)
                var body = generator.octets(count)
                // Most of the time an interface that exists.
                if round % 3 > 0 { for index in body.indices.prefix(4) { body[index] = 0 } }
                builder.block(type, body)
            }
            let read = ReadCapture(builder.octets)
            #expect(read.frames.allSatisfy { $0.octets.count <= 80 })
        }
    }

    @Test(arguments: [0, 1, 4, 8, 11, 13, 30, 0x7FFF_FFFC, 0xFFFF_FFFC, 0xFFFF_FFFF] as [UInt32])
    func lengthsThatCannotBeAreNotBelieved(length: UInt32) {
        for type in [1, 2, 3, 5, 6, 0x0A0D_0D0A, 0xBAD] as [UInt32] {
            var builder = CaptureBuilder(isBigEndian: false)
            builder.section()
            builder.interface()
            let offset = builder.octets.count
            builder.octets += builder.number(type) + builder.number(length)
            builder.octets += builder.number(UInt32(0x1A2B_3C4D))
            builder.octets += Array(repeating: 0, count: 64)
            let read = ReadCapture(builder.octets)
            #expect(read.frames.isEmpty)
            #expect(read.error?.code == .malformed || read.error?.code == .truncated)
            #expect(read.error?.offset == UInt64(offset))
        }
    }

    @Test func theTwoLengthsOfABlockMustAgree() {
        for type in [6, 0xBAD] as [UInt32] {
            var builder = CaptureBuilder(isBigEndian: false)
            builder.section()
            builder.interface()
            builder.block(type, Array(repeating: 0, count: 24))
            builder.octets[builder.octets.count - 4] ^= 4
            #expect(ReadCapture(builder.octets).error?.code == .malformed)
        }
    }

    @Test func compressedFilesAreNamed() throws {
        let gzip: [UInt8] = [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0]
        let error = try #require(ReadCapture(gzip).error)
        #expect(error.code == .compressed)
        #expect(error.description.contains("gzip"))
    }

    @Test func textIsForeign() throws {
        let error = try #require(ReadCapture(Array("not a capture at all".utf8)).error)
        #expect(error.code == .foreign)
    }

    @Test func anErrorIsThrownAgain() throws {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4)
        builder.octets += [1, 2, 3]
        var reader = try CaptureReader(MemorySource(builder.octets))
        for _ in 0..<3 {
            expect(.truncated) { () throws(CaptureError) in _ = try reader.advance() }
        }
    }

    @Test func errorsSayWhatWhereAndHowMuch() throws {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4)
        builder.record(seconds: 0, fraction: 0, [1, 2, 3, 4])
        let error = try #require(ReadCapture(Array(builder.octets.dropLast())).error)
        #expect(
            error.description == "the capture ends in the middle of a frame: "
                + "20 octets needed, 19 there (at octet 24)"
        )
    }
}
