import TapFlow

/// What the client said before the reply that tells what it is: kept as it came, holes too.
struct HeldOctets: Sendable {
    /// A piece of the client's stream.
    enum Piece: Sendable {
        case octets([UInt8])
        case gap(byteCount: Int?)
    }

    /// What came at a moment.
    private struct Mark: Sendable {
        enum Kind: Sendable {
            /// Octets up to the mark's end.
            case octets
            case gap(byteCount: Int?)
        }

        var kind: Kind
        /// How many octets were held behind it.
        var end: Int
        var moment: Moment
    }

    private var octets: [UInt8] = []
    private var marks: [Mark] = []

    /// Moments that are told apart; octets of later ones count as those of the last.
    private static let toldMoments = 256
    /// Marks at most.
    private static let markLimit = 1_024

    /// How many octets are held.
    var byteCount: Int { octets.count }

    /// Octets of memory that they take, about.
    var keptByteCount: Int { octets.capacity &+ marks.capacity &* MemoryLayout<Mark>.stride }

    /// True if nothing is held.
    var isEmpty: Bool { marks.isEmpty }

    /// Holds as much of `bytes` as `limit` allows, and returns how much that was.
    mutating func append(_ bytes: Span<UInt8>, at moment: Moment, limit: Int) -> Int {
        let room = min(bytes.count, max(0, limit &- byteCount))
        guard room > 0 else { return 0 }
        var isMore = false
        if let last = marks.last, case .octets = last.kind {
            isMore = last.moment == moment || marks.count >= Self.toldMoments
        }
        guard isMore || marks.count < Self.markLimit else { return 0 }
        octets.append(bytes.extracting(first: room), limit: .max)
        if isMore {
            marks[marks.count - 1].end = octets.count
        } else {
            marks.append(Mark(kind: .octets, end: octets.count, moment: moment))
        }
        return room
    }

    /// Holds a hole.
    mutating func appendGap(byteCount: Int?, at moment: Moment) {
        if marks.count >= Self.markLimit, let last = marks.last, case .gap(let before) = last.kind {
            // Two holes in one: how long it is does not matter any more.
            let sum = before.flatMap { before in byteCount.map { before &+ $0 } }
            marks[marks.count - 1].kind = .gap(byteCount: sum)
            return
        }
        marks.append(Mark(kind: .gap(byteCount: byteCount), end: octets.count, moment: moment))
    }

    /// Gives everything out, in order.
    mutating func takeAll() -> [(piece: Piece, moment: Moment)] {
        defer { self = HeldOctets() }
        var start = 0
        return marks.map { mark in
            defer { start = mark.end }
            return switch mark.kind {
            case .octets: (.octets(Array(octets[start..<mark.end])), mark.moment)
            case .gap(let byteCount): (.gap(byteCount: byteCount), mark.moment)
            }
        }
    }

    /// Keeps the first `count` octets, holes among them counted, and gives the rest out; a hole that reaches further, or
    /// whose length is not known, is a part of the rest.
    mutating func takeRest(behind count: UInt64) -> HeldOctets {
        var rest = HeldOctets()
        var left = count
        for (piece, moment) in takeAll() {
            switch piece {
            case .octets(let octets) where rest.isEmpty:
                let part = Int(clamping: min(left, UInt64(octets.count)))
                _ = append(octets.span.extracting(first: part), at: moment, limit: .max)
                left &-= UInt64(part)
                _ = rest.append(
                    octets.span.extracting(droppingFirst: part),
                    at: moment,
                    limit: .max
                )
            case .octets(let octets): _ = rest.append(octets.span, at: moment, limit: .max)
            case .gap(let byteCount?) where rest.isEmpty && byteCount <= left:
                appendGap(byteCount: byteCount, at: moment)
                left &-= UInt64(max(0, byteCount))
            case .gap(let byteCount): rest.appendGap(byteCount: byteCount, at: moment)
            }
        }
        return rest
    }

    /// True if a message with its end stands here.
    var endsMessage: Bool {
        var counter = MessageCounter()
        return counter.take(from: beginning.span).isComplete
    }

    /// The first octets up to a hole, at most `limit`.
    func prefix(_ limit: Int) -> [UInt8] { Array(beginning.prefix(limit)) }

    /// The octets up to a hole.
    private var beginning: ArraySlice<UInt8> {
        for mark in marks {
            if case .gap = mark.kind { return octets[..<mark.end] }
        }
        return octets[...]
    }
}
