/// Counts names of which there may be any number, and keeps those that come most often.
///
/// When there are twice as many as are kept, those with the lowest counts are dropped. A name that comes later may be one
/// of them, so it begins with the highest count that was dropped as its doubt: a name came `count` times at least and
/// `count + doubt` times at most, and one that came more often than any that was dropped is never lost. The same names
/// in the same order give the same result.
package struct HeavyHitters: Sendable {
    /// A name with how often it came.
    package struct Hitter: Hashable, Sendable {
        /// The name.
        package var name: String
        /// How often it came, at least.
        package var count: UInt64
        /// How often more it may have come.
        package var doubt: UInt64
    }

    private var counts: [String: (count: UInt64, doubt: UInt64)] = [:]
    private let limit: Int
    /// The highest count that a name that was dropped may have had.
    private var dropped: UInt64 = 0
    /// How many octets of a name are kept.
    private static let nameLimit = 320

    /// Keeps at least `limit` names, and twice as many for a time.
    package init(limit: Int = 1_024) { self.limit = max(1, limit) }

    /// Counts a name once.
    package mutating func count(_ name: String) {
        let name =
            name.utf8.count <= Self.nameLimit
            ? name : String(decoding: name.utf8.prefix(Self.nameLimit), as: UTF8.self)
        counts[name, default: (0, dropped)].count += 1
        if counts.count >= 2 * limit { prune() }
    }

    /// The names that came most often, each at least so often; equal ones in the order of the alphabet.
    package func top(_ number: Int) -> [Hitter] { Array(inOrder.prefix(max(0, number))) }

    private var inOrder: [Hitter] {
        counts.map { Hitter(name: $0.key, count: $0.value.count, doubt: $0.value.doubt) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// Drops by the most that a name may have come, so that none is lost that came often.
    private mutating func prune() {
        let order = inOrder.sorted {
            ($1.count + $1.doubt, $0.name) < ($0.count + $0.doubt, $1.name)
        }
        for hitter in order.dropFirst(limit) {
            dropped = max(dropped, hitter.count + hitter.doubt)
            counts[hitter.name] = nil
        }
    }
}
