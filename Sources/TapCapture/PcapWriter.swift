internal import SystemPackage
public import TapWire

/// Writes pcap with nanoseconds: one link type, no port names, no drop counts, no comments.
///
/// The format's seconds are 32 bits without a sign: times before 1970 and after 2106 are held
/// at its ends. Losses have no place in it; `droppedCount` adds them up.
public struct PcapWriter<Sink: OctetSink & ~Copyable>: FrameWriter, ~Copyable {
    private var buffer = BlockBuffer()
    private let linkType: LinkType
    private let snapLength: UInt32
    private var isFinished = false
    /// How many frames were written, those in the buffer included.
    public private(set) var frameCount: UInt64 = 0
    /// How many frames were said to be lost, which the file does not tell.
    public private(set) var droppedCount: UInt64 = 0
    /// Where the octets go.
    public private(set) var sink: Sink

    /// Starts a capture in `sink`.
    ///
    /// - Parameters:
    ///   - sink: Where the octets go.
    ///   - linkType: What every frame begins with.
    ///   - snapLength: How many octets of a frame are kept at most; 0 for all.
    public init(to sink: consuming Sink, linkType: LinkType = .ethernet, snapLength: UInt32 = 0) {
        self.sink = sink
        self.linkType = linkType
        self.snapLength = snapLength
        buffer.append(UInt32(0xA1B2_3C4D))
        buffer.append(UInt16(2))
        buffer.append(UInt16(4))
        buffer.append(UInt64(0))
        // 0 is not understood by all as "no limit"; libpcap's own maximum is.
        buffer.append(snapLength == 0 ? 262_144 : snapLength)
        buffer.append(UInt32(linkType.rawValue))
        buffer.endBlock()
    }

    /// How many octets were written, those in the buffer included.
    public var octetCount: UInt64 { buffer.octetCount }

    /// Writes one frame; the format has no place for `comment`.
    public mutating func write(
        _ frame: borrowing Frame,
        dropped: UInt64 = 0,
        comment: String? = nil
    ) throws(CaptureError) {
        if buffer.hasFailed, let failure = buffer.failure { throw failure }
        if isFinished { throw .alreadyFinished(after: octetCount) }
        guard frame.metadata.linkType == linkType else {
            throw CaptureError(
                code: .wrongLinkType,
                offset: octetCount,
                problem: "a frame of link type \(frame.metadata.linkType.rawValue) in a capture "
                    + "of link type \(linkType.rawValue)"
            )
        }
        let captured = min(frame.bytes.count, snapLength == 0 ? .max : Int(snapLength))
        let (seconds, nanoseconds) = Self.parts(of: frame.metadata.arrival)
        let wireLength = max(frame.metadata.wireLength, UInt32(captured))
        buffer.append(words: [seconds, nanoseconds, UInt32(captured), wireLength])
        buffer.append(frame.bytes.extracting(first: captured))
        buffer.endBlock()
        frameCount &+= 1
        droppedCount &+= dropped
        if buffer.isFull { try buffer.flush(into: &sink) }
    }

    /// False: the format has no place for names.
    public static var tellsNames: Bool { false }

    /// Does nothing: the format has no place for names.
    public mutating func note(_ frame: borrowing Frame) {}

    /// Hands everything written so far to the sink.
    public mutating func flush() throws(CaptureError) { try buffer.flush(into: &sink) }

    /// Hands everything to the sink; the format has no place for `statistics`.
    public mutating func finish(statistics: [InterfaceStatistics] = []) throws(CaptureError) {
        if isFinished { throw .alreadyFinished(after: octetCount) }
        try buffer.finish(&sink)
        isFinished = true
    }

    private static func parts(of time: Timestamp) -> (seconds: UInt32, nanoseconds: UInt32) {
        guard time.nanoseconds >= 0 else { return (0, 0) }
        let (seconds, nanoseconds) = time.nanoseconds.quotientAndRemainder(
            dividingBy: 1_000_000_000
        )
        guard let held = UInt32(exactly: seconds) else { return (.max, 999_999_999) }
        return (held, UInt32(nanoseconds))
    }
}
