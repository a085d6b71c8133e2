/// From which networks somebody logged in: the latest eleven with their times, and all of a month by a field of bits.
struct NetworkHabit: Sendable {
    /// A network, and when it was seen, in seconds of the habits' clock.
    struct Sighting: Hashable, Sendable {
        /// The bits of `since` that count days.
        private static let days: UInt32 = 0x0F

        var network: UInt32 = 0
        /// When it was first seen, to 16 seconds, and on how many days since, up to 15; 0 for one that was known before it
        /// came among the latest.
        private(set) var since: UInt32 = 0
        /// 0 for an empty place.
        private(set) var last: UInt32 = 0

        /// An empty place.
        init() {}

        /// A stored sighting.
        init(network: UInt32, since: UInt32, last: UInt32) {
            (self.network, self.since, self.last) = (network, since, last)
        }

        /// One that is seen now, for the first time or not.
        init(of network: ClientNetwork, isFirst: Bool, at now: UInt32) {
            self.network = network.rawValue
            since = isFirst ? now & ~Self.days | 1 : 0
            last = now
        }

        /// When it was first seen.
        var first: UInt32 { since & ~Self.days }

        /// On how many days it was seen.
        var dayCount: UInt32 { since & Self.days }

        /// It is seen again.
        mutating func see(at now: UInt32) {
            if since > 0, dayCount < Self.days, now / 86_400 != last / 86_400 { since += 1 }
            last = now
        }
    }

    /// How long a network stays fresh, seconds.
    static let freshness: UInt32 = 86_400
    /// A network that somebody came from on so many days is his own.
    static let ownDays: UInt32 = 3

    /// Those of two generations.
    private(set) var known = RecentSet<3>()
    /// The latest, in no certain order.
    private(set) var latest = InlineArray<11, Sighting>(repeating: Sighting())

    /// No networks.
    init() {}

    /// Stored networks.
    init(latest: InlineArray<11, Sighting>, known: RecentSet<3>) {
        self.latest = latest
        self.known = known
    }

    /// What a network is to somebody.
    struct Standing {
        /// True if somebody logged in from there more than a day ago.
        var isFamiliar = true
        /// True if somebody came from there on several days, or long ago.
        var isOwn = true
        /// True if it was seen at all.
        var isKnown = true
    }

    /// What `network` is to somebody, all of it by one look.
    func standing(of network: ClientNetwork, at now: UInt32) -> Standing {
        guard network != .inside else { return Standing() }
        guard let index = index(of: network) else {
            let isKnown = known.contains(network.digest)
            return Standing(isFamiliar: isKnown, isOwn: isKnown, isKnown: isKnown)
        }
        return Standing(isFamiliar: isFamiliar(latest[index], at: now), isOwn: isOwn(latest[index]))
    }

    /// True if somebody logged in from there more than a day ago.
    func isFamiliar(_ network: ClientNetwork, at now: UInt32) -> Bool {
        guard network != .inside else { return true }
        guard let index = index(of: network) else { return known.contains(network.digest) }
        return isFamiliar(latest[index], at: now)
    }

    /// Whether it was seen at all.
    func contains(_ network: ClientNetwork) -> Bool {
        network == .inside || index(of: network) != nil || known.contains(network.digest)
    }

    /// Notes a login from there; one that is not learned is remembered among the latest only.
    mutating func note(_ network: ClientNetwork, at now: UInt32, isLearned: Bool = true) {
        guard network != .inside else { return }
        let isFirst = !known.contains(network.digest)
        if isLearned { known.insert(network.digest) }
        if let index = index(of: network) { return latest[index].see(at: now) }
        latest[oldest] = Sighting(of: network, isFirst: isFirst, at: now)
    }

    /// The networks that were used since `start` and are not somebody's own, in no certain order.
    func foreignNetworks(since start: UInt32) -> [ClientNetwork] {
        let list = latest.span
        return list.indices.compactMap { index in
            let sighting = list[index]
            guard sighting.last > 0, sighting.last >= start, !isOwn(sighting) else { return nil }
            return ClientNetwork(rawValue: sighting.network)
        }
    }

    /// The network that was seen last among those that are not somebody's own.
    var latestForeign: ClientNetwork? {
        var found: Sighting?
        let list = latest.span
        for index in list.indices {
            let sighting = list[index]
            guard sighting.last > found?.last ?? 0, !isOwn(sighting) else { continue }
            found = sighting
        }
        return found.map { ClientNetwork(rawValue: $0.network) }
    }

    /// How many networks were first seen since `start`.
    func freshCount(since start: UInt32) -> Int {
        let list = latest.span
        return list.indices.count { list[$0].first >= max(1, start) }
    }

    /// Begins the next generation.
    mutating func rotate() { known.rotate() }

    private func isFamiliar(_ sighting: Sighting, at now: UInt32) -> Bool {
        let first = sighting.first
        return first == 0 || now >= first &+ Self.freshness
    }

    private func isOwn(_ sighting: Sighting) -> Bool {
        sighting.since == 0 || sighting.dayCount >= Self.ownDays
            || known.containedFormerly(ClientNetwork(rawValue: sighting.network).digest)
    }

    private func index(of network: ClientNetwork) -> Int? {
        // By a span, as below, so that they are not copied.
        let list = latest.span
        for index in list.indices
        where list[index].last > 0 && list[index].network == network.rawValue { return index }
        return nil
    }

    private var oldest: Int {
        let list = latest.span
        var oldest = 0
        for index in list.indices where list[index].last < list[oldest].last { oldest = index }
        return oldest
    }
}
