import DequeModule
import TapWire

/// Puts IP packets together from their fragments.
///
/// Limits: the number of packets, the octets in all of them, and the time each may take. A packet whose fragments
/// overlap with different octets is dropped, as receivers do (RFC 5722; Linux does the same for IPv4).
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
            let index = pieces.firstIndex { $0.end > place.offset } ?? pieces.endIndex
            if index < pieces.endIndex, pieces[index].offset < fragmentEnd {
                // The same fragment again is harmless; anything else that overlaps is not.
                let piece = pieces[index]
                guard piece.offset == place.offset, piece.bytes.count == bytes.count else {
                    return false
                }
                return piece.bytes.span.differences(from: bytes) == 0
            }
            var copy: [UInt8] = []
            copy.append(copying: bytes)
            pieces.insert(Piece(offset: place.offset, bytes: copy), at: index)
            octets &+= bytes.count
            return true
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
