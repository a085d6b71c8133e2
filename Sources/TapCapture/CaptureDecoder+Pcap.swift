internal import TapWire

extension CaptureDecoder {
    /// PACKET_OUTGOING, as the "modified" form notes it.
    private static var outgoingPacketType: UInt8 { 4 }

    /// Reads the next record of a pcap file; false at its end.
    mutating func nextRecord(
        _ header: PcapHeader,
        _ source: inout some OctetSource & ~Copyable
    ) throws(CaptureError) -> Bool {
        let headerCount = header.recordHeaderByteCount
        let available = try buffer.fill(headerCount, from: &source)
        if available == 0 { return false }
        guard available == headerCount else {
            throw truncated("the capture ends in the header of a frame", headerCount, available)
        }
        var (seconds, fraction, captured, wireLength) = Self.numbers(of: buffer.octets, header)
        if header.mayHaveSwappedLengths && captured > wireLength { swap(&captured, &wireLength) }
        let isOutgoing = header.form.isModified && buffer.octets[22] == Self.outgoingPacketType
        guard Int(captured) <= CaptureLimits.maximumBlockByteCount - headerCount else {
            throw malformed("a frame of \(captured) octets is longer than any can be")
        }
        let needed = headerCount + Int(captured)
        let there = try buffer.fill(needed, from: &source)
        guard there == needed else {
            throw truncated("the capture ends in the middle of a frame", needed, there)
        }
        let record = buffer.consume(needed)
        let scale: Int64 = header.form.hasNanoseconds ? 1 : 1_000
        noteFrame(
            at: record.lowerBound + headerCount..<record.upperBound,
            note: FrameNote(interface: 0),
            wireLength: wireLength,
            arrival: Timestamp(
                nanoseconds: Int64(seconds) * 1_000_000_000 + Int64(fraction) * scale
            ),
            checkSequence: header.checkSequenceByteCount,
            flags: isOutgoing ? .outbound : []
        )
        return true
    }

    /// The four numbers with which every record begins.
    @inline(__always)
    private static func numbers(
        of octets: Span<UInt8>,
        _ header: PcapHeader
    ) -> (seconds: UInt32, fraction: UInt32, captured: UInt32, wireLength: UInt32) {
        let order = header.form.order
        return (
            order.uint32(octets, at: 0), order.uint32(octets, at: 4),
            order.uint32(octets, at: 8), order.uint32(octets, at: 12)
        )
    }

    /// The error for an input that ends too early, at the next octet to be read.
    func truncated(_ problem: String, _ required: Int, _ available: Int) -> CaptureError {
        CaptureError(
            code: .truncated,
            offset: buffer.offset,
            required: UInt64(required),
            available: UInt64(available),
            problem: problem
        )
    }

    /// The error for a number that cannot be true, at the next octet to be read.
    func malformed(_ problem: String) -> CaptureError {
        CaptureError(code: .malformed, offset: buffer.offset, problem: problem)
    }
}
