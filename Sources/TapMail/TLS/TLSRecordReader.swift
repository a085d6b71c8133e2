/// Follows the records of one side of a TLS connection by their lengths, whatever pieces they come in.
///
/// Theory of operation. It takes as much as belongs to one record and no more, and says what that was: the head is held
/// (five octets), the fragment is not, so that octets of application data are only counted. A hole inside a fragment is
/// subtracted from what remains of it. Behind any other hole, and where a head is none, the records are lost, and every
/// place is tried until there is an unmistakable head: kind, version and a length that fits, which by chance is found once
/// in some ten million octets. Octets that never were TLS are passed over.
package struct TLSRecordReader: Sendable {
    /// What the octets were that were taken.
    package enum Piece: Hashable, Sendable {
        /// A part of a head, or nothing that is known.
        case head
        /// A part of the fragment of a record.
        case fragment(TLSRecordHead)
        /// The last part of the fragment of a record; of an empty record, its head.
        case record(TLSRecordHead)
        /// The records are lost from here on until one is found again.
        case lost
    }

    /// What a hole has done.
    package enum Loss: Hashable, Sendable {
        /// It lay inside the fragment of a record that goes on.
        case inside(TLSRecordHead)
        /// It was the rest of this record.
        case completed(TLSRecordHead)
        /// The records are lost until one is found again.
        case lost
    }

    private enum Place: Sendable {
        /// At the head of a record.
        case head
        /// Inside a fragment.
        case fragment(TLSRecordHead, remaining: Int)
        /// At no known place.
        case searching
        /// The first octets were no record.
        case foreign
    }

    private var place = Place.head
    /// The last octets read of a head, or looked at for one.
    private var window: UInt64 = 0
    /// How many of them: 0...5.
    private var held = 0
    /// The version in the last record; nil before the first.
    private var version: UInt16?

    /// Creates a reader that stands before the first record.
    package init() {}

    /// True if the first octets were no TLS.
    package var isForeign: Bool { if case .foreign = place { true } else { false } }

    /// True once the head of a record was read.
    package var hasRecords: Bool { version != nil }

    /// The record whose fragment comes next; nil at a head and where records are lost.
    package var current: TLSRecordHead? {
        if case .fragment(let head, _) = place { head } else { nil }
    }

    /// Takes octets off the front of `bytes`, at least one if there is one.
    package mutating func take(from bytes: Span<UInt8>) -> (consumed: Int, piece: Piece) {
        switch place {
        case .fragment(let head, let remaining):
            let length = min(remaining, bytes.count)
            guard length == remaining else {
                place = .fragment(head, remaining: remaining &- length)
                return (length, .fragment(head))
            }
            place = .head
            return (length, .record(head))
        case .head, .searching:
            for index in bytes.indices {
                if let piece = take(bytes[index]) { return (index &+ 1, piece) }
            }
            return (bytes.count, .head)
        case .foreign: return (bytes.count, .head)
        }
    }

    /// Takes an octet outside of a fragment; nil while it has no meaning of its own.
    private mutating func take(_ octet: UInt8) -> Piece? {
        window = (window << 8 | UInt64(octet)) & 0xFF_FFFF_FFFF
        held = min(held &+ 1, TLSRecordHead.byteCount)
        guard held == TLSRecordHead.byteCount else { return nil }
        if case .searching = place {
            guard let head = TLSRecordHead(window), head.isUnmistakable(after: version) else {
                return nil
            }
            return open(head)
        }
        if let head = TLSRecordHead(window) { return open(head) }
        guard version == nil else {
            place = .searching
            return .lost
        }
        if let head = TLSRecordHead(version2: window) { return open(head) }
        place = .foreign
        return .head
    }

    private mutating func open(_ head: TLSRecordHead) -> Piece {
        held = 0
        version = head.type == .version2Hello ? version : head.version
        guard head.length > 0 else {
            place = .head
            return .record(head)
        }
        place = .fragment(head, remaining: head.length)
        return .head
    }

    /// Octets are lost; nil if it is not known how many.
    package mutating func lose(byteCount: Int?) -> Loss {
        if case .fragment(let head, let remaining) = place, let byteCount, byteCount >= 0,
            byteCount <= remaining
        {
            guard byteCount == remaining else {
                place = .fragment(head, remaining: remaining &- byteCount)
                return .inside(head)
            }
            place = .head
            return .completed(head)
        }
        held = 0
        if !isForeign { place = .searching }
        return .lost
    }
}
