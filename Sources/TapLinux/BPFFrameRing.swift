import CTap
import Glibc
import Synchronization
public import SystemPackage

/// A ring buffer of the kernel that programs copy frames into, and this process takes them out of.
///
/// Frames of all ports stand in one order. It lives as long as a program that fills it is attached
/// somewhere, beyond this process, and holds what nobody took meanwhile. Source: the kernel's
/// Documentation/bpf/ringbuf.rst.
@safe public struct BPFFrameRing: ~Copyable {
    // SAFETY: both mappings are this owner's own. The kernel maps the data twice in a row, so that a
    // record that begins below `byteCount` is whole; a record's octets stay as they are until
    // `position` behind them is stored, and records are handed out as `@unsafe` values.

    /// The map, for programs and for waiting.
    public let descriptor: FileDescriptor
    /// Octets of the buffer.
    public let byteCount: Int
    private let mappings: Mappings
    @unsafe private let data: UnsafeMutableRawPointer
    private var position: UInt64
    private var end: UInt64

    /// Creates an empty ring.
    ///
    /// - Parameters:
    ///   - byteCount: A power of two, at least a page.
    ///   - name: What bpftool(8) shows, 15 octets at most.
    /// - Throws: `.notPermitted` without CAP_BPF; `.invalidArgument` before Linux 5.8.
    public init(byteCount: Int, name: String) throws(Errno) {
        // SAFETY: the name lives across the call, which copies it.
        // #syscalls bpf
        let number = try Errno.check(unsafe ctap_bpf_create_ring(UInt32(byteCount), name))
        try self.init(FileDescriptor(rawValue: number), byteCount)
    }

    /// Takes up the ring that a program in the kernel fills; needs CAP_SYS_ADMIN.
    ///
    /// - Throws: `.invalidArgument` if it is another ring than this.
    public init(identifier: UInt32, byteCount: Int, name: String) throws(Errno) {
        let map = try BPFMap.open(
            identifier,
            name: name,
            valueByteCount: 0,
            entryCount: byteCount
        )
        try self.init(map, byteCount)
    }

    private init(_ map: consuming FileDescriptor, _ byteCount: Int) throws(Errno) {
        let page = sysconf(CInt(_SC_PAGESIZE))
        let mappings = try Self.closing(map) { () throws(Errno) in
            try Mappings(map, page: page, byteCount: byteCount)
        }
        unsafe data = unsafe mappings.producer.base + page
        position = unsafe Self.word(mappings.consumer.base).pointee.load(ordering: .relaxed)
        end = position
        descriptor = map
        self.byteCount = byteCount
        self.mappings = mappings
    }

    /// Closes the map if `body` fails: it has no owner yet.
    private static func closing(
        _ map: FileDescriptor,
        _ body: () throws(Errno) -> Mappings
    ) throws(Errno) -> Mappings {
        do throws(Errno) {
            return try body()
        } catch {
            try? map.close()
            throw error
        }
    }

    /// The page with the reader's position, and the pages with the writer's and the data twice.
    private struct Mappings: ~Copyable {
        let consumer: MemoryMapping
        let producer: MemoryMapping

        init(_ map: FileDescriptor, page: Int, byteCount: Int) throws(Errno) {
            let span = page + 2 * byteCount
            let own = try MemoryMapping(map, byteCount: page, access: .readWrite)
            let kernel = try MemoryMapping(map, offset: page, byteCount: span, access: .readOnly)
            consumer = own
            producer = kernel
        }
    }

    deinit { try? descriptor.close() }

    /// The number by which the whole system knows the ring.
    public func identifier() throws(Errno) -> UInt32 {
        try BPFMap.facts(of: descriptor).identifier
    }

    /// The next frame, or nil when all that are finished have been taken.
    ///
    /// Its octets stay until `release`.
    public mutating func next() -> CapturedFrame? {
        while true {
            if position == end {
                end = unsafe Self.word(mappings.producer.base).pointee.load(ordering: .acquiring)
                guard position != end else { return nil }
                // Somebody else took frames out, whose places have others by now: none is whole.
                if end &- position > UInt64(byteCount) { position = end }
                guard position != end else { return nil }
            }
            let record = unsafe data + Int(position & UInt64(byteCount - 1))
            let header = unsafe record.assumingMemoryBound(to: Atomic<UInt32>.self)
            let word = unsafe header.pointee.load(ordering: .acquiring)
            guard word & Self.busy == 0 else { return nil }
            let length = Int(word & ~Self.discarded)
            guard length &+ Self.recordHeader <= byteCount else {
                position = end
                return nil
            }
            position &+= UInt64(length &+ Self.recordHeader &+ 7) & ~7
            guard word & Self.discarded == 0, length >= CaptureHeader.byteCount else {
                continue
            }
            let start = unsafe UnsafeRawPointer(record + Self.recordHeader)
            return unsafe CapturedFrame(record: start, byteCount: length)
        }
    }

    /// Gives the room of all frames taken so far back.
    public mutating func release() {
        unsafe Self.word(mappings.consumer.base).pointee.store(position, ordering: .releasing)
    }

    private static func word(_ place: UnsafeMutableRawPointer) -> UnsafeMutablePointer<
        Atomic<UInt64>
    > {
        unsafe place.assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    // BPF_RINGBUF_BUSY_BIT, BPF_RINGBUF_DISCARD_BIT, BPF_RINGBUF_HDR_SZ: linux/bpf.h
    private static let busy: UInt32 = 1 << 31
    private static let discarded: UInt32 = 1 << 30
    private static let recordHeader = 8
}
