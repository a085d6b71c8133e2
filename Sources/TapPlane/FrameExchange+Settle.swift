import TapLinux
import TapWire

extension FrameExchange {
    /// Mirrors the batch, writes into the ledger what became of each frame, and gives the slots back.
    mutating func settle(
        into sink: inout some MirrorSink & ~Copyable,
        _ ledger: inout Ledger
    ) {
        for index in 0..<count {
            let entry = unsafe entries + index
            let port = unsafe entry.pointee.port
            let loss =
                unsafe port < hubPortCount ? Self.mirror(entry.pointee, into: &sink) : .monitor
            unsafe ledger.ports[port].note(entry.pointee.frame.wireLength, entry.pointee.loss, loss)
            unsafe entry.pointee.frame.release()
        }
        count = 0
        buffers.clear()
    }

    private static func mirror(
        _ entry: Entry,
        into sink: inout some MirrorSink & ~Copyable
    ) -> MirrorLoss? {
        let frame = unsafe entry.frame
        let octets = unsafe frame.octets
        // SAFETY: the octets stand in a slot or buffer that is ours until the end of the batch.
        let bytes = unsafe Span(_unsafeElements: octets)
        let metadata = unsafe FrameMetadata(
            arrival: Timestamp(nanoseconds: frame.arrival),
            sequence: 0,
            wireLength: UInt32(truncatingIfNeeded: frame.wireLength),
            ingress: PortIndex(rawValue: UInt8(truncatingIfNeeded: entry.port)),
            flags: frame.flags
        )
        return sink.mirror(Frame(bytes, metadata), restoring: nil)
    }
}

extension PortLedger {
    /// Adds one frame that entered.
    mutating func note(_ octets: Int, _ notForwarded: ForwardLoss?, _ notMirrored: MirrorLoss?) {
        rxFrames &+= 1
        rxOctets &+= UInt64(octets)
        if let notForwarded {
            self.notForwarded[notForwarded] &+= 1
        } else {
            forwarded &+= 1
        }
        if let notMirrored {
            mirrorLost[notMirrored] &+= 1
        } else {
            mirrored &+= 1
        }
    }

    /// Adds frames that the kernel had no room for.
    mutating func noteOverflow(_ frames: Int) {
        let frames = UInt64(frames)
        rxFrames &+= frames
        notForwarded[.receiveOverflow] &+= frames
        mirrorLost[.receiveOverflow] &+= frames
    }
}
