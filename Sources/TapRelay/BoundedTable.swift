import TapFlow

/// A dictionary with a limit: when it is full the entries that were touched longest ago are dropped.
///
/// Theory of operation. The entries lie side by side, and each knows which was touched before and after it, so that an
/// entry is found, changed, made the youngest and dropped without a look at any other: a flood of new keys costs no
/// more than known ones. A quarter is dropped at a time; only where values have a rank all are looked at for that. Age is
/// counted in touches, not in time: the same events leave the same table whatever the clock did.
package struct BoundedTable<Key, Value>: Sendable
where Key: TableKey, Value: Codable & Sendable {
    /// An entry with its neighbours in the order of touches, by their places.
    private struct Entry: Sendable {
        let key: Key
        var value: Value
        var older: Int?
        var younger: Int?
    }

    private var index = SlotIndex()
    private let secret = HashSecret.shared
    private var entries: [Entry] = []
    private var oldest: Int?
    private var youngest: Int?
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

    /// Where the entry of `key` lies.
    private func place(of key: Key) -> Int? {
        let list = entries.span
        return index.slot(hash: key.hash(with: secret)) { list[$0].key == key }
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
        if let known = self.place(of: key) {
            place = known
            touch(place)
        } else {
            if entries.count >= limit {
                makeRoom(leaving: max(0, limit - max(1, limit / 4)), rank: rank)
            }
            place = entries.count
            index.insert(place, hash: key.hash(with: secret))
            entries.append(Entry(key: key, value: initial()))
            linkAsYoungest(place)
        }
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

    private mutating func dropLowest(leaving kept: Int, rank: (inout Value) -> Int) {
        var ranked: [(rank: Int, age: Int, key: Key)] = []
        var place = oldest
        while let current = place {
            // Where it lies: a value that is only lent to a function is copied for it.
            let rank = rank(&entries[current].value)
            ranked.append((rank, ranked.count, entries[current].key))
            place = entries[current].younger
        }
        ranked.sort { ($0.rank, $0.age) < ($1.rank, $1.age) }
        for entry in ranked.dropLast(kept) {
            if let place = self.place(of: entry.key) { drop(place) }
        }
    }

    private mutating func drop(_ place: Int) {
        unlink(place)
        index.remove(place, hash: entries[place].key.hash(with: secret))
        // The last one fills the hole.
        let last = entries.removeLast()
        guard place < entries.count else { return }
        index.move(entries.count, to: place, hash: last.key.hash(with: secret))
        join(last.older, place)
        join(place, last.younger)
        entries[place] = last
    }

    /// Makes an entry the youngest.
    private mutating func touch(_ place: Int) {
        guard let youngest, place != youngest else { return }
        let (older, younger) = (entries[place].older, entries[place].younger)
        if place == oldest { oldest = younger }
        // By a span, so that it is asked once whether the entries are shared.
        var list = entries.mutableSpan
        if let older { list[older].younger = younger }
        if let younger { list[younger].older = older }
        list[youngest].younger = place
        (list[place].older, list[place].younger) = (youngest, nil)
        self.youngest = place
    }

    private mutating func unlink(_ place: Int) {
        join(entries[place].older, entries[place].younger)
    }

    private mutating func linkAsYoungest(_ place: Int) {
        join(youngest, place)
        join(place, nil)
    }

    /// Makes two entries neighbours; one that has none is the oldest or the youngest.
    private mutating func join(_ older: Int?, _ younger: Int?) {
        if let older { entries[older].younger = younger } else { oldest = younger }
        if let younger { entries[younger].older = older } else { youngest = older }
    }
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
            place = entries[current].younger
        }
    }
}
