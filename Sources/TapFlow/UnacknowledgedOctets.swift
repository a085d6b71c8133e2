import TapWire

/// What one direction has sent and the other side has not acknowledged, the newest last: what a repetition is held against.
///
/// Theory of operation. Octets in memory that lasts are remembered by their places, others are copied. There are only places
/// or only copies: copies are made of all places once octets come that lie nowhere, or once a repetition is compared.
struct UnacknowledgedOctets: Sendable {
    /// The octets, if they were copied.
    private(set) var copies: [UInt8] = []
    /// Where they lie, if they were not.
    private var places: [Range<Int>] = []
    private var placedCount: UInt32 = 0

    /// So many places at most: more of them would take more room than the octets of small segments.
    private static let maximumPlaces = 256
    /// Up to this capacity in octets the room is given back when all are acknowledged: the few octets of a dialogue are not
    /// worth what they would take until the next ones.
    private static let smallCapacity = 512

    /// How many there are.
    var count: Int { copies.count &+ Int(placedCount) }

    /// How much memory they take.
    var capacity: Int { copies.capacity &+ placesCapacity }

    private var placesCapacity: Int { places.capacity &* MemoryLayout<Range<Int>>.stride }

    /// Adds octets, which may lie in `storage`.
    mutating func append(_ bytes: Span<UInt8>, in storage: (any OctetStore)?) {
        if copies.isEmpty, places.count < Self.maximumPlaces, let storage,
            let place = storage.octets.indices(of: bytes)
        {
            places.append(place)
            placedCount &+= UInt32(clamping: place.count)
        } else {
            copy(from: storage)
            copies.append(copying: bytes)
        }
    }

    /// Makes copies of what lies in `storage`.
    mutating func copy(from storage: (any OctetStore)?) {
        guard placedCount > 0, let storage else { return }
        let octets = storage.octets
        for place in places {
            copies.append(copying: octets.extracting(place.clamped(to: octets.indices)))
        }
        removePlaces()
    }

    /// Drops the oldest `byteCount`.
    mutating func removeFirst(_ byteCount: Int) {
        if !copies.isEmpty { return copies.removeFirst(min(byteCount, copies.count)) }
        var left = byteCount
        while left > 0, let first = places.first {
            let dropped = min(left, first.count)
            left &-= dropped
            placedCount &-= UInt32(clamping: dropped)
            if dropped == first.count {
                places.removeFirst()
            } else {
                places[0] = first.lowerBound &+ dropped..<first.upperBound
            }
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
        guard placedCount > 0 else { return }
        places.removeAll(keepingCapacity: placesCapacity > Self.smallCapacity)
        placedCount = 0
    }
}
