import FuzzSupport
import TapCapture
import TapWire

/// Reads a capture: one octet that says how it comes in pieces, then the file.
///
/// The pieces must not change what is read, and what is read must fit into the file.
@main
struct CaptureFuzzer: FuzzTarget {
    static func test(_ octets: Span<UInt8>) {
        guard !octets.isEmpty else { return }
        var input = FuzzInput(octets)
        let pieceByteCount = 1 + Int(input.octet()) % 61
        let file = input.octets(upTo: .max)
        let whole = Outcome(of: file, pieceByteCount: .max)
        precondition(whole == Outcome(of: file, pieceByteCount: pieceByteCount))
    }
}

/// What became of reading a file, in numbers that any difference changes.
private struct Outcome: Equatable {
    private var digest = Hasher(seed: 0)
    private var octetCount = 0
    private var frameCount = 0
    private var error: CaptureError?
    private var interfaces: [CaptureInterface] = []
    private var statistics: [InterfaceStatistics?] = []
    private var section = CaptureSection()

    init(of file: [UInt8], pieceByteCount: Int) {
        do throws(CaptureError) {
            var reader = try CaptureReader(MemorySource(file, pieceByteCount: pieceByteCount))
            do throws(CaptureError) {
                while try reader.advance() { take(reader) }
            } catch {
                self.error = error
            }
            precondition(reader.offset <= UInt64(file.count))
            interfaces = reader.interfaces
            statistics = reader.statistics
            section = reader.section
        } catch {
            self.error = error
        }
        // The shortest record of a frame is a pcapng block of 16 octets without any.
        precondition(frameCount <= file.count / 16 && octetCount <= file.count)
    }

    private mutating func take<Source: OctetSource & ~Copyable>(
        _ reader: borrowing CaptureReader<Source>
    ) {
        let frame = reader.frame
        let metadata = frame.metadata
        precondition(frame.bytes.count <= Int(metadata.wireLength))
        precondition(Int(metadata.ingress.rawValue) < PortIndex.maximumCount)
        frameCount += 1
        octetCount += frame.bytes.count
        for index in frame.bytes.indices { digest.add(UInt64(frame.bytes[index])) }
        digest.add(UInt64(bitPattern: metadata.arrival.nanoseconds))
        digest.add(metadata.sequence)
        digest.add(UInt64(metadata.wireLength) << 32 | UInt64(metadata.linkType.rawValue))
        digest.add(UInt64(metadata.ingress.rawValue) << 16 | UInt64(metadata.flags.rawValue))
        digest.add(reader.note.dropped)
        for letter in (reader.comment ?? "-").utf8 { digest.add(UInt64(letter)) }
    }
}

/// A running sum of numbers that depends on their order (FNV-1a).
private struct Hasher: Equatable {
    private var value: UInt64

    init(seed: UInt64) { value = 0xCBF2_9CE4_8422_2325 ^ seed }

    mutating func add(_ number: UInt64) { value = (value ^ number) &* 0x100_0000_01B3 }
}
