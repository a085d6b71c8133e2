import TapWire

/// What one direction has sent and the other side has not acknowledged, the newest last: what a repetition is held against.
///
/// Theory of operation. Octets in memory that lasts are remembered by their places, others are copied. There are only places
/// or only copies: copies are made of all places once octets come that lie nowhere, or once a repetition is compared. Most
/// receivers acknowledge every other segment, so two places need no memory of their own.
struct UnacknowledgedOctets: Sendable {
    /// The octets, if they were copied.
    private(set) var copies: [UInt8] = []
    /// Where the oldest ones lie, if they were not.
    private var first = OctetPlace()
    /// Where those behind them lie.
    private var second = OctetPlace()
    /// Where all others lie.
    private var others: [OctetPlace] = []
    /// How many octets lie at all these places.
    private var placedCount: UInt32 = 0

    /// So many other places at most: more of them would take more room than the octets of small segments.
    private static let maximumOthers = 256
    /// Up to this capacity in octets the room is given back when all are acknowledged: the few octets of a dialogue are not
    /// worth what they would take until the next ones.
    private static let smallCapacity = 512

    /// How many there are.
    var count: Int { copies.count &+ Int(placedCount) }

    /// How much memory they take.
    var capacity: Int { copies.capacity &+ othersCapacity }

    private var othersCapacity: Int { others.capacity &* MemoryLayout<OctetPlace>.stride }

    /// Adds octets, which may lie in `storage`.
    mutating func append(_ bytes: Span<UInt8>, in storage: any OctetStore) {
        if copies.isEmpty, others.count < Self.maximumOthers,
            let range = storage.octets.indices(of: bytes), let place = OctetPlace(range)
        {
            append(place)
        } else {
            copy(from: storage)
            copies.append(copying: bytes)
        }
    }

    private mutating func append(_ place: OctetPlace) {
        placedCount &+= UInt32(truncatingIfNeeded: place.count)
        if first.isEmpty {
            first = place
        } else if second.isEmpty {
            second = place
        } else {
            others.append(place)
        }
    }

    /// Makes copies of what lies in `storage`.
    mutating func copy(from storage: any OctetStore) {
        guard placedCount > 0 else { return }
        let octets = storage.octets
        for place in [first, second] + others {
            copies.append(copying: octets.extracting(place.range.clamped(to: octets.indices)))
        }
        removePlaces()
    }

    /// Drops the oldest `byteCount`.
    mutating func removeFirst(_ byteCount: Int) {
        if !copies.isEmpty { return copies.removeFirst(min(byteCount, copies.count)) }
        var left = byteCount
        while left > 0, !first.isEmpty {
            let dropped = min(left, first.count)
            left &-= dropped
            placedCount &-= UInt32(truncatingIfNeeded: dropped)
            first.removeFirst(dropped)
            guard first.isEmpty else { return }
            first = second
            second = others.isEmpty ? OctetPlace() : others.removeFirst()
        }
    }

    /// Drops all, and keeps room for as many again.
    mutating func removeAll() {
        if !copies.isEmpty {
            copies.removeAll(keepingCapacity: copies.capacity > Self.smallCapacity)
        }
        removePlaces()
    }

    private mutating func removePlaces() {
        first = OctetPlace()
        second = OctetPlace()
        placedCount = 0
        if !others.isEmpty {
            others.removeAll(keepingCapacity: othersCapacity > Self.smallCapacity)
        }
    }
}
