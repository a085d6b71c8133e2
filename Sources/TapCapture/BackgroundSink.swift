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
        var piece = try work.emptyPiece(for: octets.count)
        piece.append(octets)
        work.hand(over: piece)
        return octets.count
    }

    /// Hands the piece over to the other thread, and leaves an empty one.
    public mutating func take(_ piece: inout OctetPiece) throws(Errno) -> Int {
        let count = piece.count
        let empty = try work.emptyPiece(for: piece.capacity)
        work.hand(over: exchange(&piece, with: empty))
        return count
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
    /// Pieces that were written and are used again.
    private let spare = Mutex<[PieceBox]>([])
    private let room = DispatchSemaphore(value: maximumPieces)
    private let queue = DispatchQueue(label: "hubtap.capture")

    init(_ sink: consuming Sink) { state = Mutex(State(sink: sink)) }

    var failure: Errno? { failed.withLock { $0 } }
    var unwrittenCount: Int { state.withLock { $0.unwrittenCount } }

    func waitUntilWritten() { queue.sync {} }

    /// An empty piece with room for `capacity` octets, once there are few enough on their way.
    ///
    /// It must be handed over, or room is lost.
    func emptyPiece(for capacity: Int) throws(Errno) -> OctetPiece {
        room.wait()
        if let failure {
            room.signal()
            throw failure
        }
        var piece = spare.withLock { $0.popLast() }?.take() ?? OctetPiece(capacity: capacity)
        piece.grow(to: capacity)
        return piece
    }

    func hand(over piece: consuming OctetPiece) {
        let box = PieceBox(piece)
        queue.async { [self] in
            if var piece = box.take() {
                write(piece)
                piece.clear()
                let written = PieceBox(piece)
                spare.withLock { $0.append(written) }
            }
            room.signal()
        }
    }

    private func write(_ piece: borrowing OctetPiece) {
        let octets = piece.span
        state.withLock { state in
            guard failure == nil else {
                state.unwrittenCount += octets.count
                return
            }
            var written = 0
            do throws(Errno) {
                while written < octets.count {
                    written += try state.sink.write(octets.extracting(droppingFirst: written))
                }
            } catch {
                failed.withLock { $0 = error }
                let whole = piece.ends.last { $0 <= written } ?? 0
                let isWhole =
                    whole == written || state.sink.takeBack(octetCount: written - whole)
                state.unwrittenCount += octets.count - (isWhole ? whole : written)
            }
        }
    }
}

/// Carries a piece to another thread, once.
private final class PieceBox: Sendable {
    private let piece: Mutex<OctetPiece?>

    init(_ piece: consuming OctetPiece) { self.piece = Mutex(piece) }

    func take() -> OctetPiece? { piece.withLock { $0.take() } }
}
