internal import TapWire

/// What `CaptureReader` knows, apart from its source.
struct CaptureDecoder: ~Copyable {
    /// How the octets are to be read.
    enum Format {
        case pcap(PcapHeader)
        case pcapng
    }

    /// A frame in the buffer.
    struct FoundFrame {
        var storage = 0..<0
        var arrival = Timestamp(nanoseconds: 0)
        var wireLength: UInt32 = 0
        var ingress = PortIndex(rawValue: 0)
        var flags = FrameFlags()
        var linkType = LinkType.ethernet
        var note = FrameNote(interface: 0)
        /// Where its comment stands; empty if there is none.
        var commentStorage = 0..<0
    }

    /// What the packets of an interface need on every frame.
    struct Clock {
        var resolution = TimeResolution()
        var port: PortIndex
        var linkType: LinkType
        var checkSequenceByteCount = 0
    }

    var buffer = SourceBuffer()
    private var format = Format.pcapng
    var ports: CapturePorts
    var nextSequence: UInt64
    var section = CaptureSection()
    var interfaces: [CaptureInterface] = []
    var clocks: [Clock] = []
    var statistics: [InterfaceStatistics?] = []
    var droppedCount: UInt64 = 0
    /// The last frame that `advance` went to; written where it lies, as it is with every frame.
    private(set) var found = FoundFrame()
    /// The byte order of the section.
    var order = ByteOrder.little
    private var failure: CaptureError?
    /// True once there is one, which is not copied to be asked.
    private var hasFailed = false

    init(ports: CapturePorts, sequence: UInt64) {
        self.ports = ports
        nextSequence = sequence
    }

    var kind: CaptureFormat {
        switch format {
        case .pcap: .pcap
        case .pcapng: .pcapng
        }
    }

    /// The frame that was found.
    ///
    /// Taken field by field: all of them at once, as soon as they were written, would wait for each to have been.
    var frame: Frame {
        @inline(__always)
        @_lifetime(borrow self)
        borrowing get {
            Frame(
                buffer.octets(consumed: found.storage),
                FrameMetadata(
                    arrival: found.arrival,
                    sequence: nextSequence &- 1,
                    wireLength: found.wireLength,
                    ingress: found.ingress,
                    flags: found.flags,
                    linkType: found.linkType
                )
            )
        }
    }

    @_lifetime(borrow self)
    borrowing func octets(at storage: Range<Int>) -> Span<UInt8> {
        buffer.octets(consumed: storage)
    }

    /// True if the record or block that comes next is not at hand as a whole.
    var isDrained: Bool {
        let octets = buffer.octets
        switch format {
        case .pcap(let header):
            guard octets.count >= header.recordHeaderByteCount else { return true }
            var captured = header.form.order.uint32(octets, at: 8)
            if header.mayHaveSwappedLengths {
                captured = min(captured, header.form.order.uint32(octets, at: 12))
            }
            return octets.count - header.recordHeaderByteCount < Int(captured)
        case .pcapng:
            guard octets.count >= PcapngBlock.minimumByteCount else { return true }
            return octets.count < Int(order.uint32(octets, at: 4))
        }
    }

    /// Reads what comes before the first frame.
    mutating func begin(
        _ source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) {
        format = try readFormat(&source)
        switch format {
        case .pcap(let header):
            _ = buffer.consume(PcapHeader.byteCount)
            let interface = CaptureInterface(
                name: "if0",
                linkType: header.linkType,
                snapLength: header.snapLength
            )
            add(interface, resolution: TimeResolution(), header.checkSequenceByteCount)
        case .pcapng:
            try readSection(&source)
        }
    }

    /// Goes to the next frame, which is `found` then; false at the end.
    mutating func advance(
        _ source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) -> Bool {
        if hasFailed, let failure { throw failure }
        do {
            try buffer.fetchAhead()
            let isFound =
                switch format {
                case .pcap(let header): try nextRecord(header, &source)
                case .pcapng: try nextPacket(&source)
                }
            guard isFound else { return false }
            nextSequence &+= 1
            droppedCount &+= found.note.dropped
            return true
        } catch {
            failure = error
            hasFailed = true
            throw error
        }
    }

    /// Notes an interface, and gives it a port by its name.
    mutating func add(
        _ interface: CaptureInterface,
        resolution: TimeResolution,
        _ checkSequenceByteCount: Int
    ) {
        interfaces.append(interface)
        statistics.append(nil)
        clocks.append(
            Clock(
                resolution: resolution,
                port: ports.port(named: interface.name),
                linkType: interface.linkType,
                checkSequenceByteCount: checkSequenceByteCount
            )
        )
    }

    /// Notes the frame that was found: its octets, check sequence included, stand at `storage`.
    mutating func noteFrame(
        at storage: Range<Int>,
        note: FrameNote,
        wireLength: UInt32,
        arrival: Timestamp,
        checkSequence: Int,
        flags: FrameFlags,
        comment: Range<Int> = 0..<0
    ) {
        // Some writers leave the length on the wire 0 or too small.
        let onWire = max(Int(wireLength), storage.count)
        let length = max(0, onWire - checkSequence)
        found.storage = storage.lowerBound..<storage.lowerBound + min(storage.count, length)
        found.arrival = arrival
        found.wireLength = UInt32(length)
        found.ingress = clocks[note.interface].port
        found.flags = flags
        found.linkType = clocks[note.interface].linkType
        found.note = note
        found.commentStorage = comment
    }

    /// The text in `octets`, cut off at the limit and made valid.
    static func text(_ octets: Span<UInt8>) -> String {
        var kept: [UInt8] = []
        for index in 0..<min(octets.count, CaptureLimits.maximumTextByteCount) {
            // Some writers end their texts with a zero.
            guard octets[index] != 0 else { break }
            kept.append(octets[index])
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
