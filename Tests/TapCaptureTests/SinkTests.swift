import Foundation
import SystemPackage
import TapCapture
import TapWire
import Testing

/// Takes a few octets at a time, and none after `capacity`.
private struct NarrowSink: OctetSink {
    var octets: [UInt8] = []
    var capacity: Int
    var pieceByteCount: Int
    var failure: Errno
    var canTakeBack: Bool

    mutating func write(_ span: Span<UInt8>) throws(Errno) -> Int {
        let count = min(span.count, pieceByteCount, capacity - octets.count)
        guard count > 0 else { throw failure }
        for index in 0..<count { octets.append(span[index]) }
        return count
    }

    mutating func takeBack(octetCount: Int) -> Bool {
        if canTakeBack { octets.removeLast(octetCount) }
        return canTakeBack
    }
}

struct SinkTests {
    private static let frame = SampleFrame.tcp(payload: Array("RSET\r\n".utf8))

    /// Writes three frames to a sink with room for `capacity` octets.
    private static func capture(
        capacity: Int,
        canTakeBack: Bool,
        failure: Errno = .noSpace
    ) -> (octets: [UInt8], error: CaptureError?) {
        var writer = PcapngWriter(
            to: NarrowSink(
                capacity: capacity,
                pieceByteCount: 7,
                failure: failure,
                canTakeBack: canTakeBack
            ),
            section: CaptureSection(application: "hubtap"),
            interfaces: [CaptureInterface(name: "eth0")]
        )
        do throws(CaptureError) {
            for index in 0..<3 as Range<UInt64> {
                let metadata = SampleFrame.metadata(index, count: frame.count)
                try writer.write(Frame(frame.span, metadata))
            }
            try writer.finish()
            return (writer.sink.octets, nil)
        } catch {
            expect(error.code) { () throws(CaptureError) in try writer.flush() }
            expect(error.code) { () throws(CaptureError) in
                try writer.write(Frame(frame.span, SampleFrame.metadata(count: frame.count)))
            }
            return (writer.sink.octets, error)
        }
    }

    @Test func whatStandsInAFullFileIsWholeBlocks() {
        let whole = Self.capture(capacity: .max, canTakeBack: true)
        #expect(whole.error == nil)
        for capacity in 0..<whole.octets.count {
            let (octets, error) = Self.capture(capacity: capacity, canTakeBack: true)
            #expect(error?.code == .outOfSpace)
            #expect(error?.offset == UInt64(octets.count))
            #expect(octets == Array(whole.octets.prefix(octets.count)))
            #expect(octets.count <= capacity)
            let read = ReadCapture(octets)
            #expect(octets.isEmpty ? read.error?.code == .empty : read.error == nil)
        }
    }

    @Test func whatAPipeHasGotIsSaidToBeTorn() throws {
        let (octets, error) = Self.capture(
            capacity: 203,
            canTakeBack: false,
            failure: .brokenPipe
        )
        let failure = try #require(error)
        #expect(octets.count == 203)
        #expect(failure.code == .brokenPipe)
        #expect(failure.offset == 203)
        #expect(failure.description.contains("in the middle of a block"))
    }

    @Test func otherFailuresKeepTheirErrno() {
        let (_, error) = Self.capture(capacity: 0, canTakeBack: true, failure: .ioError)
        #expect(error?.code == .writeFailed)
        #expect(error?.errno == .ioError)
    }

    @Test func aFileIsShortenedByWhatIsTakenBack() throws {
        try withTemporaryFile { path in
            var sink = try FileSink(creating: path)
            let written = try sink.write([1, 2, 3, 4, 5].span)
            let isTakenBack = sink.takeBack(octetCount: 2)
            let writtenAfter = try sink.write([9].span)
            #expect(written == 5)
            #expect(isTakenBack)
            #expect(writtenAfter == 1)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path.string)) == Data([1, 2, 3, 9]))
        }
    }

    @Test func onlyTheOwnerMayReadANewCapture() throws {
        try withTemporaryFile { path in
            _ = try FileSink(creating: path)
            let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func aFullDeviceIsOutOfSpace() throws {
        var writer = PcapWriter(to: try FileSink(creating: "/dev/full"))
        expect(.outOfSpace) { () throws(CaptureError) in try writer.finish() }
    }

    @Test func aFolderThatIsMissingCannotBeWrittenTo() {
        expect(.cannotOpen) { () throws(CaptureError) in
            _ = try FileSink(creating: "/nonexistent/capture.pcapng")
        }
        expect(.cannotOpen) { () throws(CaptureError) in
            _ = try FileSource(opening: "/nonexistent/capture.pcapng")
        }
    }

    @Test func aFolderCannotBeRead() throws {
        expect(.readFailed) { () throws(CaptureError) in
            _ = try CaptureReader(FileSource(opening: "/"))
        }
    }

    @Test func aPipeThatTakesNothingNowIsWaitedFor() throws {
        try withTemporaryFile { path in
            let (readEnd, writeEnd) = try FileDescriptor.pipe()
            // The same pipe once more, this time with O_NONBLOCK.
            let name = FilePath("/proc/self/fd/\(writeEnd.rawValue)")
            let nonBlocking = try FileDescriptor.open(
                name,
                .writeOnly,
                options: [.nonBlocking, .closeOnExec]
            )
            try writeEnd.close()
            let copy = try FileDescriptor.open(
                path,
                .writeOnly,
                options: .create,
                permissions: .ownerReadWrite
            )
            let cat = Process()
            cat.executableURL = URL(fileURLWithPath: "/bin/cat")
            cat.standardInput = FileHandle(fileDescriptor: readEnd.rawValue, closeOnDealloc: false)
            cat.standardOutput = FileHandle(fileDescriptor: copy.rawValue, closeOnDealloc: false)
            try cat.run()
            try readEnd.close()
            try copy.close()
            var writer = PcapWriter(to: FileSink(nonBlocking))
            let big = Array(repeating: UInt8(7), count: 1_000_000)
            try writer.write(Frame(big.span, SampleFrame.metadata(count: big.count)))
            try writer.finish()
            try nonBlocking.close()
            cat.waitUntilExit()
            let octets = try Data(contentsOf: URL(fileURLWithPath: path.string))
            #expect(ReadCapture(Array(octets)).frames.map(\.octets) == [big])
        }
    }

    @Test func aReaderThatIsGoneIsABrokenPipe() throws {
        signal(SIGPIPE, SIG_IGN)
        let (readEnd, writeEnd) = try FileDescriptor.pipe()
        try readEnd.close()
        var writer = PcapWriter(to: FileSink(writeEnd))
        expect(.brokenPipe) { () throws(CaptureError) in try writer.flush() }
        try writeEnd.close()
    }
}

/// Runs `body` with the path of a file that does not exist, and removes it afterwards.
func withTemporaryFile<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("capture-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(FilePath(url.path))
}
