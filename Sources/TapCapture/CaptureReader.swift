internal import SystemPackage
public import TapWire

/// Reads pcap and pcapng, in either byte order, from a file or a pipe.
///
/// Its memory is bounded (`CaptureLimits`), and no octets make it fail other than by an error:
/// a damaged file gives its frames as far as they go, and then a `CaptureError` that says what
/// is wrong, where, and how much is missing.
///
/// Both forms of pcap in both byte orders are read, with and without the record headers of the
/// old "modified" form. In pcapng, sections, interfaces, all three kinds of packet blocks and
/// statistics are read; other blocks are skipped.
public struct CaptureReader<Source: OctetSource & ~Copyable>: ~Copyable {
    private var decoder: CaptureDecoder
    private var source: Source
    /// True if there is a frame that the last `advance()` went to.
    private var hasFrame = false

    /// Reads the head of a capture.
    ///
    /// - Parameters:
    ///   - source: Where the octets come from.
    ///   - ports: The ports known from earlier files of the same stream.
    ///   - sequence: The number that the first frame gets.
    /// - Throws: Why this is no capture that can be read.
    public init(
        _ source: consuming Source,
        ports: CapturePorts = CapturePorts(),
        countingFrom sequence: UInt64 = 0
    ) throws(CaptureError) {
        decoder = CaptureDecoder(ports: ports, sequence: sequence)
        self.source = source
        decoder.buffer.look(into: self.source.mapping)
        try decoder.begin(&self.source)
    }

    /// Goes to the next frame.
    ///
    /// - Returns: False at the end of the capture.
    /// - Throws: What is wrong with the capture; every later call throws it again.
    public mutating func advance() throws(CaptureError) -> Bool {
        hasFrame = false
        hasFrame = try decoder.advance(&source)
        return hasFrame
    }

    /// The frame that `advance()` went to.
    ///
    /// A frame of a simple packet block, which has no time, has that of the frame before it.
    ///
    /// - Precondition: The last `advance()` returned true.
    public var frame: Frame {
        @inline(__always)
        @_lifetime(borrow self)
        borrowing get {
            // Not by `current`, which would be a copy of all that was found.
            precondition(hasFrame, "advance() has not returned true")
            return decoder.frame
        }
    }

    /// The memory in which the octets of the frames lie since `storageNumber` changed last.
    ///
    /// It is not written any more: frames to come that are not in it yet come in another.
    public mutating func shareStorage() -> any OctetStore { decoder.buffer.share() }

    /// Changes when `advance()` has gone on in other memory.
    public var storageNumber: UInt64 { decoder.buffer.generation }

    /// True if what comes next is still to come from the source, which may make `advance()` wait.
    public var isDrained: Bool { decoder.isDrained }

    /// Takes memory back that was shared and that nobody looks into any more, to be used again.
    public mutating func recycle(_ store: any OctetStore) { decoder.buffer.recycle(store) }

    /// What the file says of the frame beside its metadata.
    ///
    /// - Precondition: The last `advance()` returned true.
    public var note: FrameNote { current.note }

    /// The remark on the frame, cut off at `CaptureLimits.maximumTextByteCount`.
    ///
    /// - Precondition: The last `advance()` returned true.
    public var comment: String? {
        let octets = decoder.octets(at: current.commentStorage)
        return octets.isEmpty ? nil : CaptureDecoder.text(octets)
    }

    private var current: CaptureDecoder.FoundFrame {
        precondition(hasFrame, "advance() has not returned true")
        return decoder.found
    }

    /// Which kind of file it is.
    public var format: CaptureFormat { decoder.kind }

    /// The interfaces of the section that the last frame stands in.
    ///
    /// One without a name is called `if0`, `if1` and so on; a pcap file has one, `if0`.
    public var interfaces: [CaptureInterface] { decoder.interfaces }

    /// The ports of everything read so far; hand them to the reader of the next file.
    public var ports: CapturePorts { decoder.ports }

    /// Where the section that the last frame stands in comes from; empty in a pcap file.
    public var section: CaptureSection { decoder.section }

    /// The latest statistics of each of `interfaces`; nil where there are none so far.
    public var statistics: [InterfaceStatistics?] { decoder.statistics }

    /// Frames that were lost while capturing, as far as the frames read so far tell.
    public var droppedCount: UInt64 { decoder.droppedCount }

    /// How many frames were read, and before them by earlier readers of the same stream.
    public var nextSequence: UInt64 { decoder.nextSequence }

    /// Octets of the input that were read through.
    public var offset: UInt64 { decoder.buffer.offset }
}
