import TapCapture
import TapTesting
import TapWire
import Testing

@Suite("Frames that are looked at later, where the reader has put them")
struct SharedStorageTests {
    /// Where a frame was said to lie.
    private struct Place {
        var storage: any OctetStore
        var range: Range<Int>

        /// What lies there now.
        var octets: [UInt8] {
            let octets = storage.octets
            return range.map { octets[$0] }
        }
    }

    @Test(
        "Frames stay what they were in memory that was shared, and memory is used again",
        arguments: [1, 700, 65_536, 300_000, .max]
    )
    func shared(pieceByteCount: Int) throws {
        var random = SplitMix64(seed: 7)
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4, snapLength: 262_144)
        var frames: [[UInt8]] = []
        for number in 0..<900 {
            let count = number % 300 == 7 ? 200_000 : Int.random(in: 0..<3_000, using: &random)
            frames.append([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: count))
            builder.record(seconds: UInt32(number), fraction: 0, frames[number])
        }
        var reader = try CaptureReader(
            MemorySource(builder.octets, pieceByteCount: pieceByteCount)
        )
        var storage = reader.shareStorage()
        var number = reader.storageNumber
        var places: [Place] = []
        var checked = 0
        func check(upTo end: Int) {
            for (place, frame) in zip(places[checked..<end], frames[checked..<end]) {
                #expect(place.octets == frame)
            }
            checked = end
        }
        while try reader.advance() {
            if number != reader.storageNumber {
                // What was shared before the last is given back now, a while after it was left.
                let end = places.count / 2
                if end > checked {
                    check(upTo: end)
                    let old = places[end - 1].storage
                    for index in 0..<end { places[index].storage = NoOctets() }
                    reader.recycle(old)
                }
                storage = reader.shareStorage()
                number = reader.storageNumber
            }
            let found = storage.octets.indices(of: reader.frame.bytes)
            let range = try #require(found)
            places.append(Place(storage: storage, range: range))
        }
        #expect(places.count == frames.count)
        #expect(number > 2)
        check(upTo: places.count)
    }

    @Test("It is known whether the next frame is at hand", arguments: [false, true])
    func drained(isPcapng: Bool) throws {
        var builder = CaptureBuilder(isBigEndian: false)
        let ends: [Int]
        if isPcapng {
            builder.section()
            builder.interface()
            ends = (0..<3).map { _ in
                builder.packet(ticks: 1, [UInt8](repeating: 1, count: 40))
                return builder.octets.count
            }
        } else {
            builder.pcapHeader(magic: 0xA1B2_C3D4)
            ends = (0..<3).map { number in
                builder.record(seconds: 1, fraction: 0, [UInt8](repeating: 1, count: 40))
                return builder.octets.count
            }
        }
        // The source gives the first frame and a part of what follows in its first piece.
        for more in 0...(ends[2] - ends[0]) {
            var reader = try CaptureReader(
                MemorySource(builder.octets, pieceByteCount: ends[0] + more)
            )
            #expect(try reader.advance())
            var frames = 1
            while !reader.isDrained {
                #expect(try reader.advance())
                frames += 1
            }
            #expect(frames == (more == ends[2] - ends[0] ? 3 : more >= ends[1] - ends[0] ? 2 : 1))
        }
    }

    @Test("A reader whose memory is not shared keeps it")
    func unshared() throws {
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4, snapLength: 262_144)
        for number in 0..<2_000 {
            builder.record(seconds: UInt32(number), fraction: 0, [UInt8](repeating: 1, count: 500))
        }
        var reader = try CaptureReader(MemorySource(builder.octets, pieceByteCount: 1_000))
        while try reader.advance() {}
        #expect(reader.storageNumber == 0)
    }
}
