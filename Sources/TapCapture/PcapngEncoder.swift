internal import TapWire

/// Makes the blocks of a pcapng file.
///
/// It knows no sink, so that frames meet no generic code.
struct PcapngEncoder: ~Copyable {
    var buffer = BlockBuffer()
    /// Answers that stand in name resolution blocks already, as far as they are remembered.
    var knownNames: Set<DNSAnswer> = []
    private(set) var frameCount: UInt64 = 0
    /// What every frame is checked against, one entry an interface.
    private let tracks: [Track]
    /// The times of the earliest and the latest frame, for the statistics.
    private var firstArrival = Timestamp(nanoseconds: 0)
    private var lastArrival = Timestamp(nanoseconds: 0)

    /// What the writer needs of an interface on every frame, without its texts.
    private struct Track {
        var linkType: LinkType
        /// How many octets of a frame are kept.
        var snapLength: Int

        init(_ interface: CaptureInterface) {
            linkType = interface.linkType
            snapLength = interface.snapLength == 0 ? .max : Int(interface.snapLength)
        }
    }

    init(section: CaptureSection, interfaces: [CaptureInterface]) {
        tracks = interfaces.map(Track.init)
        append(section)
        for interface in interfaces { append(interface) }
    }

    /// Appends an enhanced packet block.
    mutating func append(
        _ frame: borrowing Frame,
        dropped: UInt64,
        comment: String?,
        isFinished: Bool
    ) throws(CaptureError) {
        let metadata = frame.metadata
        let limit = try snapLength(for: metadata, isFinished: isFinished)
        let bytes = frame.bytes.extracting(first: min(limit, frame.bytes.count))
        let start = buffer.count
        buffer.append(words: Self.packetHead(metadata, capturedCount: UInt32(bytes.count)))
        buffer.appendPadded(bytes)
        if dropped > 0 { appendOption(PcapngOption.packetDropCount, dropped) }
        if let comment { appendOption(PcapngOption.comment, comment) }
        let length = UInt32(buffer.count &- start &+ 28)
        buffer.append(words: Self.packetTail(metadata, blockByteCount: length))
        buffer.replace(at: start &+ 4, with: length)
        buffer.endBlock()

        if frameCount == 0 {
            firstArrival = metadata.arrival
            lastArrival = metadata.arrival
        }
        frameCount &+= 1
        firstArrival = min(firstArrival, metadata.arrival)
        lastArrival = max(lastArrival, metadata.arrival)
    }

    /// What stands in an enhanced packet block before the frame; the block's length is filled in later.
    @inline(__always)
    private static func packetHead(
        _ metadata: FrameMetadata,
        capturedCount: UInt32
    ) -> InlineArray<7, UInt32> {
        let time = halves(of: metadata.arrival)
        return [
            PcapngBlock.enhancedPacket, 0, UInt32(metadata.ingress.rawValue), time.upper,
            time.lower, capturedCount, max(metadata.wireLength, capturedCount),
        ]
    }

    /// What stands in an enhanced packet block behind the frame: direction, identifier, end of options, length.
    @inline(__always)
    private static func packetTail(
        _ metadata: FrameMetadata,
        blockByteCount: UInt32
    ) -> InlineArray<7, UInt32> {
        [
            optionHead(PcapngOption.packetFlags, byteCount: 4),
            PcapngPacketFlags(metadata.flags).rawValue,
            optionHead(PcapngOption.packetIdentifier, byteCount: 8),
            UInt32(truncatingIfNeeded: metadata.sequence),
            UInt32(truncatingIfNeeded: metadata.sequence >> 32),
            0, blockByteCount,
        ]
    }

    /// An option's code and length as one number, whose lower half stands first.
    private static func optionHead(_ code: UInt16, byteCount: UInt16) -> UInt32 {
        UInt32(byteCount) << 16 | UInt32(code)
    }

    /// Appends an interface statistics block for each entry.
    mutating func append(_ statistics: [InterfaceStatistics]) {
        for (index, entry) in statistics.enumerated() where index < tracks.count {
            let start = beginBlock(PcapngBlock.interfaceStatistics)
            buffer.append(UInt32(index))
            appendTime(entry.end ?? lastArrival)
            for (code, time) in [
                (
                    PcapngOption.statisticsStart,
                    entry.start ?? (frameCount > 0 ? firstArrival : nil)
                ),
                (PcapngOption.statisticsEnd, entry.end ?? (frameCount > 0 ? lastArrival : nil)),
            ] {
                guard let time else { continue }
                buffer.append(code)
                buffer.append(UInt16(8))
                appendTime(time)
            }
            for (code, count) in [
                (PcapngOption.statisticsReceived, entry.received),
                (PcapngOption.statisticsDropped, entry.dropped),
                (PcapngOption.statisticsAccepted, entry.accepted),
                (PcapngOption.statisticsDroppedBySystem, entry.droppedBySystem),
                (PcapngOption.statisticsDelivered, entry.delivered),
            ] {
                if let count { appendOption(code, count) }
            }
            endBlock(start)
        }
    }

    private mutating func append(_ section: CaptureSection) {
        let start = beginBlock(PcapngBlock.sectionHeader)
        buffer.append(UInt32(0x1A2B_3C4D))
        buffer.append(UInt16(1))
        buffer.append(UInt16(0))
        // The length of the section is not known before its end.
        buffer.append(UInt64.max)
        appendOption(PcapngOption.comment, section.comment)
        appendOption(PcapngOption.sectionHardware, section.hardware)
        appendOption(PcapngOption.sectionOperatingSystem, section.operatingSystem)
        appendOption(PcapngOption.sectionApplication, section.application)
        endBlock(start)
    }

