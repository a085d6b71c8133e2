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
    private var octets = 0
    /// Packets that were given up.
    private(set) var droppedCount: UInt64 = 0

    init(limits: FlowLimits) { self.limits = limits }

    /// The number of the oldest fragment that is held.
    var oldestSequence: UInt64? {
        assemblies.isEmpty
            ? nil : assemblies.values.filter { !$0.isSpoiled }.map(\.began.sequence).min()
    }

    /// Takes a fragment.
    ///
    /// - Returns: The packet, if this was the last fragment that it needed.
    mutating func take(_ fragment: borrowing IPFragment, at moment: Moment) -> JoinedPacket? {
        let place = fragment.place
        let key = FragmentKey(of: fragment)
        makeRoom(for: fragment.payload.count, at: moment, key: key)
        var assembly =
            assemblies.removeValue(forKey: key) ?? Assembly(began: moment, header: fragment.header)
        octets &-= assembly.octets
        defer { octets &+= assembly.octets }
        guard !assembly.isSpoiled, isSound(fragment), assembly.insert(fragment.payload, at: place)
        else {
            if !assembly.isSpoiled { droppedCount &+= 1 }
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

    /// Gives up all packets.
    mutating func removeAll() {
        droppedCount &+= UInt64(assemblies.values.count { !$0.isSpoiled })
        assemblies = [:]
        octets = 0
    }

    /// Gives up packets that began before `time`.
    mutating func expire(before time: Timestamp) {
        guard !assemblies.isEmpty else { return }
        for (key, assembly) in assemblies where assembly.began.time < time { drop(key) }
    }

    /// A fragment that was not captured whole, is empty, or does not end on eight octets is of no use.
    private func isSound(_ fragment: borrowing IPFragment) -> Bool {
        guard fragment.missingByteCount == 0, !fragment.payload.isEmpty else { return false }
        guard fragment.place.offset &+ fragment.payload.count <= Self.maximumPayload else {
            return false
        }
        return !fragment.place.hasMore || fragment.payload.count & 7 == 0
    }

    private mutating func makeRoom(for byteCount: Int, at moment: Moment, key: FragmentKey) {
        let isNew = assemblies[key] == nil
        while !assemblies.isEmpty,
            octets &+ byteCount > limits.maximumFragmentOctets
                || isNew && assemblies.count >= limits.maximumFragmentedPackets
        {
            guard
                let oldest = assemblies.min(by: {
                    $0.value.began.sequence < $1.value.began.sequence
                })
            else {
                return
            }
            drop(oldest.key)
        }
    }

    private mutating func drop(_ key: FragmentKey) {
        guard let assembly = assemblies.removeValue(forKey: key) else { return }
        octets &-= assembly.octets
        if !assembly.isSpoiled { droppedCount &+= 1 }
    }
}
