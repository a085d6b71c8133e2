import Glibc
import SystemPackage
import TapCapture
import TapTesting
import TapWire
import Testing

@Suite("Files that are looked at where the kernel keeps them")
struct MappedFileTests {
    /// A capture of about `byteCount` octets, and the frames in it.
    private static func capture(_ byteCount: Int) -> (octets: [UInt8], frames: [[UInt8]]) {
        var random = SplitMix64(seed: 11)
        var builder = CaptureBuilder(isBigEndian: false)
        builder.pcapHeader(magic: 0xA1B2_C3D4, snapLength: 262_144)
        var frames: [[UInt8]] = []
        while builder.octets.count < byteCount {
            let isLong = frames.count % 200 == 7
            let count = isLong ? 150_000 : Int.random(in: 1..<3_000, using: &random)
            let frame = [UInt8](repeating: UInt8(frames.count % 255 + 1), count: count)
            builder.record(seconds: UInt32(frames.count), fraction: 0, frame)
            frames.append(frame)
        }
        return (builder.octets, frames)
    }

    /// Writes `octets` behind what stands in the file.
    private static func append(_ octets: some Sequence<UInt8>, to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .append],
            permissions: .ownerReadWrite
        )
        try file.closeAfter { _ = try file.writeAll(octets) }
    }

    /// The octets of the frame that the reader has gone to.
    private static func octets(_ reader: borrowing CaptureReader<FileSource>) -> [UInt8] {
        let frame = reader.frame
        return frame.bytes.indices.map { frame.bytes[$0] }
    }

    @Test("Every frame is there, and stays where it is for who looks at it later")
    func whole() throws {
        let (octets, frames) = Self.capture(5 << 20)
        try withTemporaryFile { path in
            try Self.append(octets, to: path)
            let source = try FileSource(opening: path)
            #expect(source.byteCount == octets.count)
            var reader = try CaptureReader(source)
            let storage = reader.shareStorage()
            #expect(storage is FileMapping)
            var places: [Range<Int>] = []
            while try reader.advance(), places.count < frames.count {
                #expect(Self.octets(reader) == frames[places.count])
                let place = storage.octets.indices(of: reader.frame.bytes)
                places.append(try #require(place))
            }
            #expect(places.count == frames.count)
            #expect(reader.offset == UInt64(octets.count))
            for (place, frame) in zip(places, frames) {
                let octets = storage.octets
                let found = place.map { octets[$0] }
                #expect(found == frame)
            }
        }
    }

    @Test("What a file grows by while it is read is read too", arguments: [0, 1, 700])
    func growing(lateByteCount: Int) throws {
        let (octets, frames) = Self.capture(2 << 20)
        try withTemporaryFile { path in
            // The first part ends in the middle of a frame, or with one.
            let last = frames[frames.count - 1].count + 16
            let first = octets.count - (lateByteCount == 0 ? last : lateByteCount)
            try Self.append(octets[..<first], to: path)
            var reader = try CaptureReader(FileSource(opening: path))
            let storage = reader.shareStorage()
            var count = 0
            for frame in frames.dropLast() {
                #expect(try reader.advance())
                #expect(Self.octets(reader) == frame)
                count += 1
            }
            try Self.append(octets[first...], to: path)
            #expect(try reader.advance())
            #expect(Self.octets(reader) == frames[count])
            // It lies in other memory than the first ones.
            #expect(reader.storageNumber == 1)
            let place = storage.octets.indices(of: reader.frame.bytes)
            #expect(place == nil)
            #expect(try !reader.advance())
        }
    }

    @Test(
        "A file that becomes shorter while it is read is an error, not a trap",
        arguments: [0, 100_000, 1_500_000]
    )
    func shrinking(leftByteCount: Int) throws {
        let (octets, frames) = Self.capture(4 << 20)
        try withTemporaryFile { path in
            try Self.append(octets, to: path)
            var reader = try CaptureReader(FileSource(opening: path))
            #expect(try reader.advance())
            let storage = reader.shareStorage()
            #expect(unsafe truncate(path.string, leftByteCount) == 0)
            var found: CaptureError?
            var count = 1
            do throws(CaptureError) {
                while try reader.advance() { count += 1 }
            } catch {
                found = error
            }
            #expect(found?.code == .readFailed)
            #expect(found?.problem.contains("become shorter") == true)
            #expect(count < frames.count * 4)
            // Who still looks at what is gone finds zeros.
            let last = storage.octets[octets.count - 1]
            #expect(last == 0)
        }
    }

    @Test("Small files, pipes and what is no capture are read as ever")
    func small() throws {
        let (octets, frames) = Self.capture(1_000)
        try withTemporaryFile { path in
            try Self.append(octets, to: path)
            var reader = try CaptureReader(FileSource(opening: path))
            #expect(!(reader.shareStorage() is FileMapping))
            var count = 0
            while try reader.advance() { count += 1 }
            #expect(count == frames.count)
        }
        let null = try FileSource(opening: "/dev/null")
        #expect(null.byteCount == nil && null.mapping == nil)
        try withTemporaryFile { path in
            try Self.append(repeatElement(0, count: 2 << 20), to: path)
            #expect(throws: CaptureError.self) { _ = try CaptureReader(FileSource(opening: path)) }
        }
    }
}
