/// A borrowed frame.
///
/// It cannot outlive the buffer it looks at.
public struct Frame: ~Escapable {
    /// The octets that were kept, from the destination address on (or as `metadata.linkType` says).
    public let bytes: Span<UInt8>
    /// What is known of the frame beside its octets.
    public let metadata: FrameMetadata

    /// Looks at `bytes` as a frame.
    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>, _ metadata: FrameMetadata) {
        self.bytes = bytes
        self.metadata = metadata
    }

    /// True if every octet that was on the wire is here.
    @inlinable
    public var isWhole: Bool { bytes.count >= Int(metadata.wireLength) }
}

/// A VLAN tag that the kernel took out of a frame: it belongs behind the two addresses.
public struct VLANTag: Hashable, Sendable, BitwiseCopyable {
    /// The tag protocol identifier, 0x8100 or 0x88A8 (IEEE 802.1Q).
    public var protocolIdentifier: UInt16
    /// Priority, drop eligibility and VLAN identifier (IEEE 802.1Q).
    public var control: UInt16

    /// Creates a tag from its two fields.
    @inlinable
    public init(protocolIdentifier: UInt16, control: UInt16) {
        self.protocolIdentifier = protocolIdentifier
        self.control = control
    }

    /// Octets that a tag takes in the frame.
    public static let byteCount = 4
    /// Where in the frame a tag stands: behind destination and source.
    public static let offset = 12
}

/// Where a plane puts its copies of frames.
///
/// It must neither block nor fail.
public protocol MirrorSink: ~Copyable {
    /// Copies one frame, with `tag` put back behind its addresses, and gives it the next sequence number.
    ///
    /// The sequence in the frame's metadata is not looked at. `metadata.wireLength` counts the tag already.
    ///
    /// - Returns: nil when the frame is held, otherwise why it is not.
    mutating func mirror(_ frame: borrowing Frame, restoring tag: VLANTag?) -> MirrorLoss?

    /// Makes every frame mirrored so far, and `ledger` as it is now, visible to readers.
    mutating func publish(_ ledger: borrowing Ledger)
}
