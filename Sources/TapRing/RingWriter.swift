import CTap
import TapLinux
public import TapWire

/// The one writer of a mirror ring.
///
/// Theory of operation. The ring is a file of blocks used in turn. The n-th block that was ever begun
/// has the ordinal n and stands in slot n mod count, so beginning it recycles the oldest. Before its
/// first octet changes, its state word is set to (ordinal, 0): readers who were in the old block find
/// the ordinal changed when they look a second time, and drop what they copied. Frames are put behind
/// one another; the state word, stored last and with release order, makes them visible. Whatever
/// stands behind the committed length is nothing: a writer killed there tore no frame.
@safe public struct RingWriter: ~Copyable, MirrorSink, @unchecked Sendable {
    // SAFETY: there is one owner of this value, the lock on the file makes it the only writer among
    // all processes, and memory that is mapped belongs to no thread: it may move to another one.
    private let file: RingFile
    private var ordinal: UInt64
    private var offset: Int
    private var sequence: UInt64
    private var frameCount: UInt32 = 0
    private var ledgerVersion: UInt64
    @unsafe private var block: UnsafeMutablePointer<ctap_ring_block>
    private let blockByteCount: Int
    private let captureLimit: Int
    private let maximumCapture: Int
    private let portCount: UInt8

    /// True if a ring was taken over, so that `nextSequence` is where the last writer ended.
    public let isContinued: Bool

    /// Creates the ring, or takes over that of a writer that has ended, and goes on where it ended.
    ///
    /// - Parameters:
    ///   - configuration: Where the ring stands and how large it is.
    ///   - ports: The ports in the order of their indices, monitor ports included.
    ///   - time: The time of day, noted as the ring's creation and the writer's start.
    /// - Throws: What stands in the way; whatever was at the path before is left as it was.
    public init(
        _ configuration: RingConfiguration,
        ports: [RingPort],
        at time: Timestamp
    ) throws(RingError) {
        self.init(try RingClaim.make(configuration, ports: ports, at: time))
    }

    private init(_ claim: consuming RingClaim) {
        ordinal = claim.end.ordinal
        offset = claim.end.offset
        sequence = claim.end.sequence
        frameCount = claim.end.frameCount
        isContinued = claim.isContinued
        initialLedger = claim.ledger
        file = claim.file
        let geometry = file.geometry
        blockByteCount = geometry.blockByteCount
        captureLimit = geometry.snapLength == 0 ? .max : geometry.snapLength
        maximumCapture = geometry.maximumCaptureByteCount
        portCount = UInt8(geometry.portCount)
        // SAFETY: blocks and header lie in the mapping, which `file` keeps.
        unsafe block = file.block(ordinal)
        ledgerVersion = unsafe ctap_ring_ledger_version(file.header)
    }

    deinit {
        // SAFETY: the header lies in the mapping, which is still there.
        unsafe ctap_ring_set_writer_state(file.header, UInt32(CTAP_RING_WRITER_STOPPED))
    }

    /// The name of the ring.
    public var identity: RingIdentity { file.identity }
    /// The number that the next frame gets.
    public var nextSequence: UInt64 { sequence }
    /// The ledger that the writer before published last, all zeros in a new ring: counters go on from it.
    public let initialLedger: Ledger

    /// Copies one frame into the ring, visible to readers at once.
    public mutating func mirror(
        _ frame: borrowing Frame,
        restoring tag: VLANTag?
    ) -> MirrorLoss? {
        let bytes = frame.bytes
        let metadata = frame.metadata
        let length = bytes.count &+ (tag == nil ? 0 : VLANTag.byteCount)
        let captured = min(length, captureLimit)
        guard captured <= maximumCapture else { return .oversize }
        precondition(metadata.ingress.rawValue < portCount, "a port that the ring does not know")
        let footprint = RingGeometry.footprint(captured: captured)
        if offset &+ footprint > blockByteCount { beginBlock(at: metadata.arrival) }
        let end = offset &+ footprint
        let header = ctap_ring_frame(
            time: metadata.arrival.nanoseconds,
            captured_octets: UInt32(truncatingIfNeeded: captured),
            wire_octets: metadata.wireLength,
            sequence_low: UInt32(truncatingIfNeeded: sequence),
            flags: metadata.flags.rawValue,
            port: metadata.ingress.rawValue,
            reserved: 0
        )
        // SAFETY: from `offset` to `end` lies in the block, header and captured octets before `end`.
        let place = unsafe UnsafeMutableRawPointer(block) + offset
        unsafe place.storeBytes(of: header, as: ctap_ring_frame.self)
        let octets = unsafe place + RingGeometry.frameHeaderByteCount
        if let tag {
            unsafe Self.copy(bytes, restoring: tag, to: octets, count: captured)
        } else {
            unsafe Self.copy(bytes, to: octets, count: captured)
        }
        commit(through: end, at: metadata.arrival)
        return nil
    }

