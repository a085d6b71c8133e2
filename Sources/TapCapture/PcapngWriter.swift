internal import SystemPackage
public import TapWire

/// Writes pcapng (draft-ietf-opsawg-pcapng): one section, little-endian, nanoseconds.
///
/// Each interface is described up front. A frame carries its direction, its sequence as packet
/// identifier, and how many frames were lost before it. Behind a DNS response stand the names and addresses it tells,
/// in a block of their own, by which readers resolve addresses without asking anyone. libpcap, and so tcpdump, reads only files
/// whose interfaces all have the same link type and snap length; Wireshark reads all. The times of frames before 1970, which
/// the format cannot hold, become 1970.
public struct PcapngWriter<Sink: OctetSink & ~Copyable>: FrameWriter, ~Copyable {
    private var encoder: PcapngEncoder
    private var isFinished = false
    /// Where the octets go.
    public private(set) var sink: Sink

    /// Starts a capture in `sink` with one interface a port, in the order of their indices.
    public init(
        to sink: consuming Sink,
        section: CaptureSection,
        interfaces: [CaptureInterface]
    ) {
        encoder = PcapngEncoder(section: section, interfaces: interfaces)
        self.sink = sink
    }

    /// How many frames were written, those in the buffer included.
    public var frameCount: UInt64 { encoder.frameCount }

    /// How many octets were written, those in the buffer included.
    public var octetCount: UInt64 { encoder.buffer.octetCount }

    /// Writes one frame, cut off at the snap length of its interface.
    public mutating func write(
        _ frame: borrowing Frame,
        dropped: UInt64 = 0,
        comment: String? = nil
    ) throws(CaptureError) {
        try encoder.append(frame, dropped: dropped, comment: comment, isFinished: isFinished)
        encoder.appendNames(in: frame)
        if encoder.buffer.isFull { try encoder.buffer.flush(into: &sink) }
    }

    /// True: names stand in blocks of their own.
    public static var tellsNames: Bool { true }

    /// Writes the names and addresses that a DNS response in a frame tells, without the frame.
    ///
    /// Not to be called for a frame that is written: `write` does it.
    public mutating func note(_ frame: borrowing Frame) throws(CaptureError) {
        guard !isFinished, !encoder.buffer.hasFailed else { return }
        encoder.appendNames(in: frame)
        if encoder.buffer.isFull { try encoder.buffer.flush(into: &sink) }
    }

    /// Hands everything written so far to the sink.
    public mutating func flush() throws(CaptureError) { try encoder.buffer.flush(into: &sink) }

    /// Writes the statistics of the interfaces, and hands everything to the sink.
    public mutating func finish(statistics: [InterfaceStatistics] = []) throws(CaptureError) {
        if isFinished { throw .alreadyFinished(after: octetCount) }
        encoder.append(statistics)
        try encoder.buffer.finish(&sink)
        isFinished = true
    }

    /// Ends the writer and gives its sink back; what was not handed over is lost.
    public consuming func takeSink() -> Sink { sink }
}

extension CaptureError {
    static func alreadyFinished(after octetCount: UInt64) -> CaptureError {
        CaptureError(
            code: .finished,
            offset: octetCount,
            problem: "the capture was finished before"
        )
    }
}
