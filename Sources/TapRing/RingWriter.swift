import CTap
public import SystemPackage
import TapLinux
public import TapWire

/// The one writer of a mirror ring.
///
/// Theory of operation. The ring is a file of blocks used in turn. The n-th block that was ever begun
/// has the ordinal n and stands in slot n mod count, so beginning it recycles the oldest. Before its
/// first octet changes, its state word is set to (ordinal, 0): readers who were in the old block find
/// the ordinal changed when they look a second time, and drop what they copied. Frames are put behind
/// one another; the state word, stored last and with release order, makes them visible. Whatever
/// stands behind the committed length is nothing: a writer killed there tore no frame. Each frame has a
/// checksum, so that what a loss of power or bad memory made of it is never taken for a frame. A writer
/// that takes a ring over begins a block: two writers never share one.
@safe public struct RingWriter: ~Copyable, MirrorSink, @unchecked Sendable {
    // SAFETY: there is one owner of this value, the lock on the file makes it the only writer among
    // all processes, and memory that is mapped belongs to no thread: it may move to another one.
    private let file: RingFile
    private var ordinal: UInt64
    private var offset: Int
    private var sequence: UInt64
    private var portFrames: InlineArray<32, UInt64>
    // What the checksums of the block's frames begin with.
    private var seed: UInt32 = 0
    // Another one for each writer: no frame of one before can be taken for ours.
    private let writer = UInt64.random(in: .min ... .max)
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
        sequence = claim.end.sequence
        portFrames = claim.end.portFrames
        isContinued = claim.isContinued
        initialLedger = claim.published.ledger
        ledgerVersion = claim.published.version
        file = claim.file
        let geometry = file.geometry
        blockByteCount = geometry.blockByteCount
        // The first frame begins a block.
        offset = geometry.blockByteCount
        captureLimit = geometry.snapLength == 0 ? .max : geometry.snapLength
        maximumCapture = geometry.maximumCaptureByteCount
        portCount = UInt8(geometry.portCount)
        // SAFETY: blocks lie in the mapping, which `file` keeps.
        unsafe block = file.block(ordinal)
    }

    /// True if the ring stands on a disk: then writing to it may wait for the disk.
    public func isOnDisk() throws(RingError) -> Bool {
        try ringErrors(file.path) { () throws(Errno) in try !file.source.space().isMemory }
    }

    /// The ring behind a queue that another thread empties.
    public consuming func queued() throws(RingError) -> QueuedMirror<RingWriter> {
        let (path, limit, most) = (file.path, captureLimit, maximumCapture)
        let writer = consume self
        do {
            return try QueuedMirror(writer, captureLimit: limit, maximumCapture: most)
        } catch {
            throw RingError(.system(error), path: path)
        }
    }

    /// Begins to write the ring out as often as its configuration says.
    ///
    /// - Parameter complain: Called on another thread when it fails for the first time.
    /// - Returns: nil for a ring that needs it not.
    /// - Throws: `.system` if there can be no thread for it.
    public func startSync(
        complain: @escaping @Sendable (Errno) -> Void
    ) throws(RingError) -> RingSync? {
        try startSync(
            flush: { descriptor throws(Errno) in try FileMappingSource.flush(descriptor) },
            complain: complain
        )
    }

    /// The same, by another way of writing out.
    package func startSync(
        flush: @escaping @Sendable (FileDescriptor) throws(Errno) -> Void,
        complain: @escaping @Sendable (Errno) -> Void
    ) throws(RingError) -> RingSync? {
        // SAFETY: the header lies in the mapping; this writer alone stores the word.
        let milliseconds = unsafe file.header.pointee.sync_milliseconds
        guard milliseconds > 0 else { return nil }
        return try ringErrors(file.path) { () throws(Errno) in
            let work = try RingSyncWork(
                try file.source.duplicate(),
                milliseconds: Int32(clamping: milliseconds),
                flush: flush,
                complain: complain
            )
            return try RingSync(work)
        }
    }

    deinit {
        // SAFETY: the header lies in the mapping, which is still there.
        unsafe ctap_ring_set_writer_state(file.header, UInt32(CTAP_RING_WRITER_STOPPED))
    }

    /// The file of the ring.
    public var path: String { file.path }
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
        let ingress = metadata.ingress.rawValue
        var header = ctap_ring_frame(
            time: metadata.arrival.nanoseconds,
            captured_and_port: UInt32(truncatingIfNeeded: captured) | UInt32(ingress) << 24,
            wire_octets: metadata.wireLength,
            sequence_low: UInt16(truncatingIfNeeded: sequence),
            flags: metadata.flags.rawValue,
            crc: 0
        )
        var register = unsafe ctap_ring_frame_register(seed, sequence, &header)
        // SAFETY: from `offset` to `end` lies in the block, header and captured octets before `end`.
        let place = unsafe UnsafeMutableRawPointer(block) + offset
        // The next frame is probably as long; its place comes from memory while this one is counted.
        unsafe ctap_ring_fetch_to_write(place + footprint, min(footprint, 2048))
        let octets = unsafe place + RingGeometry.frameHeaderByteCount
        if let tag {
            unsafe Self.copy(bytes, restoring: tag, to: octets, count: captured, &register)
        } else {
            unsafe Self.copy(bytes, to: octets, count: captured, &register)
        }
        header.crc = ~register
        unsafe place.storeBytes(of: header, as: ctap_ring_frame.self)
        commit(through: end, of: ingress)
        return nil
    }

    @inline(__always)
    private mutating func commit(through end: Int, of port: UInt8) {
        offset = end
        sequence &+= 1
        portFrames[Int(port)] &+= 1
        // SAFETY: the block lies in the mapping; only this writer stores there.
        unsafe ctap_ring_commit(block, BlockState(ordinal: ordinal, committed: end).rawValue)
    }

    private mutating func beginBlock(at time: Timestamp) {
        ordinal &+= 1
        offset = RingGeometry.blockHeaderByteCount
        var fresh = ctap_ring_block()
        fresh.state = BlockState(ordinal: ordinal, committed: 0).rawValue
        fresh.ordinal = ordinal
        fresh.first_sequence = sequence
        fresh.first_time = time.nanoseconds
        fresh.writer = writer
        // SAFETY: both are 32 words.
        unsafe withUnsafeMutableBytes(of: &fresh.port_frames) { words in
            unsafe words.storeBytes(of: portFrames, as: InlineArray<32, UInt64>.self)
        }
        fresh.crc = file.checksum.sum(fresh)
        seed = fresh.crc
        // SAFETY: blocks and header lie in the mapping for any ordinal. Head first: who finds a block
        // recycled finds the head at least as far; then the warning, then the new contents.
        unsafe ctap_ring_set_head(file.header, ordinal)
        unsafe block = file.block(ordinal)
        unsafe ctap_ring_invalidate(block, fresh.state)
        unsafe block.pointee = fresh
    }

    @inline(__always)
    @unsafe private static func copy(
        _ bytes: Span<UInt8>,
        to octets: UnsafeMutableRawPointer,
        count: Int,
        _ register: inout UInt32
    ) {
        // SAFETY: the caller has room for `count`, which is at most bytes.count.
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            // Counted first: what the copy stores is then still on its way as the next frame is counted.
            register = unsafe ctap_crc32c(register, start, count)
            unsafe octets.copyMemory(from: start, byteCount: count)
        }
    }

    @unsafe private static func copy(
        _ bytes: Span<UInt8>,
        restoring tag: VLANTag,
        to octets: UnsafeMutableRawPointer,
        count: Int,
        _ register: inout UInt32
    ) {
        let before = min(VLANTag.offset, bytes.count, count)
        let within = min(VLANTag.byteCount, count - before)
        let after = count - before - within
        let fields = UInt32(tag.protocolIdentifier) << 16 | UInt32(tag.control)
        // SAFETY: the three parts add up to `count`, for which the caller has room.
        unsafe copy(bytes, to: octets, count: before, &register)
        var wire = fields.bigEndian
        register = unsafe ctap_crc32c(register, &wire, within)
        unsafe (octets + before).copyMemory(from: &wire, byteCount: within)
        unsafe copy(
            bytes.extracting(droppingFirst: before),
            to: octets + before + within,
            count: after,
            &register
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
