import TapWire

/// What one server takes and sends by size and time, where TLS hides all else.
struct HiddenTraffic: Sendable, Codable {
    /// A message that the server took.
    private struct Arrival: Hashable, Sendable, Codable {
        var time: Timestamp
        var octets: Int64
        /// Who brought it, if that was a stranger without a login; nil for those who may send.
        var client: IPAddress?
        /// Recipients that were taken, and the name that the client gave; nil where an earlier hubtap noted it.
        var recipients: Int?
        var helo: String?
    }

    /// A message of a stranger that seems to have left again.
    private struct Passage: Hashable, Sendable, Codable {
        var time: Timestamp
        var growth: Int64
        /// True if it went where the server had not sent for a month; nil where an earlier hubtap noted it.
        var isNovel: Bool?
    }

    /// What was found with the latest passage.
    struct Picture: Hashable, Sendable {
        /// Passages in the hour that have grown by about as much.
        var count: Int
        /// The latest.
        var mail: UnseenMail
        /// How long it stayed.
        var delay: Duration
        /// By how much it has grown.
        var growth: Int64
        /// Since when there are passages.
        var since: Timestamp
    }

    /// How many messages are remembered.
    static let keptArrivals = 128
    /// How many passages are remembered.
    private static let keptPassages = 64

    /// How many networks of those who brought such messages are kept, the latest of them.
    private static let keptWays = 16
    /// So many of them in a row must be refused.
    private static let shutAfter = 3

    /// The networks of strangers whose messages seem to have left for where none went for a month; nil before the first,
    /// and in what an earlier hubtap has stored.
    private var ways: [IPAddress]?
    /// How often one of those was refused since one was let in; nil for never.
    private var refusals: Int?
    /// When that was first.
    private var refusedSince: Timestamp?
    private var arrivals: [Arrival] = []
    private var passages: [Passage] = []
    /// Where it sent to.
    private var destinations: SeenDomains?
    /// Words of the filters of destinations: enough for some thousand of them.
    private static let destinationWords = 256

    /// Takes a message of a stranger that came.
    mutating func arrive(_ mail: UnseenMail, within: Duration) {
        arrive(
            Arrival(
                time: mail.time,
                octets: mail.octets,
                client: mail.client,
                recipients: mail.recipients,
                helo: mail.helo
            ),
            within: within
        )
    }

    /// Takes a message that came by one who may send.
    mutating func arrive(octets: Int64, at time: Timestamp, within: Duration) {
        arrive(Arrival(time: time, octets: octets, client: nil), within: within)
    }

    private mutating func arrive(_ arrival: Arrival, within: Duration) {
        // In whole nanoseconds, as there are many.
        let (oldest, now) = (arrival.time.advanced(by: .zero - within), arrival.time)
        func isOver(_ time: Timestamp) -> Bool { time < oldest || time > now }
        let over = countArrivals(where: isOver)
        if over.first > 0 { arrivals.removeFirst(over.first) }
        if over.areOthers { arrivals.removeAll { isOver($0.time) } }
        arrivals.append(arrival)
        if arrivals.count > Self.keptArrivals { arrivals.removeFirst() }
    }

    /// True if a message came between two moments and is, with a header more, as large as one of `octets`.
    private func isFitting(
        _ place: Int,
        _ octets: Int64,
        from oldest: Timestamp,
        to newest: Timestamp
    ) -> Bool {
        // By a span, so that it is not copied.
        let list = arrivals.span
        return list[place].time >= oldest && list[place].time <= newest
            && OnwardFacts.growth.contains(octets &- list[place].octets)
    }

    /// How many of such a time come first, and whether there are others behind them; none is copied to know it.
    ///
    /// What is over comes first, but behind a clock that was set back.
    private func countArrivals(where isWanted: (Timestamp) -> Bool) -> (first: Int, areOthers: Bool)
    {
        let list = arrivals.span
        let first = list.indices.first { !isWanted(list[$0].time) } ?? list.count
        return (first, (first..<list.count).contains { isWanted(list[$0].time) })
    }

    /// Takes what it said to a client under TLS, as far as that is inferred; since when it refuses, if that has just become
    /// likely: three in a row of those for whom it seemed to relay.
    mutating func answer(_ isTaken: Bool, to client: IPAddress, at time: Timestamp) -> Timestamp? {
        guard ways?.contains(client.neighbourhood) ?? false else { return nil }
        guard !isTaken else {
            (refusals, refusedSince) = (nil, nil)
            return nil
        }
        let count = min(refusals ?? 0, Self.shutAfter) + 1
        let since = refusedSince ?? time
        (refusals, refusedSince) = (count, since)
        return count == Self.shutAfter ? since : nil
    }

    /// Notes from where a message came that seems to have left.
    private mutating func noteWay(_ client: IPAddress) {
        let network = client.neighbourhood
        guard network != ways?.last else { return }
        ways = (ways ?? []).filter { $0 != network }.suffix(Self.keptWays - 1) + [network]
    }

    /// Notes where a message goes; true if none went there for a month.
    mutating func isNovel(_ destination: IPAddress, at time: Timestamp) -> Bool {
        var digest = Digest()
        digest.combine(destination)
        var seen = destinations ?? SeenDomains()
        // Given back at once, so that the filter is changed where it lies.
        destinations = nil
        let isNovel = seen.insert(digest.value, at: time, size: Self.destinationWords)
        destinations = seen
        return isNovel
    }

    /// Takes a message that leaves for a server that was not called for long; the growth of alike passages may differ by
    /// `spread` octets.
    ///
    /// Nil if it is no message that came, may be that of one who may send, goes back to who brought it, or most go where
    /// the server sends to anyway.
    mutating func leave(
        octets: Int64,
        to destination: IPAddress,
        isNovel: Bool,
        began: Timestamp,
        at time: Timestamp,
        within: Duration,
        spread: Int64
    ) -> Picture? {
        let oldest = time.advanced(by: .zero - within)
        var latest: Int?
        for place in arrivals.indices
        where isFitting(place, octets, from: oldest, to: min(time, began)) {
            guard let client = arrivals[place].client, client != destination else { return nil }
            latest = place
        }
        guard let latest, let client = arrivals[latest].client else { return nil }
        let arrival = arrivals[latest]
        arrivals.removeAll { $0 == arrival }
        // Forwarders write to those they know: who brought that need not be let in as a stranger.
        if isNovel { noteWay(client) }
        let growth = octets &- arrival.octets
        passages.removeAll { !OnwardBook.window.contains(time.duration(since: $0.time)) }
        passages.append(Passage(time: time, growth: growth, isNovel: isNovel))
        if passages.count > Self.keptPassages { passages.removeFirst() }
        let alike = passages.filter { abs($0.growth &- growth) <= spread }
        guard 2 * alike.count(where: { $0.isNovel ?? true }) >= alike.count else { return nil }
        return Picture(
            count: alike.count,
            mail: UnseenMail(
                time: arrival.time,
                client: client,
                octets: arrival.octets,
                recipients: arrival.recipients,
                helo: arrival.helo
            ),
            delay: time.duration(since: arrival.time),
            growth: growth,
            since: alike.first?.time ?? time
        )
    }
}
