import TapWire

/// What one server takes and sends by size and time, where TLS hides all else.
struct HiddenTraffic: Sendable, Codable {
    /// A message that the server took.
    private struct Arrival: Hashable, Sendable, Codable {
        var time: Timestamp
        var octets: Int64
        /// Who brought it, if that was a stranger without a login; nil for those who may send.
        var client: IPAddress?
    }

    /// A message of a stranger that seems to have left again.
    private struct Passage: Hashable, Sendable, Codable {
        var time: Timestamp
        var growth: Int64
    }

    /// What was found with the latest passage.
    struct Picture: Hashable, Sendable {
        /// Passages in the hour that have grown by about as much.
        var count: Int
        /// Who brought the latest.
        var client: IPAddress
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

    private var arrivals: [Arrival] = []
    private var passages: [Passage] = []

    /// Takes a message that came; `client` is nil if it may send.
    mutating func arrive(octets: Int64, client: IPAddress?, at time: Timestamp, within: Duration) {
        arrivals.removeAll { !(.zero...within).contains(time.duration(since: $0.time)) }
        arrivals.append(Arrival(time: time, octets: octets, client: client))
        if arrivals.count > Self.keptArrivals { arrivals.removeFirst() }
    }

    /// Takes a message that leaves for a server that was not called for long; the growth of alike passages may differ by
    /// `spread` octets.
    ///
    /// Nil if it is no message that came, or may be that of one who may send.
    mutating func leave(
        octets: Int64,
        began: Timestamp,
        at time: Timestamp,
        within: Duration,
        spread: Int64
    ) -> Picture? {
        let fitting = arrivals.filter { arrival in
            (.zero...within).contains(time.duration(since: arrival.time)) && began >= arrival.time
                && OnwardFacts.growth.contains(octets &- arrival.octets)
        }
        guard let arrival = fitting.last, let client = arrival.client,
            fitting.allSatisfy({ $0.client != nil })
        else { return nil }
        arrivals.removeAll { $0 == arrival }
        let growth = octets &- arrival.octets
        passages.removeAll { !OnwardBook.window.contains(time.duration(since: $0.time)) }
        passages.append(Passage(time: time, growth: growth))
        if passages.count > Self.keptPassages { passages.removeFirst() }
        let alike = passages.filter { abs($0.growth &- growth) <= spread }
        return Picture(
            count: alike.count,
            client: client,
            delay: time.duration(since: arrival.time),
            growth: growth,
            since: alike.first?.time ?? time
        )
    }
}
