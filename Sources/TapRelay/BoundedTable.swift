import TapFlow

/// A dictionary with a limit: when it is full the entries that were touched longest ago are dropped.
///
/// Theory of operation. The entries lie side by side, and in which order they were touched stands beside them, so that an
/// entry is found, changed, made the youngest and dropped without a look at any other: a flood of new keys costs no
/// more than known ones. A quarter is dropped at a time; only where values have a rank all are looked at for that. Age is
/// counted in touches, not in time: the same events leave the same table whatever the clock did.
package struct BoundedTable<Key, Value>: Sendable
where Key: TableKey, Value: Codable & Sendable {
    private struct Entry: Sendable {
        let key: Key
        var value: Value
    }

    private var index = SlotIndex()
    private let secret = HashSecret.shared
    private var entries: [Entry] = []
    /// The places of the entries in one list, the one that was touched longest ago first.
    private var order = SlotLists(count: 1)
    /// How many entries were dropped for want of room since it was created or decoded.
    package private(set) var dropped: UInt64 = 0

    /// Creates an empty table.
    package init() {}

    /// How many entries there are.
    package var count: Int { entries.count }

    /// The values in no certain order.
    var values: some Sequence<Value> { entries.lazy.map { $0.value } }

    /// The keys with their values in no certain order.
    var pairs: some Sequence<(key: Key, value: Value)> { entries.lazy.map { ($0.key, $0.value) } }

    /// The keys for which `isWanted` holds, in no certain order.
    func keys(where isWanted: (Key) -> Bool) -> [Key] {
        entries.lazy.map { $0.key }.filter(isWanted)
    }

    private var oldest: Int? { order.first(of: 0) }

    /// Where the entry of `key` lies.
    private func place(of key: Key) -> Int? { place(of: key, hash: key.hash(with: secret)) }

    private func place(of key: Key, hash: Int) -> Int? {
        let list = entries.span
        return index.slot(hash: hash) { list[$0].key == key }
    }

    /// True if there is a value of `key`.
    func contains(_ key: Key) -> Bool { place(of: key) != nil }

    /// True if `isWanted` holds for a value, of which none is copied.
    @inline(__always)
    func contains(where isWanted: (borrowing Value) -> Bool) -> Bool {
        let list = entries.span
        return list.indices.contains { isWanted(list[$0].value) }
    }

    /// The value of `key`, which does not make it younger.
    package subscript(key: Key) -> Value? { look(at: key) { copy $0 } }

    /// What `look` finds in the value of `key`, which is not copied and becomes no younger; nil if there is none.
    ///
    /// In line, so that only what is looked at is read: a value that is handed to a function is copied for it.
    @inline(__always)
    func look<Result>(at key: Key, _ look: (borrowing Value) -> Result) -> Result? {
        // By a span, so that no entry is copied.
        place(of: key).map { look(entries.span[$0].value) }
    }

    /// Changes the value of a key that is there, which does not make it younger.
    mutating func replace(_ key: Key, by value: Value) { change(key) { $0 = value } }

    /// What `look` finds in the value of `key` where it lies, also where it asks functions; it becomes no younger.
    mutating func inspect<Result>(_ key: Key, _ look: (inout Value) -> Result) -> Result? {
        guard let place = place(of: key) else { return nil }
        return look(&entries[place].value)
    }

    /// Changes the value of a key where it lies, if it is there, which does not make it younger.
    mutating func change(_ key: Key, _ change: (inout Value) -> Void) {
        guard let place = place(of: key) else { return }
        change(&entries[place].value)
    }

    /// Changes the value of each key where it lies, in no certain order, which makes none younger.
    mutating func changeAll(_ change: (Key, inout Value) -> Void) {
        for place in entries.indices { change(entries[place].key, &entries[place].value) }
    }

    /// Changes the value of `key`, which becomes the youngest; makes room for it first if it is new.
    ///
    /// With `rank` a value of a lower rank goes before one of a higher, and only among equal ones the oldest goes first: so a
    /// flood of new keys does not push out what is well known.
    package mutating func update<Result>(
        _ key: Key,
        limit: Int,
        rank: ((inout Value) -> Int)? = nil,
        default initial: @autoclosure () -> Value,
        _ change: (inout Value) -> Result
    ) -> Result {
        let place: Int
        let hash = key.hash(with: secret)
        if let known = self.place(of: key, hash: hash) {
            place = known
        } else {
            if entries.count >= limit {
                makeRoom(leaving: max(0, limit - max(1, limit / 4)), rank: rank)
            }
            place = entries.count
            index.insert(place, hash: hash)
            entries.append(Entry(key: key, value: initial()))
            order.addSlot()
        }
        touch(place)
        return change(&entries[place].value)
    }

    /// Changes the value of a key that is there, which becomes the youngest; nil if it is not.
    mutating func update<Result>(_ key: Key, _ change: (inout Value) -> Result) -> Result? {
        guard let place = place(of: key) else { return nil }
        touch(place)
        return change(&entries[place].value)
    }

    /// Takes out the value of `key`.
    mutating func remove(_ key: Key) -> Value? {
        guard let place = place(of: key) else { return nil }
        let value = entries[place].value
        drop(place)
        return value
    }

    private mutating func makeRoom(leaving kept: Int, rank: ((inout Value) -> Int)?) {
        let before = entries.count
        defer { dropped &+= UInt64(before - entries.count) }
        if let rank {
            dropLowest(leaving: kept, rank: rank)
        } else {
            while entries.count > kept, let oldest { drop(oldest) }
        }
    }

    /// Drops the entries of the lowest ranks, and of the highest rank among those the oldest.
    private mutating func dropLowest(leaving kept: Int, rank: (inout Value) -> Int) {
        var ranks: [Int] = []
        var place = oldest
        while let current = place {
            // Where it lies: a value that is only lent to a function is copied for it.
            ranks.append(rank(&entries[current].value))
            place = order.slot(after: current)
        }
        guard let limit = ranks.sorted().dropLast(kept).last else { return }
        var spare = ranks.count - kept - ranks.count { $0 < limit }
        place = oldest
        for rank in ranks {
            guard let current = place else { return }
            place = order.slot(after: current)
            guard rank < limit || rank == limit && spare > 0 else { continue }
            if rank == limit { spare -= 1 }
            // The last one fills the hole.
            if place == entries.count - 1 { place = current }
            drop(current)
        }
    }

    private mutating func drop(_ place: Int) {
        index.remove(place, hash: entries[place].key.hash(with: secret))
        order.removeSlot(place)
        // The last one fills the hole.
        let last = entries.removeLast()
        guard place < entries.count else { return }
        index.move(entries.count, to: place, hash: last.key.hash(with: secret))
        entries[place] = last
    }

    /// Makes an entry the youngest.
    private mutating func touch(_ place: Int) { order.append(place, to: 0) }
}

extension BoundedTable: Codable {
    private enum CodingKeys: String, CodingKey { case entries }
    private struct Stored: Codable {
        var key: Key
        var value: Value
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        for stored in try container.decode([Stored].self, forKey: .entries) {
            update(stored.key, limit: .max, default: stored.value) { $0 = stored.value }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        var list = container.nestedUnkeyedContainer(forKey: .entries)
        // From the oldest to the youngest, so that equal tables are equal octets.
        var place = oldest
        while let current = place {
            try list.encode(Stored(key: entries[current].key, value: entries[current].value))
            place = order.slot(after: current)
        }
    }
}
