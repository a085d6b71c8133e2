import Synchronization
public import SystemPackage
import TapLinux
public import TapWire

/// A mirror behind a queue in memory: whoever puts frames into it never waits for what is under the mirror.
///
/// A ring in a file on a disk can make its writer wait: for a page to be read or cleaned, or until less is
/// dirty. Where the same thread forwards, the wire would wait too. Here another thread writes; when it
/// cannot keep up and the queue is full, frames are lost to the mirror, as `MirrorLoss.queueFull`, and
/// the wire goes on. The ledger goes the same way as the frames, so that it never tells of frames that a
/// reader cannot have yet.
public struct QueuedMirror<Sink: MirrorSink & ~Copyable & Sendable>: ~Copyable, MirrorSink {
    private let queue: MirrorQueue
    private let work: MirrorQueueWork<Sink>
    private let thread: WorkerThread
    private let captureLimit: Int
    private let maximumCapture: Int
    private var ledger: Ledger?

    /// Begins to empty a queue into `sink`.
    ///
    /// - Parameters:
    ///   - sink: The mirror; it lives on the other thread from now on.
    ///   - captureLimit: How many octets of a frame it keeps.
    ///   - maximumCapture: The most octets of a frame that it can hold; a longer one is `oversize`.
    ///   - byteCount: How large the queue is at least.
    /// - Throws: What the kernel said if there can be no queue or no thread.
    public init(
        _ sink: consuming Sink,
        captureLimit: Int,
        maximumCapture: Int,
        byteCount: Int = 64 << 20
    ) throws(Errno) {
        let queue = try MirrorQueue(byteCount: byteCount)
        let work = MirrorQueueWork(sink, queue)
        thread = try WorkerThread("mirror") { work.run() }
        self.queue = queue
        self.work = work
        self.captureLimit = captureLimit
        self.maximumCapture = maximumCapture
    }

    /// Puts a copy of the frame into the queue.
    public mutating func mirror(
        _ frame: borrowing Frame,
        restoring tag: VLANTag?
    ) -> MirrorLoss? {
        let length = frame.bytes.count &+ (tag == nil ? 0 : VLANTag.byteCount)
        guard min(length, captureLimit) <= maximumCapture else { return .oversize }
        let captured = min(frame.bytes.count, captureLimit)
        return queue.push(frame, captured: captured, restoring: tag) ? nil : .queueFull
    }

    /// Lets the other thread see what was put.
    ///
    /// A ledger that finds no room is made up for by the next, and the last one at the end.
    public mutating func publish(_ ledger: borrowing Ledger) {
        self.ledger = copy ledger
        _ = queue.push(ledger)
        queue.publish()
    }

    // The thread is waited for behind this, as it goes with the other members.
    deinit { work.end(with: ledger) }

    /// Waits until everything in the queue is in the mirror, the last ledger too, and lets go of the mirror.
    public consuming func finish() {}
}

/// What the thread of a `QueuedMirror` does.
private final class MirrorQueueWork<Sink: MirrorSink & ~Copyable & Sendable>: @unchecked Sendable {
    // SAFETY: the thread alone uses the sink. The last ledger is stored before `isOver`, with release order,
    // and loaded after it.
    private var sink: Sink
    private let queue: MirrorQueue
    private var last: Ledger?
    private let isOver = Atomic<Bool>(false)

    init(_ sink: consuming Sink, _ queue: MirrorQueue) {
        self.sink = sink
        self.queue = queue
    }

    func run() {
        while true {
            // Asked before the queue: what was put before the end is taken after it.
            let isLast = isOver.load(ordering: .acquiring)
            if queue.drain(into: &sink) { continue }
            if isLast { break }
            queue.wait()
        }
        if let last { sink.publish(last) }
    }

    func end(with ledger: Ledger?) {
        last = ledger
        isOver.store(true, ordering: .releasing)
        queue.wake()
    }
}
