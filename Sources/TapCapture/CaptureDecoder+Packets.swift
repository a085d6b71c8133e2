internal import TapWire

extension CaptureDecoder {
    /// Reads an enhanced packet block of `length` octets.
    mutating func readEnhancedPacket(_ length: Int) throws(CaptureError) {
        let interface = order.uint32(buffer.octets, at: 8)
        guard interface < interfaces.count else { throw unknownInterface(interface) }
        try readTimedPacket(length, FrameNote(interface: Int(interface)))
    }

    /// Reads an obsolete packet block of `length` octets.
    mutating func readPacket(_ length: Int) throws(CaptureError) {
        let interface = order.uint16(buffer.octets, at: 8)
        guard interface < interfaces.count else { throw unknownInterface(UInt32(interface)) }
        let dropped = order.uint16(buffer.octets, at: 10)
        // All ones: the writer did not know.
        let known = dropped == .max ? 0 : UInt64(dropped)
        try readTimedPacket(length, FrameNote(interface: Int(interface), dropped: known))
    }

    /// Reads what enhanced and obsolete packet blocks have in common, from octet 12 on.
    private mutating func readTimedPacket(
        _ length: Int,
        _ note: FrameNote
    ) throws(CaptureError) {
        var note = note
        let ticks = order.halves(buffer.octets, at: 12)
        let captured = Int(order.uint32(buffer.octets, at: 20))
        let wireLength = order.uint32(buffer.octets, at: 24)
        let padded = captured + BlockBuffer.padding(after: captured)
        guard padded <= length - 32 else {
            throw malformed("a frame of \(captured) octets does not fit its block of \(length)")
        }
        let clock = clocks[note.interface]
        let options = packetOptions(28 + padded..<length - 4)
        note.dropped = options.dropped ?? note.dropped
        note.identifier = options.identifier
        let block = buffer.consume(length)
        let start = block.lowerBound
        let own = options.flags.checkSequenceByteCount
        let comment = options.comment ?? 0..<0
        noteFrame(
            at: start + 28..<start + 28 + captured,
            note: note,
            wireLength: wireLength,
            arrival: clock.resolution.timestamp(ticks: ticks),
            checkSequence: own == 0 ? clock.checkSequenceByteCount : own,
            flags: FrameFlags(options.flags),
            comment: start + comment.lowerBound..<start + comment.upperBound
        )
    }

    /// What the options of a packet say.
    private struct PacketOptions {
        var flags = PcapngPacketFlags(rawValue: 0)
        var dropped: UInt64?
        var identifier: UInt64?
        /// Where in the block the comment stands.
        var comment: Range<Int>?
    }

    /// Reads the options in `range` of the block.
    private func packetOptions(_ range: Range<Int>) -> PacketOptions {
        var found = PacketOptions()
        let octets = buffer.octets.extracting(range)
        var options = PcapngOptionList(octets, order)
        while let (code, value) = options.next() {
            switch (code, value.count) {
            case (PcapngOption.packetFlags, 4):
                found.flags.rawValue = order.uint32(octets, at: value.lowerBound)
            case (PcapngOption.packetDropCount, 8):
                found.dropped = order.uint64(octets, at: value.lowerBound)
            case (PcapngOption.packetIdentifier, 8):
                found.identifier = order.uint64(octets, at: value.lowerBound)
            case (PcapngOption.comment, _):
                let start = range.lowerBound
                found.comment = start + value.lowerBound..<start + value.upperBound
            default: continue
            }
        }
        return found
    }

    /// Reads a simple packet block of `length` octets: interface 0, no time, no options.
    mutating func readSimplePacket(_ length: Int) throws(CaptureError) {
        guard let interface = interfaces.first else { throw unknownInterface(0) }
        let wireLength = order.uint32(buffer.octets, at: 8)
        let limit = interface.snapLength == 0 ? UInt32.max : interface.snapLength
        let captured = min(Int(min(wireLength, limit)), length - 16)
        let start = buffer.consume(length).lowerBound + 12
        noteFrame(
            at: start..<start + captured,
            note: FrameNote(interface: 0),
            wireLength: wireLength,
            arrival: found.arrival,
            checkSequence: clocks[0].checkSequenceByteCount,
            flags: []
        )
    }
}

extension FrameFlags {
    /// The flags of a frame, as far as pcapng's flags word tells them.
    fileprivate init(_ flags: PcapngPacketFlags) {
        self = []
        if flags.isSuperset(of: .outbound) && !flags.contains(.inbound) { insert(.outbound) }
        if flags.contains(.checksumNotReady) { insert(.partialChecksum) }
        if flags.contains(.segmentationOffloaded) { insert(.superFrame) }
    }
}
