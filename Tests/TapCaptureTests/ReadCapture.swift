import SystemPackage
import TapCapture
import TapWire

/// A frame as the reader gave it, with its octets copied.
struct ReadFrame: Hashable {
    var octets: [UInt8]
    var metadata: FrameMetadata
    var note: FrameNote
    var comment: String?
}

/// Everything that the reader gives of a capture in memory.
struct ReadCapture: Equatable {
    var frames: [ReadFrame] = []
    var error: CaptureError?
    var format: CaptureFormat?
    var interfaces: [CaptureInterface] = []
    var ports: [String] = []
    var section = CaptureSection()
    var statistics: [InterfaceStatistics?] = []
    var droppedCount: UInt64 = 0

    /// Reads `octets`, which come in pieces of `pieceByteCount`.
    init(_ octets: [UInt8], pieceByteCount: Int = .max) {
        do throws(CaptureError) {
            var reader = try CaptureReader(MemorySource(octets, pieceByteCount: pieceByteCount))
            format = reader.format
            do throws(CaptureError) {
                while try reader.advance() {
                    let frame = reader.frame
                    var octets: [UInt8] = []
                    for index in frame.bytes.indices { octets.append(frame.bytes[index]) }
                    let metadata = frame.metadata
                    frames.append(
                        ReadFrame(
                            octets: octets,
                            metadata: metadata,
                            note: reader.note,
                            comment: reader.comment
                        )
                    )
                }
            } catch {
                self.error = error
            }
            interfaces = reader.interfaces
            ports = reader.ports.names
            section = reader.section
            statistics = reader.statistics
            droppedCount = reader.droppedCount
        } catch {
            self.error = error
        }
    }
}
