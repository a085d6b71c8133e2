internal import TapWire

extension CaptureDecoder {
    /// Reads blocks up to the next one that holds a frame; false at the end.
    mutating func nextPacket(
        _ source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) -> Bool {
        while true {
            let available = try buffer.fill(PcapngBlock.minimumByteCount, from: &source)
            if available == 0 { return false }
            guard available == PcapngBlock.minimumByteCount else {
                throw truncated(
                    "the capture ends in the header of a block",
                    PcapngBlock.minimumByteCount,
                    available
                )
            }
            let type = order.uint32(buffer.octets, at: 0)
            switch type {
            case PcapngBlock.sectionHeader:
                try readSection(&source)
            case PcapngBlock.interfaceDescription:
                try readInterface(try loadBlock(minimum: 20, &source))
            case PcapngBlock.interfaceStatistics:
                try readStatistics(try loadBlock(minimum: 24, &source))
            case PcapngBlock.enhancedPacket:
                try readEnhancedPacket(try loadBlock(minimum: 32, &source))
                return true
            case PcapngBlock.simplePacket:
                try readSimplePacket(try loadBlock(minimum: 16, &source))
                return true
            case PcapngBlock.packet:
                try readPacket(try loadBlock(minimum: 32, &source))
                return true
            default:
                try skipBlock(&source)
            }
        }
    }

    /// The length of the block that comes next, which is at least `minimum` octets.
    private func blockLength(minimum: Int) throws(CaptureError) -> Int {
        let length = Int(order.uint32(buffer.octets, at: 4))
        guard length >= minimum && length % 4 == 0 else {
            throw malformed("a block says that it is \(length) octets long, which cannot be")
        }
        return length
    }

    /// Reads the whole of the next block and checks that both its lengths agree.
    private mutating func loadBlock(
        minimum: Int,
        _ source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) -> Int {
        let length = try blockLength(minimum: minimum)
        guard length <= CaptureLimits.maximumBlockByteCount else {
            throw malformed("a block of \(length) octets is longer than any with a frame can be")
        }
        let there = try buffer.fill(length, from: &source)
        guard there == length else {
            throw truncated("the capture ends in the middle of a block", length, there)
        }
        guard Int(order.uint32(buffer.octets, at: length - 4)) == length else {
            throw malformed("the two lengths of a block do not agree")
        }
        return length
    }

    /// Moves over a block of a kind that means nothing here, however long.
    private mutating func skipBlock(
        _ source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) {
        let length = try blockLength(minimum: PcapngBlock.minimumByteCount)
        let start = buffer.offset
        let skipped = try buffer.skip(UInt64(length - 4), from: &source)
        let trailer = try buffer.fill(4, from: &source)
        guard trailer == 4 else {
            throw CaptureError(
                code: .truncated,
                offset: start,
                required: UInt64(length),
                available: skipped + UInt64(trailer),
                problem: "the capture ends in the middle of a block"
            )
        }
        guard Int(order.uint32(buffer.octets, at: 0)) == length else {
            throw CaptureError(
                code: .malformed,
                offset: start,
                problem: "the two lengths of a block do not agree"
            )
        }
        _ = buffer.consume(4)
    }

    /// Reads a section header, which sets the byte order and forgets the interfaces before it.
    mutating func readSection(
        _ source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) {
        let available = try buffer.fill(28, from: &source)
        guard available == 28 else {
            throw truncated("the capture ends in the header of a section", 28, available)
        }
        switch buffer.octets.uint32(at: 8) {
        case 0x1A2B_3C4D: order = .big
        case 0x4D3C_2B1A: order = .little
        default: throw malformed("a section says nothing known of its byte order")
        }
        let length = try loadBlock(minimum: 28, &source)
        let major = order.uint16(buffer.octets, at: 12)
        guard major == 1 else {
            throw CaptureError(
                code: .unsupportedVersion,
                offset: buffer.offset,
                problem: "pcapng version \(major) is not known, only version 1 is"
            )
        }
        interfaces = []
        clocks = []
        statistics = []
        section = sectionDescription(length)
        _ = buffer.consume(length)
    }

    private func sectionDescription(_ length: Int) -> CaptureSection {
        var section = CaptureSection()
        let octets = buffer.octets.extracting(24..<length - 4)
        var options = PcapngOptionList(octets, order)
        while let (code, range) = options.next() {
            let value = octets.extracting(range)
            switch code {
            case PcapngOption.comment: section.comment = Self.text(value)
            case PcapngOption.sectionHardware: section.hardware = Self.text(value)
            case PcapngOption.sectionOperatingSystem: section.operatingSystem = Self.text(value)
            case PcapngOption.sectionApplication: section.application = Self.text(value)
            default: continue
            }
        }
        return section
    }
}
