import TapFlow
import TapMail
import TapWire

/// The postures of all servers; the house's own are not pushed out by the many that it delivers to.
struct PostureMemory: Sendable, Codable {
    /// Servers that are ours.
    private(set) var ours = BoundedTable<PostureKey, PostureRecord>()
    /// All others.
    private(set) var others = BoundedTable<PostureKey, PostureRecord>()
    /// How often any record has changed.
    private(set) var revision: UInt64 = 0

    /// How many records there are.
    var count: Int { ours.count + others.count }

    /// True if `server` relays by any of its ports, or by an odd form, as was seen within the hour.
    func isRelaying(_ server: IPAddress, at time: Timestamp) -> Bool {
        ours.pairs.contains { key, record in
            guard key.server == server else { return false }
            if record.forms?.isUsed(at: time) ?? false { return true }
            guard let fact = record.isRelaying, fact.value else { return false }
            return time.duration(since: fact.last.time) < .seconds(3_600)
        }
    }

    /// Changes the record of `key`, which becomes one of ours for good once `isOurs` holds.
    mutating func update<Result>(
        _ key: PostureKey,
        isOurs: Bool,
        limits: RelayLimits,
        default initial: @autoclosure () -> PostureRecord,
        _ change: (inout PostureRecord) -> Result
    ) -> Result {
        revision &+= 1
        let stamp = revision
        func stamped(_ record: inout PostureRecord) -> Result {
            record.revision = stamp
            return change(&record)
        }
        if let result = ours.update(key, stamped) { return result }
        guard isOurs else {
            return others.update(key, limit: limits.otherPostures, default: initial(), stamped)
        }
        let known = others.remove(key)
        return ours.update(key, limit: limits.postures, default: known ?? initial(), stamped)
    }
}
