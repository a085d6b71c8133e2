import DequeModule
import TapWire

/// Octets that wait behind a hole, or for what their sender had seen.
struct HeldPiece: Sendable {
    /// Where in the stream the piece begins.
    var offset: Int64
    /// The octets; empty if they are known to be lost.
    var bytes: [UInt8]
    /// How many octets are known to be lost, because the capture cut the frame short.
    var lostByteCount: Int
    /// How far their sender had seen the other direction.
    var seen: Int64

    var byteCount: Int { bytes.count &+ lostByteCount }
    var end: Int64 { offset &+ Int64(byteCount) }
}

/// One direction of a connection.
///
/// Places in the stream are 64-bit offsets from the first octet that was expected; the 32-bit numbers of TCP are
/// turned into offsets next to the octet that is due, so that they may wrap round as often as they like.
struct HalfStream: Sendable {
    // In this order the small ones take the room that alignment leaves.

    /// The offset of the next octet to hand on.
    private(set) var next: Int64 = 0
    /// Its sequence number.
    private(set) var nextNumber: UInt32 = 0
    /// The sequence number of the SYN, if it was seen.
    var initialNumber: UInt32?
    /// True once any sequence number of this direction is known.
    private(set) var isKnown = false
    /// True once the FIN was reached and told.
    var hasEnded = false
    /// The time to live of its first segment; 0 before that.
    var hopLimit: UInt8 = 0
    /// What this side would take, before scaling.
    var window: UInt16 = 0
    /// By how much this side's window is shifted.
    var windowScale: UInt8?
    /// How far the other side has acknowledged.
    var acknowledged: Int64 = 0
    /// How far it had when it said anything itself, or ended.
    var answered: Int64 = 0
    /// Up to where its receiver lacks nothing, if that is behind the next octet: the tap waits for the other direction.
    private(set) var complete: Int64 = 0
    /// How far the sender of the FIN had seen the other direction.
    var finSeen: Int64 = 0
    /// Where the FIN stands.
    var finOffset: Int64?
    /// What the receiver does with segments that overlap.
    var overlapPolicy = OverlapPolicy.first
    /// Segments in a row that lay outside the window; no more than `maximumStrays`.
    var strayCount: UInt8 = 0
    /// `historyCapacity`, asked for with every frame; what lies in memory of its own is looked at when it changes.
    private var historyRoom: UInt32 = 0
    /// As `finSeen`, of the sender of a RST that ends the connection; nil if none came.
    var resetSeen: Int64?
    /// `heldOctets`, of which a direction holds few.
    private var heldCount: UInt32 = 0
    /// The last segment of this side.
    var lastTrace = SegmentTrace()
    /// What waits behind holes, in order, without overlaps.
    var held: Deque<HeldPiece> = []
    /// What was handed on and not acknowledged yet.
    private(set) var history = UnacknowledgedOctets()

    /// How many segments in a row may lie outside the window until they are believed.
    static let maximumStrays: UInt8 = 4

    /// How many octets wait.
    var heldOctets: Int {
        get { Int(heldCount) }
        set { heldCount = UInt32(clamping: newValue) }
    }

    /// Sets the place of the first octet.
    mutating func begin(at number: UInt32) {
        isKnown = true
        nextNumber = number
    }

    /// The offset that a sequence number stands for.
    @inline(__always)
    func offset(of number: UInt32) -> Int64 {
        next &+ Int64(Int32(bitPattern: number &- nextNumber))
    }

    /// True if the next octet to hand on has this number.
    func isNext(_ number: UInt32) -> Bool { isKnown && number == nextNumber }

    /// Moves the place of the next octet forward.
    mutating func advance(by byteCount: Int) {
        next &+= Int64(byteCount)
        nextNumber &+= UInt32(truncatingIfNeeded: byteCount)
    }

    /// True if the receiver expects this number next, as far as can be told: it may lack what was seen, or have more.
    func isDue(_ number: UInt32) -> Bool {
        let offset = offset(of: number)
        if let finOffset, offset == finOffset &+ 1 { return true }
        return offset == next || offset == acknowledged || offset == farthest
    }

    /// True if it is known where this side ends.
    var isEnding: Bool { finOffset != nil || resetSeen != nil }

    /// Up to where octets are missing that the other side has; nil as long as those may still come that it has not
    /// said anything behind.
    var missingEnd: Int64? {
        guard acknowledged > next else { return nil }
        var end = min(answered, finOffset ?? .max)
        if let first = held.first, first.offset <= acknowledged { end = first.offset }
        return end > next ? end : nil
    }

    /// Where the farthest octet that was seen ends.
    var farthest: Int64 { max(next, acknowledged, held.last?.end ?? next) }

