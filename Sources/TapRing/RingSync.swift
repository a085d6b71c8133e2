import CTap
import SystemPackage
import TapLinux
import TapWire

/// Writes a ring on a disk out again and again, on a thread of its own: the mirror never waits for a disk.
///
/// What was committed before the last time it succeeded survives a loss of power; the ring's header says
/// when that was. After a failure the kernel takes what it could not write for written (fsync(2)), so
/// failures are counted and never forgotten while the writer runs.
public struct RingSync: ~Copyable, Sendable {
    private let work: RingSyncWork
    private let thread: WorkerThread

    init(_ work: RingSyncWork) throws(Errno) {
        self.work = work
        thread = try WorkerThread("ring-sync") { work.run() }
    }

    // The thread is waited for behind this, as it goes with the other members.
    deinit { work.stop.raise() }

    /// Writes everything out once more, and ends.
    public consuming func stop() {}
}

/// What the thread of a `RingSync` does.
final class RingSyncWork: Sendable {
    let stop: StopSignal
    private let source: FileMappingSource
    private let mapping: MemoryMapping
    private let milliseconds: Int32
    private let flush: @Sendable (FileDescriptor) throws(Errno) -> Void
    private let complain: @Sendable (Errno) -> Void

    init(
        _ source: consuming FileMappingSource,
        milliseconds: Int32,
        flush: @escaping @Sendable (FileDescriptor) throws(Errno) -> Void,
        complain: @escaping @Sendable (Errno) -> Void
    ) throws(Errno) {
        stop = try StopSignal()
        mapping = try MemoryMapping(source.descriptor, byteCount: 4096, access: .readWrite)
        self.source = source
        self.milliseconds = milliseconds
        self.flush = flush
        self.complain = complain
    }

    func run() {
        var polls = PollSet(count: 1)
        polls.watch(stop.descriptor, at: 0)
        var isLast = false
        while true {
            writeOut()
            guard !isLast else { return }
            polls.wait(milliseconds: milliseconds)
            isLast = stop.isRaised
        }
    }

    private func writeOut() {
        // SAFETY: the header lies in the mapping's first page; only this thread stores these two words.
        let header = unsafe mapping.base.assumingMemoryBound(to: ctap_ring_header.self)
        let time = FileMappingClock.now()
        do {
            try flush(source.descriptor)
            unsafe ctap_ring_set_synced(header, time.nanoseconds)
        } catch {
            let failures = unsafe ctap_ring_sync_failures(header)
            unsafe ctap_ring_set_sync_failures(header, failures &+ 1)
            if failures == 0 { complain(error) }
        }
    }
}
