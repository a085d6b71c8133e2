import TapFlow

/// What the client said before the reply that tells what it is: kept as it came, holes too.
struct HeldOctets: Sendable {
    /// A piece of the client's stream.
    enum Piece: Sendable {
        case octets([UInt8])
        case gap(byteCount: Int?)
    }

    /// The pieces in order, and when each came.
    private(set) var pieces: [(piece: Piece, moment: Moment)] = []
    /// How many octets are held.
    private(set) var byteCount = 0

    /// True if nothing is held.
    var isEmpty: Bool { pieces.isEmpty }

    /// Holds as much of `bytes` as `limit` allows, and returns how much that was.
    mutating func append(_ bytes: Span<UInt8>, at moment: Moment, limit: Int) -> Int {
        let room = min(bytes.count, max(0, limit &- byteCount))
        guard room > 0 else { return 0 }
        byteCount &+= room
        if let last = pieces.indices.last, pieces[last].moment == moment,
            case .octets(var octets) = pieces[last].piece
        {
            // Emptied first, so that the octets are appended to in place.
            pieces[last].piece = .gap(byteCount: nil)
            octets.append(bytes.extracting(first: room), limit: .max)
            pieces[last].piece = .octets(octets)
        } else {
            var octets: [UInt8] = []
            octets.append(bytes.extracting(first: room), limit: .max)
            pieces.append((.octets(octets), moment))
        }
        return room
    }

    /// Holds a hole.
    mutating func appendGap(byteCount: Int?, at moment: Moment) {
        guard pieces.count < 4_096 else { return }
        pieces.append((.gap(byteCount: byteCount), moment))
    }

    /// Gives everything out.
    mutating func takeAll() -> [(piece: Piece, moment: Moment)] {
        defer { self = HeldOctets() }
        return pieces
    }

    /// True if a message with its end stands here.
    var endsMessage: Bool {
        var counter = MessageCounter()
        for (piece, _) in pieces {
            guard case .octets(let octets) = piece else { return false }
            if counter.take(from: octets.span).isComplete { return true }
        }
        return false
    }

    /// The first octets up to a hole, at most `limit`.
    func prefix(_ limit: Int) -> [UInt8] {
        var result: [UInt8] = []
        for (piece, _) in pieces {
            guard case .octets(let octets) = piece, result.count < limit else { break }
            result += octets.prefix(limit - result.count)
        }
        return result
    }
}
