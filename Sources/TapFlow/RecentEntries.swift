/// A dictionary that keeps the entries that were put in or asked for last: at least `capacity`, at most twice as many.
///
/// Two halves make that cheap: a full one becomes the old one, and the old one goes as a whole.
struct RecentEntries<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// An empty table.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// How many entries there are.
    var count: Int { young.count + old.count }

    /// The value of `key`, which counts as asked for.
    mutating func value(of key: Key) -> Value? {
        if let value = young[key] { return value }
        guard !old.isEmpty, let value = old.removeValue(forKey: key) else { return nil }
        put(value, for: key)
        return value
    }

    /// Puts an entry in, in place of an earlier one with the same key.
    mutating func insert(_ value: Value, for key: Key) {
        old.removeValue(forKey: key)
        put(value, for: key)
    }

    /// Forgets an entry.
    mutating func remove(_ key: Key) {
        young.removeValue(forKey: key)
        old.removeValue(forKey: key)
    }

    private mutating func put(_ value: Value, for key: Key) {
        if young.count >= capacity, young[key] == nil {
            swap(&young, &old)
            young.removeAll(keepingCapacity: true)
        }
        young[key] = value
    }
}
