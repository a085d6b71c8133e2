public import TapCapture
public import TapWire

/// Writes the frames of a request with what its alerts say about them.
public struct EvidenceWriter<Writer: FrameWriter & ~Copyable>: ~Copyable {
    /// Where they go.
    public var writer: Writer
    private let request: EvidenceRequest
    /// How many were written.
    public private(set) var frameCount: UInt64 = 0
    private var lastSequence: UInt64?

    /// Writes frames of `request` to `writer`.
    public init(_ writer: consuming Writer, for request: EvidenceRequest) {
        self.writer = writer
        self.request = request
    }

    /// Writes a frame, unless it is later than was asked for or was written before.
    public mutating func write(_ frame: borrowing Frame, dropped: UInt64 = 0) throws(CaptureError) {
        let metadata = frame.metadata
        guard metadata.arrival <= request.until else { return }
        if let lastSequence, metadata.sequence <= lastSequence { return }
        lastSequence = metadata.sequence
        var words: [String] = []
        if dropped > 0 {
            words.append("hubtap: \(dropped) frames of the ring before this one were lost")
        }
        if let comment = request.comment(on: metadata.sequence) { words.append(comment) }
        try writer.write(
            frame,
            dropped: dropped,
            comment: words.isEmpty ? nil : words.joined(separator: "\n")
        )
        frameCount &+= 1
    }

    /// Ends the file.
    public mutating func finish(_ losses: EvidenceLosses) throws(CaptureError) {
        let statistics = losses.unmirrored.map { InterfaceStatistics(dropped: $0) }
        try writer.finish(statistics: statistics)
    }

    /// Gives the writer back.
    public consuming func takeWriter() -> Writer { writer }
}
