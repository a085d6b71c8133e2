/// Where the entries of a table lie, by the hashes of their keys: only numbers, so that a key is kept and hashed but once.
///
/// Theory of operation. Open addressing with linear probing. A slot holds half of a hash beside the place: other keys are
/// mostly told apart without a look at them, and slots are moved without their keys. What is taken out closes the gap
/// behind it, so that no table fills up with what was.
struct PlaceIndex: Sendable {
    private static let empty = UInt64.max
    private static let firstSize = 16

    /// As many as a power of two, or none.
    private var slots: [UInt64] = []
    /// How many places it knows.
    private(set) var count = 0

    /// The place of the key with this hash for which `isSame` holds; nil if there is none.
    @inline(__always)
    func place(_ hash: UInt64, where isSame: (Int) -> Bool) -> Int? {
        let list = slots.span
        guard !list.isEmpty else { return nil }
        let (tag, mask) = (hash >> 32, list.count - 1)
        var at = Int(tag) & mask
        while list[at] != Self.empty {
            let place = Self.place(in: list[at])
            if list[at] >> 32 == tag, isSame(place) { return place }
            at = (at + 1) & mask
        }
        return nil
    }

    /// Notes the place of a key that is not there.
    mutating func insert(_ hash: UInt64, _ place: Int) {
        if 4 * (count + 1) > 3 * slots.count { grow() }
        count += 1
        put(Self.slot(hash, place))
    }

    /// Takes out a place.
    mutating func remove(_ hash: UInt64, _ place: Int) {
        guard var hole = slot(of: hash, place) else { return }
        count -= 1
        let mask = slots.count - 1
        var at = hole
        while true {
            at = (at + 1) & mask
            let slot = slots[at]
            guard slot != Self.empty else { break }
            // It may go no further back than to where it belongs.
            let home = Int(slot >> 32) & mask
            guard (at &- home) & mask >= (at &- hole) & mask else { continue }
            slots[hole] = slot
            hole = at
        }
        slots[hole] = Self.empty
    }

    /// The key with this hash lies elsewhere.
    mutating func move(_ hash: UInt64, from old: Int, to new: Int) {
        guard let slot = slot(of: hash, old) else { return }
        slots[slot] = Self.slot(hash, new)
    }

    private func slot(of hash: UInt64, _ place: Int) -> Int? {
        guard !slots.isEmpty else { return nil }
        let (wanted, mask) = (Self.slot(hash, place), slots.count - 1)
        var at = Int(wanted >> 32) & mask
        while slots[at] != Self.empty {
            if slots[at] == wanted { return at }
            at = (at + 1) & mask
        }
        return nil
    }

    private mutating func put(_ slot: UInt64) {
        let mask = slots.count - 1
        var at = Int(slot >> 32) & mask
        while slots[at] != Self.empty { at = (at + 1) & mask }
        slots[at] = slot
    }

    private mutating func grow() {
        let known = slots
        slots = Array(repeating: Self.empty, count: max(Self.firstSize, 2 * known.count))
        for slot in known where slot != Self.empty { put(slot) }
    }

    private static func slot(_ hash: UInt64, _ place: Int) -> UInt64 {
        (hash >> 32) << 32 | UInt64(UInt32(place))
    }

    private static func place(in slot: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: slot)) }
}
