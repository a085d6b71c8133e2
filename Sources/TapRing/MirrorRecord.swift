import TapWire

/// The head of what stands in a `MirrorQueue`: a frame or a ledger, whose octets follow.
struct MirrorRecord: BitwiseCopyable {
    /// What every record begins with, fillers too.
    struct Kind: BitwiseCopyable {
        var footprint: Int
        var isFiller: Bool
    }

    private var kind: Kind
    /// True for a frame, false for a ledger.
    let isFrame: Bool
    private let hasTag: Bool
    private let tagProtocol: UInt16
    private let tagControl: UInt16
    /// How many octets follow.
    let byteCount: Int
    /// What is known of the frame.
    let metadata: FrameMetadata

    /// Octets of a head, rounded up so that what follows is aligned.
    static let headByteCount = (MemoryLayout<MirrorRecord>.size + 15) & ~15

    /// Octets that the record takes.
    var footprint: Int { kind.footprint }
    /// The tag to put back into the frame.
    var tag: VLANTag? {
        hasTag ? VLANTag(protocolIdentifier: tagProtocol, control: tagControl) : nil
    }

    /// The head of a frame.
    init(_ metadata: FrameMetadata, byteCount: Int, _ tag: VLANTag?) {
        self.init(metadata, byteCount: byteCount, tag, isFrame: true)
    }

    /// The head of a ledger.
    init(ledgerByteCount byteCount: Int) {
        let none = FrameMetadata(
            arrival: Timestamp(nanoseconds: 0),
            sequence: 0,
            wireLength: 0,
            ingress: PortIndex(rawValue: 0)
        )
        self.init(none, byteCount: byteCount, nil, isFrame: false)
    }

    private init(_ metadata: FrameMetadata, byteCount: Int, _ tag: VLANTag?, isFrame: Bool) {
        kind = Kind(footprint: (Self.headByteCount + byteCount + 15) & ~15, isFiller: false)
        self.isFrame = isFrame
        hasTag = tag != nil
        tagProtocol = tag?.protocolIdentifier ?? 0
        tagControl = tag?.control ?? 0
        self.byteCount = byteCount
        self.metadata = metadata
    }

    /// What stands where a record does not fit before the end of the buffer.
    static func filler(_ byteCount: Int) -> Kind { Kind(footprint: byteCount, isFiller: true) }
}
