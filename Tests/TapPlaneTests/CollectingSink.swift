import TapPlane
import TapWire

/// A mirror that keeps everything, and says how far it is.
struct CollectingSink: MirrorSink {
    struct Mirrored: Hashable, Sendable {
        var octets: [UInt8]
        var ingress: UInt8
        var flags: FrameFlags
        var arrival: Timestamp
    }

    let ledger: Box<Ledger>
    let frames: Box<[Mirrored]>
    private var collected: [Mirrored] = []

    init(ledger: Box<Ledger>, frames: Box<[Mirrored]>) {
        self.ledger = ledger
        self.frames = frames
    }

    mutating func mirror(_ frame: borrowing Frame, restoring tag: VLANTag?) -> MirrorLoss? {
        var octets: [UInt8] = []
        for index in frame.bytes.indices { octets.append(frame.bytes[index]) }
        if let tag {
            let fields = [tag.protocolIdentifier, tag.control]
            octets.insert(
                contentsOf: fields.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] },
                at: VLANTag.offset
            )
        }
        collected.append(
            Mirrored(
                octets: octets,
                ingress: frame.metadata.ingress.rawValue,
                flags: frame.metadata.flags,
                arrival: frame.metadata.arrival
            )
        )
        return nil
    }

    mutating func publish(_ ledger: borrowing Ledger) {
        frames.set(collected)
        self.ledger.set(copy ledger)
    }
}
