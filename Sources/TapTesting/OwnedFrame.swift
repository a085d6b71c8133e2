public import TapWire

/// A frame that owns its octets, for tests.
public struct OwnedFrame: Hashable, Sendable {
    /// The octets.
    public var octets: [UInt8]
    /// What is known of the frame beside its octets.
    public var metadata: FrameMetadata

    /// Creates a frame.
    public init(octets: [UInt8], metadata: FrameMetadata) {
        self.octets = octets
        self.metadata = metadata
    }

    /// Creates a frame that was captured whole.
    public init(
        octets: [UInt8],
        arrival: Timestamp = Timestamp(nanoseconds: 0),
        sequence: UInt64 = 0,
        ingress: PortIndex = PortIndex(rawValue: 0),
        linkType: LinkType = .ethernet
    ) {
        self.octets = octets
        metadata = FrameMetadata(
            arrival: arrival,
            sequence: sequence,
            wireLength: UInt32(truncatingIfNeeded: octets.count),
            ingress: ingress,
            linkType: linkType
        )
    }

    /// The frame, borrowed.
    public var frame: Frame {
        @_lifetime(borrow self)
        get { Frame(octets.span, metadata) }
    }

    /// The frame as a capture would hold it that keeps `snapLength` octets of each.
    public func cut(to snapLength: Int) -> OwnedFrame {
        OwnedFrame(octets: Array(octets.prefix(snapLength)), metadata: metadata)
    }
}
