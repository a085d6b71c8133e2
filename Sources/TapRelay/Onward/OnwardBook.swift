import TapWire

/// The messages that servers took from strangers for strangers, until they are seen to leave.
///
/// Theory of operation. A message is held for an hour. Whatever then leaves its server is held against it: by
/// Message-ID, by the name in the queue that the server's own Received field tells, by recipient; where TLS hides all
/// of these, by its size, and only to a server that was not called in the hour before. A server behind NAT may go out by
/// another address than it is called at; a match by size needs the same.
struct OnwardBook: Sendable, Codable {
    /// When a server last called another, by the digest of both.
    private struct Contact: Hashable, Sendable, Codable {
        var flow: UInt64
        var last: Timestamp
        /// When the flow before that was.
        var previous: Timestamp?
    }

    /// How long after it was taken a message is looked for.
    static let window: ClosedRange<Duration> = .zero ... .nanoseconds(hour)
    private static let hour: Int64 = 3_600_000_000_000
    /// After so long without a message leaving a server is said to keep them.
    static let sinkAfter = Duration.seconds(86_400)

    private var pages = BoundedTable<IPAddress, OnwardPage>()
    private var contacts = BoundedTable<UInt64, Contact>()
    /// When the next server could be said to keep what it takes.
    private var deadline = Timestamp.distantFuture
    /// No message was taken later: mostly that was long ago, and no page is looked at for it.
    private var latest = Timestamp.distantPast

    /// How many servers are looked after.
    var count: Int { pages.count }

    /// True if a message is held that may still be seen to leave.
    func isWaiting(at time: Timestamp) -> Bool {
        Self.isWaiting(since: latest, at: time) && pages.contains { $0.isWaiting(at: time) }
    }

    /// True if a message that was taken at `taken` may still be seen to leave at `time`.
    static func isWaiting(since taken: Timestamp, at time: Timestamp) -> Bool {
        time.nanoseconds(since: taken) <= hour
    }

    /// Holds a message that `server` took.
    mutating func hold(_ relay: HeldRelay, at server: IPAddress, limits: RelayLimits) {
        deadline = min(deadline, relay.time.advanced(by: Self.sinkAfter))
        latest = max(latest, relay.time)
        pages.update(server, limit: limits.relayingServers, default: OnwardPage()) {
            $0.hold(relay, limit: limits.heldRelays)
        }
    }

    /// Notes a call of one server to another; true if it did not call it in the hour before.
    mutating func isNewContact(
        from client: IPAddress,
        to server: IPAddress,
        flow: UInt64,
        at time: Timestamp,
        limit: Int
    ) -> Bool {
        var digest = Digest()
        digest.combine(client)
        digest.combine(server)
        let fresh = Contact(flow: flow, last: time, previous: nil)
        let previous = contacts.update(digest.value, limit: limit, default: fresh) { contact in
            if contact.flow != flow { (contact.flow, contact.previous) = (flow, contact.last) }
            contact.last = time
            return contact.previous
        }
        guard let previous else { return true }
        return !Self.window.contains(time.duration(since: previous))
    }

    /// The message that `facts` shows leaving by the address `client`; the surest match, and of equal ones the latest.
    ///
    /// With `mayBeOther` the server may go out by another address than it is called at.
    mutating func match(
        _ facts: OnwardFacts,
        from client: IPAddress,
        mayBeOther: Bool,
        at time: Timestamp
    ) -> OnwardMatch? {
        if let match = match(facts, takenBy: client, at: time) { return match }
        guard mayBeOther, !facts.isHidden else { return nil }
        for server in pages.keys(where: { $0 != client }).sorted(by: { $0.precedes($1) }) {
            if let match = match(facts, takenBy: server, at: time) { return match }
        }
        return nil
    }

    /// The surest match among the messages that `server` took, and of equal ones the latest.
    private mutating func match(
        _ facts: OnwardFacts,
        takenBy server: IPAddress,
        at time: Timestamp
    ) -> OnwardMatch? {
        let found = pages.look(at: server) { page in
            Self.best(of: page.relays, facts, at: time).map { best in
                (index: best.index, key: best.key, relay: page.relays[best.index])
            }
        }
        guard let (index, key, relay) = found ?? nil else { return nil }
        pages.change(server) { $0.settle(index, hasLeft: true) }
        return OnwardMatch(
            relay: relay,
            server: server,
            key: key,
            delay: time.duration(since: relay.time),
            growth: facts.growth(of: relay)
        )
    }

    private static func best(
        of relays: [HeldRelay],
        _ facts: OnwardFacts,
        at time: Timestamp
    ) -> (index: Int, key: OnwardMatch.Key)? {
        var best: (index: Int, key: OnwardMatch.Key)?
        // By a span, so that those that are over are not copied.
        let list = relays.span
        for index in list.indices {
            guard !list[index].isSettled, facts.began >= list[index].began,
                window.contains(time.duration(since: list[index].time)),
                let key = facts.key(of: list[index])
            else { continue }
            if let found = best, found.key < key { continue }
            best = (index, key)
        }
        return best
    }

    /// The message of an odd form that came back to its sender from `client`, which took it for its own mailbox.
    mutating func takeReturned(
        to sender: Set<UInt64>,
        from client: IPAddress,
        at time: Timestamp
    ) -> HeldRelay? {
        var returned: HeldRelay?
        pages.change(client) { page in
            let index = page.relays.lastIndex {
                !$0.isSettled && $0.form != nil && sender.contains($0.sender)
                    && Self.window.contains(time.duration(since: $0.time))
            }
            guard let index else { return }
            returned = page.relays[index]
            page.settle(index, hasLeft: false)
        }
        return returned
    }

    /// True if messages were taken for a day at `server` before `time`, and none of them was seen to leave since.
    func isKeeping(_ server: IPAddress, at time: Timestamp) -> Bool {
        pages.look(at: server) { $0.isKeeping(at: time, after: Self.sinkAfter) } ?? false
    }

    /// The servers of which it can be said, now and only once, that nothing they took has left for a day.
    mutating func sinks(at time: Timestamp) -> [IPAddress] {
        guard time >= deadline else { return [] }
        var sinks: [IPAddress] = []
        var next = Timestamp.distantFuture
        pages.changeAll { server, page in
            if page.isSink(at: time, after: Self.sinkAfter) {
                sinks.append(server)
            } else if let since = page.keptSince {
                let moment = since.advanced(by: Self.sinkAfter)
                if moment > time { next = min(next, moment) }
            }
        }
        deadline = next
        return sinks.sorted { $0.precedes($1) }
    }
}

extension OnwardBook {
    private enum CodingKeys: String, CodingKey { case pages, contacts, deadline }

    /// Decodes a book; when the latest message was taken stands in its pages.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        pages = try container.decode(type(of: pages), forKey: .pages)
        contacts = try container.decode(type(of: contacts), forKey: .contacts)
        deadline = try container.decode(Timestamp.self, forKey: .deadline)
        latest = pages.values.compactMap(\.last).max() ?? latest
    }
}

extension IPAddress {
    /// An order of addresses, so that the same events are always read in the same one.
    fileprivate func precedes(_ other: IPAddress) -> Bool {
        (high, low) < (other.high, other.low)
    }
}
