import TapWire

/// A network whose clients asked for recipients that do not exist: when, and which of them, the latest of it.
struct AskingNetwork: Sendable, Codable {
    private var times: [Timestamp] = []
    /// A part of the digest of who asked, beside each of the times.
    private var clients: [UInt16] = []

    init() {}

    /// How many were asked for, as far as that is kept.
    var count: Int { times.count }
    /// How many clients asked for them.
    var clientCount: Int { Set(clients).count }

    /// Takes `count` questions of a client, and forgets what is older than `window` and beyond the latest `limit`.
    mutating func observe(
        _ count: Int,
        of client: IPAddress,
        at time: Timestamp,
        within window: Duration,
        limit: Int
    ) {
        // Also those of a clock that was set back.
        let kept = times.indices.filter {
            (.zero...window).contains(time.duration(since: times[$0]))
        }
        let count = min(count, limit)
        let digest = UInt16(truncatingIfNeeded: CountedMail.digest(of: client))
        times = (kept.map { times[$0] } + Array(repeating: time, count: count)).suffix(limit)
        clients = (kept.map { clients[$0] } + Array(repeating: digest, count: count)).suffix(limit)
    }
}

extension AskingNetwork {
    private enum CodingKeys: String, CodingKey { case times, clients }

    /// Decodes a network; of one that an earlier hubtap has stored it is not known who asked.
    init(from decoder: any Decoder) throws {
        if let times = try? [Timestamp](from: decoder) {
            (self.times, clients) = (times, Array(repeating: 0, count: times.count))
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let (times, clients) = (
            try container.decode([Timestamp].self, forKey: .times),
            try container.decode([UInt16].self, forKey: .clients)
        )
        if times.count == clients.count { (self.times, self.clients) = (times, clients) }
    }
}
