import DequeModule
import TapWire

extension HalfStream {
    /// What of `bytes`, which begin at `offset`, differs from what came first for the same places; nil if nothing does.
    ///
    /// Looks at what was handed on and is not acknowledged, some of which may lie in `storage`, and at what waits behind
    /// holes.
    mutating func conflict(
        with bytes: Span<UInt8>,
        at offset: Int64,
        in storage: any OctetStore
    ) -> OverlapConflict? {
        var conflict: OverlapConflict?
        if offset < next {
            copyHistory(from: storage)
            let old = history.copies.span
            let start = next &- Int64(old.count)
            add(old, at: start, bytes, at: offset, isReplaced: false, to: &conflict)
        }
        let end = offset &+ Int64(bytes.count)
        for piece in held where piece.offset < end && piece.end > offset && piece.lostByteCount == 0
        {
            add(
                piece.bytes.span,
                at: piece.offset,
                bytes,
                at: offset,
                isReplaced: overlapPolicy.replaces(piece.offset, by: offset),
                to: &conflict
            )
        }
        return conflict
    }

    private func add(
        _ old: Span<UInt8>,
        at oldOffset: Int64,
        _ new: Span<UInt8>,
        at newOffset: Int64,
        isReplaced: Bool,
        to conflict: inout OverlapConflict?
    ) {
        let start = max(oldOffset, newOffset)
        let end = min(oldOffset &+ Int64(old.count), newOffset &+ Int64(new.count))
        guard start < end else { return }
        let mine = old.extracting(Int(start &- oldOffset)..<Int(end &- oldOffset))
        let theirs = new.extracting(Int(start &- newOffset)..<Int(end &- newOffset))
        let differences = mine.differences(from: theirs)
        guard differences > 0 else { return }
        conflict?.byteCount &+= differences
        guard conflict == nil, let first = mine.firstDifference(from: theirs) else { return }
        var kept: [UInt8] = []
        var dropped: [UInt8] = []
        let length = min(mine.count &- first, OverlapConflict.limit)
        kept.append(copying: mine.extracting(first..<first &+ length))
        dropped.append(copying: theirs.extracting(first..<first &+ length))
        if isReplaced { swap(&kept, &dropped) }
        conflict = OverlapConflict(
            byteCount: differences,
            offset: start &+ Int64(first),
            kept: kept,
            dropped: dropped
        )
    }

    /// Takes out what waits behind holes and is replaced by octets that begin at `offset`.
    ///
    /// Octets that the capture lost are replaced by any.
    mutating func makeWay(for byteCount: Int, at offset: Int64) {
        let end = offset &+ Int64(byteCount)
        var index = held.count
        while index > 0 {
            index &-= 1
            let piece = held[index]
            guard piece.end > offset else { return }
            guard piece.offset < end else { continue }
            // What its receiver took when it came is not replaced.
            let isReplaced =
                piece.offset >= complete && overlapPolicy.replaces(piece.offset, by: offset)
            guard piece.lostByteCount > 0 || isReplaced else { continue }
            held.remove(at: index)
            heldOctets &-= piece.bytes.count
            // What stands behind goes in first, so that what stands before comes before it.
            insertPart(of: piece, from: end, to: piece.end, at: index)
            insertPart(of: piece, from: piece.offset, to: offset, at: index)
        }
    }

    private mutating func insertPart(
        of piece: HeldPiece,
        from start: Int64,
        to end: Int64,
        at index: Int
    ) {
        guard start < end else { return }
        var part = HeldPiece(offset: start, bytes: [], lostByteCount: 0, seen: piece.seen)
        if piece.lostByteCount > 0 {
            part.lostByteCount = Int(end &- start)
        } else {
            let range = Int(start &- piece.offset)..<Int(end &- piece.offset)
            part.bytes.append(copying: piece.bytes.span.extracting(range))
        }
        heldOctets &+= part.bytes.count
        held.insert(part, at: index)
    }
}
