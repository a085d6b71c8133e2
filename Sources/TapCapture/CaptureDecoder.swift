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
        var storage: Range<Int>
        var metadata: FrameMetadata
        var note: FrameNote
        /// Where its comment stands; empty if there is none.
        var commentStorage = 0..<0
    }

    /// What the packets of an interface need on every frame.
    struct Clock {
        var resolution = TimeResolution()
        var port: PortIndex
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
    var lastArrival = Timestamp(nanoseconds: 0)
    /// The byte order of the section.
    var order = ByteOrder.little
    private var failure: CaptureError?

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

    /// Finds the next frame, nil at the end.
    mutating func advance(
        _ source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) -> FoundFrame? {
        if let failure { throw failure }
        do {
            let found: FoundFrame? =
                switch format {
                case .pcap(let header): try nextRecord(header, &source)
                case .pcapng: try nextPacket(&source)
                }
            guard let found else { return nil }
            nextSequence &+= 1
            droppedCount &+= found.note.dropped
            lastArrival = found.metadata.arrival
            return found
        } catch {
            failure = error
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
                checkSequenceByteCount: checkSequenceByteCount
            )
        )
    }

    /// A frame whose octets, check sequence included, stand at `storage`.
    func frame(
        at storage: Range<Int>,
        note: FrameNote,
        wireLength: UInt32,
        arrival: Timestamp,
        checkSequence: Int,
        flags: FrameFlags
    ) -> FoundFrame {
        // Some writers leave the length on the wire 0 or too small.
        let onWire = max(Int(wireLength), storage.count)
        let length = max(0, onWire - checkSequence)
        let kept = storage.lowerBound..<storage.lowerBound + min(storage.count, length)
        let metadata = FrameMetadata(
            arrival: arrival,
            sequence: nextSequence,
            wireLength: UInt32(length),
            ingress: clocks[note.interface].port,
            flags: flags,
            linkType: interfaces[note.interface].linkType
        )
        return FoundFrame(storage: kept, metadata: metadata, note: note)
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
