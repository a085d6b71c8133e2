/// Where a mirror ring stands and how large it is.
public struct RingConfiguration: Hashable, Sendable {
    /// The file of the ring: in memory under /dev/shm, or anywhere on a disk.
    public var path = "/dev/shm/hubtap/ring"
    /// How many octets the file may take; it takes as many whole blocks as fit.
    public var byteCount = 256 << 20
    /// How many octets of a frame are kept; 0 keeps whole frames.
    public var snapLength = 0
    /// How many octets a block has, a multiple of 4096; nil chooses by the size of the ring.
    ///
    /// The writer recycles a whole block at a time, and no frame is longer than a block.
    public var blockByteCount: Int?
    /// How often a ring on a disk is written out, in whole milliseconds; zero leaves that to the kernel.
    ///
    /// A ring in memory is never written out.
    public var syncInterval = Duration.seconds(1)
    /// How the frames cross, for those who ask the ring.
    public var plane = RingPlane.unknown
    /// Whether a ring of another size, version or port list in the same place is thrown away.
    ///
    /// A file that is no ring is never thrown away.
    public var replacesOther = false

    /// A ring of 256 MiB in memory, with whole frames.
    public init() {}

    /// A ring with these properties.
    public init(
        path: String,
        byteCount: Int = 256 << 20,
        snapLength: Int = 0,
        blockByteCount: Int? = nil,
        syncInterval: Duration = .seconds(1),
        plane: RingPlane = .unknown,
        replacesOther: Bool = false
    ) {
        self.path = path
        self.byteCount = byteCount
        self.snapLength = snapLength
        self.blockByteCount = blockByteCount
        self.syncInterval = syncInterval
        self.plane = plane
        self.replacesOther = replacesOther
    }

    /// The interval in the unit of the ring's header.
    var syncMilliseconds: UInt32 {
        UInt32(clamping: Int64(syncInterval / .milliseconds(1)))
    }

    /// The most octets of one frame that a ring keeps; a longer one is `MirrorLoss.oversize`.
    public static let maximumFrameByteCount = 256 * 1024
    /// The longest interval between two times of writing out.
    public static let maximumSyncInterval = Duration.seconds(3600)
    /// The smallest ring there may be.
    public static let minimumByteCount = 128 * 1024
}
