/// A dictionary with a limit: when it is full the entries that were touched longest ago are dropped.
///
/// A quarter goes at a time, so that a flood of new keys costs a sort once in a while and not at every key. Age is
/// counted in touches, not in time: the same events leave the same table whatever the clock did.
package struct BoundedTable<Key, Value>: Sendable
where Key: Hashable & Codable & Sendable, Value: Codable & Sendable {
    private struct Entry: Codable, Sendable {
        var key: Key
        var value: Value
        var touched: UInt64
    }

    private var entries: [Key: Entry] = [:]
    private var touches: UInt64 = 0

    /// Creates an empty table.
    package init() {}

    /// How many entries there are.
    package var count: Int { entries.count }

    /// The values in no certain order.
    var values: some Sequence<Value> { entries.values.lazy.map(\.value) }

    /// The values of the keys for which `isWanted` holds, in no certain order.
    func entries(where isWanted: (Key) -> Bool) -> [Value] {
        entries.values.compactMap { isWanted($0.key) ? $0.value : nil }
    }

    /// The value of `key`, which does not make it younger.
    package subscript(key: Key) -> Value? { entries[key]?.value }

    /// Changes the value of a key that is there, which does not make it younger.
    mutating func replace(_ key: Key, by value: Value) { entries[key]?.value = value }

    /// The keys with their values in no certain order.
    var pairs: some Sequence<(key: Key, value: Value)> {
        entries.values.lazy.map { ($0.key, $0.value) }
    }

    /// The keys for which `isWanted` holds, in no certain order.
    func keys(where isWanted: (Key) -> Bool) -> [Key] { entries.keys.filter(isWanted) }

    /// Changes the value of a key where it lies, if it is there, which does not make it younger.
    mutating func change(_ key: Key, _ change: (inout Value) -> Void) {
        guard let index = entries.index(forKey: key) else { return }
        change(&entries.values[index].value)
    }

    /// Takes out the value of `key`.
    mutating func remove(_ key: Key) -> Value? { entries.removeValue(forKey: key)?.value }

    /// Changes the value of `key`, which becomes the youngest; makes room for it first if it is new.
    ///
    /// With `rank` a value of a lower rank goes before one of a higher, and only among equal ones the oldest goes first: so a
    /// flood of new keys does not push out what is well known.
    package mutating func update<Result>(
        _ key: Key,
        limit: Int,
        rank: ((Value) -> Int)? = nil,
        default initial: @autoclosure () -> Value,
        _ change: (inout Value) -> Result
    ) -> Result {
        if entries.count >= limit, entries[key] == nil {
            dropOldest(leaving: limit - max(1, limit / 4), rank: rank)
        }
        touches &+= 1
        return Self.touch(
            &entries[key, default: Entry(key: key, value: initial(), touched: 0)],
            at: touches,
            change
        )
    }

    /// Changes the entry where it lies.
    private static func touch<Result>(
        _ entry: inout Entry,
        at touches: UInt64,
        _ change: (inout Value) -> Result
    ) -> Result {
        entry.touched = touches
        return change(&entry.value)
    }

    private mutating func dropOldest(leaving kept: Int, rank: ((Value) -> Int)?) {
        guard let rank else { return dropOldest(leaving: kept) }
        let ranked = entries.values.map {
            (rank: rank($0.value), touched: $0.touched, key: $0.key)
        }
        let sorted = ranked.sorted { ($0.rank, $0.touched) < ($1.rank, $1.touched) }
        for entry in sorted.dropLast(max(0, kept)) { entries.removeValue(forKey: entry.key) }
    }

    private mutating func dropOldest(leaving kept: Int) {
        // No two were touched at once, so the youngest that goes tells all that go.
        let touched = entries.values.map(\.touched).sorted()
        guard let last = touched.dropLast(max(0, kept)).last else { return }
        for entry in entries.values.filter({ $0.touched <= last }) {
            entries.removeValue(forKey: entry.key)
        }
    }
}

extension BoundedTable: Codable {
    private enum CodingKeys: String, CodingKey { case touches, entries }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        touches = try container.decode(UInt64.self, forKey: .touches)
        for entry in try container.decode([Entry].self, forKey: .entries) {
            entries[entry.key] = entry
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(touches, forKey: .touches)
        // In order, so that equal tables are equal octets.
        try container.encode(entries.values.sorted { $0.touched < $1.touched }, forKey: .entries)
    }
}
