import SystemPackage
import TapCapture
import TapWire

/// Frames that were gathered for a file of evidence by one process, in a capture file of their own.
struct EvidencePart {
    /// The path of the file.
    let path: String

    /// What it is made for: a process that was killed leaves it as far as it was written.
    private func reader() throws(CaptureError) -> CaptureReader<FileSource> {
        try CaptureReader(FileSource(opening: FilePath(path)))
    }

    /// The ports of the tap; nil if the file was not even begun.
    var interfaces: [CaptureInterface]? {
        guard var reader = try? reader() else { return nil }
        _ = try? reader.advance()
        return reader.interfaces.isEmpty ? nil : reader.interfaces
    }

    /// How many frames it has, and the number of the last one.
    func survey() -> (frames: UInt64, last: UInt64?) {
        guard var reader = try? reader() else { return (0, nil) }
        var (frames, last): (UInt64, UInt64?) = (0, nil)
        while (try? reader.advance()) == true {
            frames += 1
            last = reader.note.identifier ?? last
        }
        return (frames, last)
    }

    /// Writes its frames, as far as the file goes, into `writer`.
    ///
    /// - Throws: Why nothing can be written.
    func copy<Writer: FrameWriter & ~Copyable>(
        into writer: inout EvidenceWriter<Writer>
    ) throws(CaptureError) {
        guard var reader = try? reader() else { return }
        while (try? reader.advance()) == true {
            let note = reader.note
            let frame = reader.frame
            var metadata = frame.metadata
            metadata.sequence = note.identifier ?? metadata.sequence
            metadata.ingress = PortIndex(rawValue: UInt8(clamping: note.interface))
            try writer.write(Frame(frame.bytes, metadata), dropped: note.dropped)
        }
    }
}
