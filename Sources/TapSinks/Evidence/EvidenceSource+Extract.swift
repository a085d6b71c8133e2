public import TapCapture
import TapFlow
import TapWire

extension EvidenceSource where Self: ~Copyable {
    /// Looks for the frames of `request` that are still there.
    ///
    /// - Returns: How many there are, and what is missing.
    public mutating func survey(
        _ request: EvidenceRequest,
        before: Duration
    ) throws -> (frames: UInt64, losses: EvidenceLosses) {
        var frames: UInt64 = 0
        var overwritten: UInt64 = 0
        var losses = try each(of: request, before: before) { frame in
            if frame.metadata.arrival <= request.until { frames += 1 }
        } lose: { sequences in
            overwritten += UInt64(sequences.count)
        }
        losses.overwritten = overwritten
        losses.unmirrored = unmirrored
        return (frames, losses)
    }

    /// Writes the frames of `request` that are still there into `writer`.
    public mutating func extract<Writer: FrameWriter & ~Copyable>(
        _ request: EvidenceRequest,
        before: Duration,
        into writer: inout EvidenceWriter<Writer>
    ) throws {
        var failure: CaptureError?
        _ = try each(of: request, before: before) { frame in
            guard failure == nil else { return }
            do throws(CaptureError) {
                try writer.write(frame)
            } catch {
                failure = error
            }
        } lose: { _ in
        }
        if let failure { throw failure }
    }

    /// Hands over each frame of the connection, from where its evidence begins to the newest.
    private mutating func each(
        of request: EvidenceRequest,
        before: Duration,
        _ take: (borrowing Frame) -> Void,
        lose: (Range<UInt64>) -> Void
    ) throws -> EvidenceLosses {
        try go(to: .newest)
        let end = nextSequence
        let losses = try goToStart(of: request, before: before)
        var selection = FlowSelection([request.conversation])
        while nextSequence < end {
            let goesOn = try read(
                atMost: 4_096,
                before: end,
                wants: { selection.contains($0) },
                take: take,
                lose: lose
            )
            guard goesOn else { break }
        }
        return losses
    }
}
