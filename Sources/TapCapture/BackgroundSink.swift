private import Dispatch
private import Synchronization
public import SystemPackage

/// Writes on a thread of its own, so that the next octets are made while the last ones are written.
///
/// A failure is thrown by a later call; what is there then ends at one of the places that it may end at, as far as the
/// sink can take octets back. Few pieces wait at a time: who makes them faster than they are written waits for it.
public struct BackgroundSink<Sink: OctetSink & ~Copyable & Sendable>: OctetSink, ~Copyable {
    private let work: BackgroundWork<Sink>

    /// Writes to `sink`, which lives on the other thread from now on.
    public init(_ sink: consuming Sink) { work = BackgroundWork(sink) }

    // What was handed over is written before the sink goes.
    deinit { work.waitUntilWritten() }

    /// Copies all of `octets` for the other thread.
    public mutating func write(_ octets: Span<UInt8>) throws(Errno) -> Int {
        try write(octets, wholeAt: [])
    }

    /// Copies all of `octets` for the other thread.
    public mutating func write(_ octets: Span<UInt8>, wholeAt ends: [Int]) throws(Errno) -> Int {
        try work.hand(over: octets, wholeAt: ends)
        return octets.count
    }

    /// False: what was taken is on its way.
    public mutating func takeBack(octetCount: Int) -> Bool { octetCount == 0 }

    /// Waits until everything is written.
    public mutating func finish() throws(Errno) {
        work.waitUntilWritten()
        if let failure = work.failure { throw failure }
    }

    /// Octets that were taken before a failure came to light, and not written.
    public var unwrittenCount: Int {
        work.waitUntilWritten()
        return work.unwrittenCount
    }
}

/// What a `BackgroundSink` shares with its thread.
private final class BackgroundWork<Sink: OctetSink & ~Copyable & Sendable>: Sendable {
    /// Pieces that wait or are being written at most.
    private static var maximumPieces: Int { 4 }

    /// What is only touched by one piece after the other, on the queue.
    private struct State: ~Copyable {
        var sink: Sink
        var unwrittenCount = 0
    }

    private let state: Mutex<State>
    /// Why nothing more is written; apart from the state, which is locked as long as a write takes.
    private let failed = Mutex<Errno?>(nil)
    /// Buffers that were written and are used again.
    private let spare = Mutex<[[UInt8]]>([])
    private let room = DispatchSemaphore(value: maximumPieces)
    private let queue = DispatchQueue(label: "hubtap.capture")

    init(_ sink: consuming Sink) { state = Mutex(State(sink: sink)) }

    var failure: Errno? { failed.withLock { $0 } }
    var unwrittenCount: Int { state.withLock { $0.unwrittenCount } }

    func waitUntilWritten() { queue.sync {} }

    func hand(over octets: Span<UInt8>, wholeAt ends: [Int]) throws(Errno) {
        room.wait()
        if let failure {
            room.signal()
            throw failure
        }
        var buffer = spare.withLock { $0.popLast() } ?? []
        if buffer.count < octets.count { buffer = [UInt8](repeating: 0, count: octets.count) }
        // SAFETY: the buffer is at least as long as the octets, and is ours alone.
        unsafe buffer.withUnsafeMutableBytes { target in
            unsafe octets.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        }
        let piece = buffer
        let count = octets.count
        queue.async { [self] in
            write(piece, count, wholeAt: ends)
            spare.withLock { $0.append(piece) }
            room.signal()
        }
    }

    private func write(_ piece: [UInt8], _ count: Int, wholeAt ends: [Int]) {
        state.withLock { state in
            guard failure == nil else {
                state.unwrittenCount += count
                return
            }
            var written = 0
            do throws(Errno) {
                while written < count {
                    let rest = piece.span.extracting(written..<count)
                    written += try state.sink.write(rest)
                }
            } catch {
                failed.withLock { $0 = error }
                let whole = ends.last { $0 <= written } ?? 0
                let isWhole =
                    whole == written || state.sink.takeBack(octetCount: written - whole)
                state.unwrittenCount += count - (isWhole ? whole : written)
            }
        }
    }
}
