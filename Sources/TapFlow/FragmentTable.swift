import DequeModule
import TapWire

/// Puts IP packets together from their fragments.
///
/// Limits: the number of packets, the octets in all of them, and the time each may take. Fragments may overlap as long as
/// they agree, as which of them a receiver takes makes no difference then. A packet of which two differ is dropped: some
/// receivers drop it (RFC 5722), others take the one or the other.
struct FragmentTable: Sendable {
    private struct Piece {
        var offset: Int
        var bytes: [UInt8]
        var end: Int { offset &+ bytes.count }
    }

    private struct Assembly {
        var began: Moment
        var header: IPHeader
        var pieces: [Piece] = []
        var octets = 0
        /// Where the packet ends; nil until the last fragment was seen.
        var end: Int?
        /// True if the fragments do not fit together; those still to come are dropped too.
        private(set) var isSpoiled = false

        /// Gives the packet up.
        mutating func spoil() {
            isSpoiled = true
            pieces = []
            octets = 0
        }

        /// Adds a fragment; false if it does not fit to the others.
        mutating func insert(_ bytes: Span<UInt8>, at place: FragmentPlace) -> Bool {
            let fragmentEnd = place.offset &+ bytes.count
            if !place.hasMore {
                guard end == nil || end == fragmentEnd, pieces.allSatisfy({ $0.end <= fragmentEnd })
                else { return false }
                end = fragmentEnd
            }
            if let end, fragmentEnd > end { return false }
            var index = pieces.firstIndex { $0.end > place.offset } ?? pieces.endIndex
            var next = place.offset
            while next < fragmentEnd {
                let known = index < pieces.endIndex ? pieces[index].offset : .max
                if known > next {
                    let end = min(known, fragmentEnd)
                    add(bytes, at: place.offset, from: next, to: end, index)
                    next = end
                } else {
                    let piece = pieces[index]
                    let end = min(piece.end, fragmentEnd)
                    let old = piece.bytes.span.extracting(next &- known..<end &- known)
                    let place = next &- place.offset..<end &- place.offset
                    guard old.differences(from: bytes.extracting(place)) == 0 else { return false }
                    next = end
                }
                index &+= 1
            }
            return true
        }

        /// Keeps the octets from `start` to `end` of a fragment that begins at `offset`, as the piece `index`.
        private mutating func add(
            _ bytes: Span<UInt8>,
            at offset: Int,
            from start: Int,
            to end: Int,
            _ index: Int
        ) {
            var copy: [UInt8] = []
            copy.append(copying: bytes.extracting(start &- offset..<end &- offset))
            pieces.insert(Piece(offset: start, bytes: copy), at: index)
            octets &+= copy.count
        }

        /// The payload, if nothing is missing.
        func join() -> [UInt8]? {
            guard let end, octets == end else { return nil }
            var payload: [UInt8] = []
            payload.reserveCapacity(end)
            for piece in pieces { payload += piece.bytes }
            return payload
        }
    }

    /// An IP packet that is whole again.
    struct JoinedPacket: Sendable {
        var header: IPHeader
        var encapsulation: Encapsulation
        var payload: [UInt8]
    }

    /// The largest payload that an IP packet can have.
    private static let maximumPayload = 65_535

    private let limits: FlowLimits
    private var assemblies: [FragmentKey: Assembly] = [:]
    /// The keys in the order in which their packets began; those of packets that are gone are skipped.
    private var order: Deque<(key: FragmentKey, began: Moment)> = []
    /// Octets in all packets.
    private(set) var octets = 0
    /// Packets that were given up because fragments of them did not come.
    private(set) var incompleteCount: UInt64 = 0
    /// Packets that were given up because their fragments did not fit together.
    private(set) var spoiledCount: UInt64 = 0

    init(limits: FlowLimits) { self.limits = limits }

    /// The number of the oldest fragment that is held.
    var oldestSequence: UInt64? {
        order.first {
            assemblies[$0.key]?.began == $0.began && assemblies[$0.key]?.isSpoiled == false
        }?.began.sequence
    }

    /// When the oldest packet began, or one that is gone.
    var oldestTime: Timestamp? { order.first?.began.time }

    /// Takes a fragment.
    ///
    /// - Returns: The packet, if this was the last fragment that it needed.
    mutating func take(_ fragment: borrowing IPFragment, at moment: Moment) -> JoinedPacket? {
        let place = fragment.place
        let key = FragmentKey(of: fragment)
        makeRoom(for: fragment.payload.count, isNew: assemblies[key] == nil)
        var assembly = assemblies.removeValue(forKey: key) ?? begin(fragment, key, at: moment)
        octets &-= assembly.octets
        defer { octets &+= assembly.octets }
        guard !assembly.isSpoiled, isSound(fragment), assembly.insert(fragment.payload, at: place)
        else {
            if !assembly.isSpoiled { spoiledCount &+= 1 }
            assembly.spoil()
            assemblies[key] = assembly
            return nil
        }
        if place.offset == 0 { assembly.header = fragment.header }
        guard let payload = assembly.join() else {
            assemblies[key] = assembly
            return nil
        }
        assembly.octets = 0
        return JoinedPacket(
            header: assembly.header,
            encapsulation: fragment.encapsulation,
            payload: payload
        )
    }

    private mutating func begin(
        _ fragment: borrowing IPFragment,
        _ key: FragmentKey,
        at moment: Moment
    ) -> Assembly {
        order.append((key, moment))
        return Assembly(began: moment, header: fragment.header)
    }

    /// Gives up all packets.
    mutating func removeAll() {
        while !order.isEmpty { dropFirst() }
    }

    /// Gives up packets that began before `time`.
    mutating func expire(before time: Timestamp) {
        while let first = order.first, first.began.time < time { dropFirst() }
    }

    /// A fragment that was not captured whole, is empty, or does not end on eight octets is of no use.
    private func isSound(_ fragment: borrowing IPFragment) -> Bool {
        guard fragment.missingByteCount == 0, !fragment.payload.isEmpty else { return false }
        guard fragment.place.offset &+ fragment.payload.count <= Self.maximumPayload else {
            return false
        }
        return !fragment.place.hasMore || fragment.payload.count & 7 == 0
    }

    private mutating func makeRoom(for byteCount: Int, isNew: Bool) {
        while !order.isEmpty,
            octets &+ byteCount > limits.maximumFragmentOctets
                || isNew && assemblies.count >= limits.maximumFragmentedPackets
                // Packets that were put together leave their keys behind.
                || order.count > 8 &* max(1, limits.maximumFragmentedPackets)
        {
            dropFirst()
        }
    }

    private mutating func dropFirst() {
        guard let first = order.popFirst(), let assembly = assemblies[first.key],
            assembly.began == first.began
        else { return }
        assemblies.removeValue(forKey: first.key)
        octets &-= assembly.octets
        if !assembly.isSpoiled { incompleteCount &+= 1 }
    }
}
