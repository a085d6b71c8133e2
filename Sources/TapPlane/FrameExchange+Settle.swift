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
                unsafe port < hubPortCount
                ? mirror(entry.pointee, into: &sink, &ledger.ports[port]) : .monitor
            unsafe ledger.ports[port].note(entry.pointee.frame.wireLength, entry.pointee.loss, loss)
            unsafe entry.pointee.frame.release()
        }
        count = 0
        buffers.clear()
    }

    private func mirror(
        _ entry: Entry,
        into sink: inout some MirrorSink & ~Copyable,
        _ line: inout PortLedger
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
        let whole = Frame(bytes, metadata)
        guard let held = sieve.heldByteCount(of: whole) else { return .notKept }
        guard held < bytes.count else { return sink.mirror(whole, restoring: nil) }
        line.noteCut(.asked, missing: bytes.count - held)
        return sink.mirror(Frame(bytes.extracting(0..<held), metadata), restoring: nil)
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

    /// Adds one frame that is not mirrored with all of its octets.
    mutating func noteCut(_ cause: MirrorCut, missing octets: Int) {
        mirrorCut[cause] &+= 1
        mirrorCutOctets[cause] &+= UInt64(octets)
    }

    /// Adds frames that the kernel had no room for.
    mutating func noteOverflow(_ frames: Int) {
        let frames = UInt64(frames)
        rxFrames &+= frames
        notForwarded[.receiveOverflow] &+= frames
        mirrorLost[.receiveOverflow] &+= frames
    }
}