    private mutating func append(_ interface: CaptureInterface) {
        let start = beginBlock(PcapngBlock.interfaceDescription)
        buffer.append(interface.linkType.rawValue)
        buffer.append(UInt16(0))
        buffer.append(interface.snapLength)
        appendOption(PcapngOption.interfaceName, interface.name)
        appendOption(PcapngOption.interfaceDescription, interface.description)
        if let address = interface.macAddress {
            buffer.append(PcapngOption.interfaceMACAddress)
            buffer.append(UInt16(6))
            // The address stands in network order: shifted up, its octets lead.
            buffer.append((address.bits << 16).byteSwapped)
        }
        if let speed = interface.bitsPerSecond { appendOption(PcapngOption.interfaceSpeed, speed) }
        buffer.append(PcapngOption.interfaceTimeResolution)
        buffer.append(UInt16(1))
        buffer.append(UInt32(9))
        if let filter = interface.filter {
            // The zero says that the filter is a string in libpcap's syntax.
            appendOption(PcapngOption.interfaceFilter, "\0" + filter)
        }
        appendOption(PcapngOption.interfaceOperatingSystem, interface.operatingSystem)
        appendOption(PcapngOption.interfaceHardware, interface.hardware)
        endBlock(start)
    }

    /// How many octets of the frame are kept, once it is sure that it may be written.
    @inline(__always)
    private func snapLength(
        for metadata: FrameMetadata,
        isFinished: Bool
    ) throws(CaptureError) -> Int {
        let index = Int(metadata.ingress.rawValue)
        guard !buffer.hasFailed, !isFinished, index < tracks.count,
            tracks[index].linkType == metadata.linkType
        else { throw refusal(of: metadata, isFinished: isFinished) }
        return tracks[index].snapLength
    }

    /// Why the frame cannot be written.
    private func refusal(of metadata: FrameMetadata, isFinished: Bool) -> CaptureError {
        if let failure = buffer.failure { return failure }
        if isFinished { return .alreadyFinished(after: buffer.octetCount) }
        let index = Int(metadata.ingress.rawValue)
        guard index < tracks.count else {
            return CaptureError(
                code: .unknownInterface,
                offset: buffer.octetCount,
                problem: "a frame of interface \(index), but there are only \(tracks.count)"
            )
        }
        return CaptureError(
            code: .wrongLinkType,
            offset: buffer.octetCount,
            problem: "a frame of link type \(metadata.linkType.rawValue) on an interface of "
                + "link type \(tracks[index].linkType.rawValue)"
        )
    }
}

extension PcapngEncoder {
    /// Appends a block's type and room for its length, and returns where it begins.
    mutating func beginBlock(_ type: UInt32) -> Int {
        let start = buffer.count
        buffer.append(type)
        buffer.append(UInt32(0))
        return start
    }

    /// Ends the list of options and fills in the length of the block that began at `start`.
    mutating func endBlock(_ start: Int) {
        buffer.append(UInt32(0))
        let length = UInt32(buffer.count - start + 4)
        buffer.append(length)
        buffer.replace(at: start + 4, with: length)
        buffer.endBlock()
    }

    /// Appends a time as its upper and lower halves.
    private mutating func appendTime(_ time: Timestamp) {
        let (upper, lower) = Self.halves(of: time)
        buffer.append(words: [upper, lower])
    }

    @inline(__always)
    private static func halves(of time: Timestamp) -> (upper: UInt32, lower: UInt32) {
        let nanoseconds = UInt64(max(0, time.nanoseconds))
        return (
            UInt32(truncatingIfNeeded: nanoseconds >> 32), UInt32(truncatingIfNeeded: nanoseconds)
        )
    }

    private mutating func appendOption(_ code: UInt16, _ value: UInt32) {
        buffer.append(code)
        buffer.append(UInt16(4))
        buffer.append(value)
    }

    private mutating func appendOption(_ code: UInt16, _ value: UInt64) {
        buffer.append(code)
        buffer.append(UInt16(8))
        buffer.append(value)
    }

    /// Appends a text, cut off between two characters if it is too long for an option.
    private mutating func appendOption(_ code: UInt16, _ text: String?) {
        guard let text else { return }
        let utf8 = text.utf8.count <= Int(UInt16.max) ? Array(text.utf8) : Self.shortened(text)
        buffer.append(code)
        buffer.append(UInt16(utf8.count))
        buffer.appendPadded(utf8.span)
    }

    private static func shortened(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        for scalar in text.unicodeScalars {
            let next = UTF8.width(scalar)
            guard octets.count + next <= Int(UInt16.max) else { break }
            octets.append(contentsOf: String(scalar).utf8)
        }
        return octets
    }
}

extension PcapngPacketFlags {
    /// The flags of a frame that entered by its port, unless it says otherwise.
    init(_ flags: FrameFlags) {
        self = flags.contains(.outbound) ? .outbound : .inbound
        if flags.contains(.partialChecksum) { insert(.checksumNotReady) }
        if flags.contains(.superFrame) { insert(.segmentationOffloaded) }
    }
}