    @inline(__always)
    private mutating func commit(through end: Int, at time: Timestamp) {
        offset = end
        sequence &+= 1
        frameCount &+= 1
        // SAFETY: the block lies in the mapping; only this writer stores there.
        unsafe block.pointee.last_time = time.nanoseconds
        unsafe block.pointee.frame_count = frameCount
        unsafe ctap_ring_commit(block, BlockState(ordinal: ordinal, committed: end).rawValue)
    }

    private mutating func beginBlock(at time: Timestamp) {
        if ordinal != 0 {
            // SAFETY: the block lies in the mapping; only this writer stores there.
            unsafe block.pointee.flags |= UInt32(CTAP_RING_BLOCK_SEALED)
        }
        ordinal &+= 1
        offset = RingGeometry.blockHeaderByteCount
        frameCount = 0
        let sum = CRC32C.checksum(ordinal, sequence, UInt64(bitPattern: time.nanoseconds))
        // SAFETY: blocks and header lie in the mapping for any ordinal. Head first: who finds a block
        // recycled finds the head at least as far; then the warning, then the new contents.
        unsafe ctap_ring_set_head(file.header, ordinal)
        unsafe block = file.block(ordinal)
        unsafe ctap_ring_invalidate(block, BlockState(ordinal: ordinal, committed: 0).rawValue)
        unsafe block.pointee.ordinal = ordinal
        unsafe block.pointee.first_sequence = sequence
        unsafe block.pointee.first_time = time.nanoseconds
        unsafe block.pointee.header_crc = sum
        unsafe block.pointee.flags = 0
        unsafe block.pointee.data_crc = 0
    }

    @inline(__always)
    @unsafe private static func copy(
        _ bytes: Span<UInt8>,
        to octets: UnsafeMutableRawPointer,
        count: Int
    ) {
        // SAFETY: the caller has room for `count`, which is at most bytes.count.
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe octets.copyMemory(from: start, byteCount: count)
        }
    }

    @unsafe private static func copy(
        _ bytes: Span<UInt8>,
        restoring tag: VLANTag,
        to octets: UnsafeMutableRawPointer,
        count: Int
    ) {
        let before = min(VLANTag.offset, bytes.count, count)
        let within = min(VLANTag.byteCount, count - before)
        let after = count - before - within
        let fields = UInt32(tag.protocolIdentifier) << 16 | UInt32(tag.control)
        // SAFETY: the three parts add up to `count`, for which the caller has room.
        unsafe copy(bytes, to: octets, count: before)
        for index in 0..<within {
            let octet = UInt8(truncatingIfNeeded: fields >> (24 - 8 * UInt32(index)))
            unsafe octets.storeBytes(of: octet, toByteOffset: before + index, as: UInt8.self)
        }
        unsafe copy(
            bytes.extracting(droppingFirst: before),
            to: octets + before + within,
            count: after
        )
    }

    /// Makes the ledger visible to readers and shows that the writer lives.
    public mutating func publish(_ ledger: borrowing Ledger) {
        ledgerVersion &+= 1
        file.store(ledger, version: ledgerVersion)
        // SAFETY: the header lies in the mapping.
        unsafe ctap_ring_set_heartbeat(file.header, FileMappingClock.now().nanoseconds)
    }
}
