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
    /// When the next server that refuses again will have let nobody in for an hour; nil if none is waited for.
    private var deadline: Timestamp?

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
        var moment: Timestamp?
        func stamped(_ record: inout PostureRecord) -> Result {
            record.revision = stamp
            defer { moment = record.shutAt }
            return change(&record)
        }
        defer { if let moment { deadline = min(deadline ?? moment, moment) } }
        if let result = ours.update(key, stamped) { return result }
        guard isOurs else {
            return others.update(key, limit: limits.otherPostures, default: initial(), stamped)
        }
        let known = others.remove(key)
        return ours.update(key, limit: limits.postures, default: known ?? initial(), stamped)
    }

    /// The servers that refuse strangers again and have let nobody in for an hour, where that was not told when they did.
    mutating func settleRelays(at time: Timestamp) -> [(key: PostureKey, change: PostureChange)] {
        guard let deadline, time >= deadline else { return [] }
        var (settled, next): ([(key: PostureKey, change: PostureChange)], Timestamp?) = ([], nil)
        let stamp = revision &+ 1
        func settle(_ key: PostureKey, _ record: inout PostureRecord) {
            if let change = record.settleRelay(at: time) {
                record.revision = stamp
                settled.append((key, change))
            }
            if let moment = record.shutAt { next = min(next ?? moment, moment) }
        }
        ours.changeAll(settle)
        others.changeAll(settle)
        self.deadline = next
        if !settled.isEmpty { revision = stamp }
        return settled.sorted { $0.key < $1.key }
    }

    /// Where the server last answered a stranger, and which side was the client; nil if that is not known.
    func answerPlace(of key: PostureKey) -> (place: IncidentPlace, client: Side)? {
        let record = ours.look(at: key) { ($0.answerPlace, $0.answerClient) }
        let other = record ?? others.look(at: key) { ($0.answerPlace, $0.answerClient) }
        guard case (let place?, let client?)? = other else { return nil }
        return (place, client)
    }
}
