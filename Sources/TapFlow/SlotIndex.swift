/// Finds the slot of an entry by the hash of its key, without holding keys: those stand in the entries.
///
/// Open addressing: an entry lies at the place its hash names or, where that is taken, at the next free one. Half of the
/// places are free at least, and a removal closes the gap it leaves, so that a search is short and ends.
///
/// Public, as the compiler sees through nothing of another module that is only for the package: each look was a call.
public struct SlotIndex: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        /// The lower half of the hash.
        @usableFromInline var hash: UInt32 = 0
        /// Negative for a free place.
        @usableFromInline var slot: Int32 = -1

        @inlinable var isFree: Bool { slot < 0 }
    }

    /// A power of two.
    @usableFromInline var entries = [Entry](repeating: Entry(), count: 16)
    /// How many slots are in the index.
    package private(set) var count = 0

    /// Holds no slot.
    package init() {}

    /// The slot with this hash for which `isMatch` is true.
    ///
    /// In line, also in other modules, so that what is asked of each entry is no call.
    @inlinable
    @inline(__always)
    public func slot(hash: Int, isMatch: (Int) -> Bool) -> Int? {
        place(hash: UInt32(truncatingIfNeeded: hash)) { isMatch(Int($0)) }
            .map { Int(entries[$0].slot) }
    }

    /// Adds a slot that is not in the index.
    package mutating func insert(_ slot: Int, hash: Int) {
        if (count &+ 1) &* 2 > entries.count { grow() }
        put(Entry(hash: UInt32(truncatingIfNeeded: hash), slot: Int32(truncatingIfNeeded: slot)))
        count &+= 1
    }

    /// Takes a slot out; nothing happens if it is not in the index.
    package mutating func remove(_ slot: Int, hash: Int) {
        guard
            var hole = place(
                hash: UInt32(truncatingIfNeeded: hash),
                isMatch: { Int($0) == slot }
            )
        else { return }
        count &-= 1
        var next = following(hole)
        while !entries[next].isFree {
            // An entry may move to the hole unless its own place lies behind it.
            let distance = (next &- home(entries[next].hash)) & mask
            if distance >= (next &- hole) & mask {
                entries[hole] = entries[next]
                hole = next
            }
            next = following(next)
        }
        entries[hole] = Entry()
    }

    /// What is in a slot with this hash lies in another from now on; nothing happens if it is not in the index.
    package mutating func move(_ slot: Int, to other: Int, hash: Int) {
        let place = place(hash: UInt32(truncatingIfNeeded: hash)) { Int($0) == slot }
        guard let place else { return }
        entries[place].slot = Int32(truncatingIfNeeded: other)
    }

    @inlinable var mask: Int { entries.count &- 1 }

    @inlinable
    func home(_ hash: UInt32) -> Int { Int(hash) & mask }

    @inlinable
    func following(_ place: Int) -> Int { (place &+ 1) & mask }

    @inlinable
    @inline(__always)
    func place(hash: UInt32, isMatch: (Int32) -> Bool) -> Int? {
        var place = home(hash)
        while !entries[place].isFree {
            if entries[place].hash == hash, isMatch(entries[place].slot) { return place }
            place = following(place)
        }
        return nil
    }

    private mutating func put(_ entry: Entry) {
        var place = home(entry.hash)
        while !entries[place].isFree { place = following(place) }
        entries[place] = entry
    }

    private mutating func grow() {
        let old = entries
        entries = [Entry](repeating: Entry(), count: old.count &* 2)
        for entry in old where !entry.isFree { put(entry) }
    }
}
