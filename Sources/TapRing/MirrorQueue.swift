import Synchronization
import SystemPackage
import TapLinux
import TapWire

/// A bounded queue in memory of what goes into a mirror: one thread puts, another takes, neither waits.
///
/// Theory of operation. Records stand one behind the other in a buffer that is used round and round, each on
/// a multiple of 16 octets and never around the end: where one does not fit, a filler stands. The two
/// counters of octets, put and taken, only grow. What was put is seen by the other side as of `publish`,
/// so that a batch costs one store that another core must learn of.
@safe final class MirrorQueue: @unchecked Sendable {
    // SAFETY: the buffer lies in this owner's own memory. The putting side alone uses `put` and writes between `put` and
    // `taken` + capacity; the taking side alone uses `next` and reads between `taken` and `published`. Each side
    // learns of the other's progress through an atomic with release and acquire order.
    private let memory: MemoryMapping
    private let buffer: UnsafeMutableRawPointer
    /// Octets of the buffer.
    let byteCount: Int
    private let published = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private var put = 0
    private var knownTaken = 0
    private let isWaiting = Atomic<Bool>(false)
    private let signal: WakeSignal

    /// A queue of at least `byteCount` octets, all of them present in memory.
    init(byteCount wanted: Int) throws(Errno) {
        var size = 64 << 10
        while size < wanted, size < 1 << 40 { size <<= 1 }
        signal = try WakeSignal()
        memory = try MemoryMapping(anonymousByteCount: size)
        unsafe buffer = memory.base
        byteCount = size
    }

    // MARK: The side that puts

    /// Puts a frame; false if there is no room for it.
    func push(_ frame: borrowing Frame, captured: Int, restoring tag: VLANTag?) -> Bool {
        let bytes = frame.bytes
        precondition(captured <= bytes.count)
        let head = MirrorRecord(frame.metadata, byteCount: captured, tag)
        guard let place = unsafe room(for: head.footprint) else { return false }
        unsafe place.storeBytes(of: head, as: MirrorRecord.self)
        // SAFETY: there is room for the record, and bytes has so many octets.
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (place + MirrorRecord.headByteCount)
                .copyMemory(from: start, byteCount: captured)
        }
        put &+= head.footprint
        return true
    }

    /// Puts the counters as they are behind the frames put so far; false if there is no room for them.
    func push(_ ledger: borrowing Ledger) -> Bool {
        let count = ledger.ports.count * MemoryLayout<PortLedger>.stride
        let head = MirrorRecord(ledgerByteCount: count)
        guard let place = unsafe room(for: head.footprint) else { return false }
        unsafe place.storeBytes(of: head, as: MirrorRecord.self)
        // SAFETY: there is room for the record; lines of a ledger are plain values.
        unsafe ledger.ports.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (place + MirrorRecord.headByteCount).copyMemory(from: start, byteCount: count)
        }
        put &+= head.footprint
        return true
    }

    /// Lets the other side see what was put, and wakes it if it waits.
    func publish() {
        // Sequentially consistent against `wait`: one of the two sees what the other has stored.
        published.store(put, ordering: .sequentiallyConsistent)
        guard isWaiting.load(ordering: .sequentiallyConsistent) else { return }
        isWaiting.store(false, ordering: .relaxed)
        signal.raise()
    }

    /// The place of the next record, if `count` octets fit there; a filler may come before it.
    private func room(for count: Int) -> UnsafeMutableRawPointer? {
        let offset = put & (byteCount &- 1)
        let rest = byteCount &- offset
        let needed = count <= rest ? count : rest &+ count
        if put &+ needed &- knownTaken > byteCount {
            knownTaken = taken.load(ordering: .acquiring)
            guard put &+ needed &- knownTaken <= byteCount else { return nil }
        }
        guard count > rest else { return unsafe buffer + offset }
        // SAFETY: the rest is a multiple of 16 octets, at least one, that the other side has left.
        unsafe (buffer + offset).storeBytes(
            of: MirrorRecord.filler(rest),
            as: MirrorRecord.Kind.self
        )
        put &+= rest
        return unsafe buffer
    }

    // MARK: The side that takes

    /// Hands what stands in the queue to `sink` in order; false if there was nothing.
    func drain(into sink: inout some MirrorSink & ~Copyable) -> Bool {
        let end = published.load(ordering: .acquiring)
        var next = taken.load(ordering: .relaxed)
        guard next != end else { return false }
        while next != end {
            // SAFETY: a record stands at `next`, as the other side put it.
            next &+= unsafe take(buffer + (next & (byteCount &- 1)), into: &sink)
            taken.store(next, ordering: .releasing)
        }
        return true
    }

    @unsafe private func take(
        _ place: UnsafeMutableRawPointer,
        into sink: inout some MirrorSink & ~Copyable
    ) -> Int {
        let kind = unsafe place.load(as: MirrorRecord.Kind.self)
        guard !kind.isFiller else { return kind.footprint }
        let head = unsafe place.load(as: MirrorRecord.self)
        let octets = unsafe place + MirrorRecord.headByteCount
        guard head.isFrame else {
            let count = head.byteCount / MemoryLayout<PortLedger>.stride
            var ledger = Ledger(portCount: count)
            // SAFETY: both have room for so many lines, which are plain values.
            unsafe ledger.ports.withUnsafeMutableBytes { lines in
                unsafe lines.copyMemory(
                    from: UnsafeRawBufferPointer(start: octets, count: head.byteCount)
                )
            }
            sink.publish(ledger)
            return head.footprint
        }
        // SAFETY: so many octets of the frame follow, and stay until `taken` goes on.
        let bytes = unsafe Span<UInt8>(
            _unsafeStart: UnsafePointer(octets.assumingMemoryBound(to: UInt8.self)),
            count: head.byteCount
        )
        // What the sink does not take was refused before it was put here.
        _ = sink.mirror(Frame(bytes, head.metadata), restoring: head.tag)
        return head.footprint
    }

    /// Waits until something is put, or `wake` is called.
    func wait() {
        isWaiting.store(true, ordering: .sequentiallyConsistent)
        defer { isWaiting.store(false, ordering: .relaxed) }
        guard published.load(ordering: .sequentiallyConsistent) == taken.load(ordering: .relaxed)
        else { return }
        signal.wait(milliseconds: 1000)
    }

    /// Ends a wait.
    func wake() { signal.raise() }
}