    /// How many octets this side would take.
    @inline(__always)
    func receiveWindow(isMidstream: Bool) -> Int64 {
        // A handshake that was not seen may have agreed on any scale; 7 is what most systems use.
        Int64(max(window, 1)) << Int64(windowScale ?? (isMidstream ? 7 : 0))
    }

    // MARK: History

    /// How much memory the octets take that were handed on and are not acknowledged.
    var historyCapacity: Int { Int(historyRoom) }

    /// Keeps octets that are about to be handed on, or their place in `storage`.
    mutating func remember(_ bytes: Span<UInt8>, limit: Int, in storage: any OctetStore) {
        guard limit > 0 else { return forgetHistory() }
        let kept = min(bytes.count, limit)
        // Half is dropped at once: moving the rest costs more than a frame does.
        if history.count &+ kept > limit {
            let room = max(0, limit / 2 &- kept)
            history.removeFirst(max(0, history.count &- room))
        }
        history.append(bytes.extracting(last: kept), in: storage)
        noteHistoryRoom()
    }

    /// Copies what is remembered by its place in `storage`.
    mutating func copyHistory(from storage: any OctetStore) {
        history.copy(from: storage)
        noteHistoryRoom()
    }

    /// Drops what nobody can send otherwise any more, as the other side has it.
    mutating func forgetAcknowledged() {
        let unacknowledged = next &- acknowledged
        guard unacknowledged < Int64(history.count) else { return }
        if unacknowledged <= 0 {
            history.removeAll()
            noteHistoryRoom()
        } else if history.count &- Int(unacknowledged) > 4_096 {
            // Moving the rest costs as much as a frame does; wait until it is worth it.
            history.removeFirst(history.count &- Int(unacknowledged))
        }
    }

    /// Drops all of it.
    mutating func forgetHistory() {
        guard historyRoom > 0 else { return }
        history = UnacknowledgedOctets()
        historyRoom = 0
    }

    private mutating func noteHistoryRoom() { historyRoom = UInt32(clamping: history.capacity) }

    // MARK: Pieces behind holes

    /// Holds those of the octets, which begin at `offset`, that are not held yet.
    ///
    /// - Parameters:
    ///   - bytes: The octets; or none, if they are known to be lost.
    ///   - lostByteCount: How many octets are known to be lost, instead of `bytes`.
    ///   - offset: Where in the stream they begin.
    ///   - seen: How far their sender had seen the other direction.
    mutating func hold(
        _ bytes: Span<UInt8>,
        lostByteCount: Int,
        at offset: Int64,
        seen: Int64
    ) {
        var start = offset
        let end = offset &+ Int64(bytes.count &+ lostByteCount)
        // New segments mostly belong at the end.
        var index = held.count
        while index > 0, held[index &- 1].end > start { index &-= 1 }
        while start < end {
            let nextStart = index < held.count ? held[index].offset : .max
            let pieceEnd = min(end, nextStart)
            if start < pieceEnd {
                insert(
                    bytes,
                    lostByteCount,
                    from: Int(start &- offset),
                    to: Int(pieceEnd &- offset),
                    of: offset,
                    seen: seen,
                    at: index
                )
                index &+= 1
            }
            guard index < held.count, end > nextStart else { break }
            start = max(start, held[index].end)
            index &+= 1
        }
        noteComplete(from: offset, to: end, heldFrom: index)
    }

    /// Notes that octets came, behind which the pieces from `index` on stand.
    private mutating func noteComplete(from start: Int64, to end: Int64, heldFrom index: Int) {
        complete = max(complete, next)
        guard start <= complete, end > complete else { return }
        complete = end
        for piece in held[index...] {
            guard piece.offset <= complete else { return }
            complete = max(complete, piece.end)
        }
    }

    private mutating func insert(
        _ bytes: Span<UInt8>,
        _ lostByteCount: Int,
        from: Int,
        to: Int,
        of offset: Int64,
        seen: Int64,
        at index: Int
    ) {
        var piece = HeldPiece(
            offset: offset &+ Int64(from),
            bytes: [],
            lostByteCount: 0,
            seen: seen
        )
        if lostByteCount > 0 {
            piece.lostByteCount = to &- from
        } else {
            piece.bytes.append(copying: bytes.extracting(from..<to))
        }
        heldOctets &+= piece.bytes.count
        held.insert(piece, at: index)
    }

    /// The first piece that waits does so no longer for the other direction.
    mutating func releaseFirstHeld() {
        guard !held.isEmpty else { return }
        held[0].seen = .min
    }

    /// Takes out the first piece that waits.
    mutating func takeFirstHeld() -> HeldPiece {
        let piece = held.removeFirst()
        heldOctets &-= piece.bytes.count
        return piece
    }

    /// Drops everything that waits.
    mutating func dropHeld() {
        held = []
        heldOctets = 0
    }
}
