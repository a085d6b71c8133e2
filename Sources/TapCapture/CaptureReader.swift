internal import SystemPackage
internal import TapWire

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
        try decoder.begin(&self.source)
    }

    /// The next frame, or nil at the end of the capture.
    ///
    /// After an error, every later call throws it again. A frame of a simple packet block, which
    /// has no time, gets that of the frame before it.
    @_lifetime(&self)
    public mutating func next() throws(CaptureError) -> CapturedFrame? {
        guard let found = try decoder.advance(&source) else { return nil }
        return CapturedFrame(
            Frame(decoder.octets(at: found.storage), found.metadata),
            found.note,
            comment: decoder.octets(at: found.commentStorage)
        )
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
