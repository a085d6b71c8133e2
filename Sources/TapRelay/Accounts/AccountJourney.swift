import TapWire

/// Where an account sent from lately, as far as tables of addresses tell; a few hundred octets at most.
struct AccountJourney: Hashable, Sendable, Codable {
    /// A network that is not its own, and when it came from there last, by the habits' clock.
    struct Stop: Hashable, Sendable, Codable {
        var network: UInt32
        var country: CountryCode
        /// The operator's number; nil if the table does not tell, and in what an earlier hubtap has stored.
        var system: UInt32?
        var time: UInt32
    }

    /// Where it was.
    struct Position: Hashable, Sendable, Codable {
        var network: UInt32
        var point: Place.Point
        var name: Place.Name
        var country: CountryCode?
        /// The operator's number.
        var system: UInt32?
        /// True if the network is the account's own, or one that others of the server come from, too.
        var isHome: Bool
        var time: Timestamp
    }

    /// Two places that it was at, and that nobody travels between in the time.
    struct Leap: Hashable, Sendable, Codable {
        var from, to: Place.Name
        /// When it was there.
        var began, ended: Timestamp
        /// How far they are apart, and how fast it would have been: less than that, for tables are coarse.
        var kilometres, kilometresAnHour: Int
    }

    /// What counts as a leap.
    struct Gauge: Sendable {
        /// The fastest that anybody travels, kilometres an hour.
        var speed: Double
        /// So many kilometres are less than what tables are wrong by, at the least.
        var tolerance = 100.0
        /// The same within one country: an operator's addresses are often placed where it has its seat.
        var tolerancePerCountry = 1_000.0
        /// What is closer together in time is taken to be so far apart.
        var leastTime = 60.0
    }

    /// How many networks are remembered: one more than can be asked for.
    private static let stopLimit = 11
    /// How many leaps are remembered.
    private static let leapLimit = 8
    /// For so long a leap counts.
    static let day = Duration.seconds(86_400)

    private var stops: [Stop] = []
    private var position: Position?
    private var leaps: [Timestamp] = []
    /// The latest leap.
    private(set) var latest: Leap?
    /// True if that was told.
    private var isTold = true

    /// True if it tells of anything: of an account that was only at home it tells nothing yet.
    var isTelling: Bool { !stops.isEmpty || !leaps.isEmpty }

    /// It came from a network in a country that is not its own, now by the habits' clock.
    mutating func stop(
        in network: ClientNetwork,
        _ country: CountryCode,
        _ system: UInt32?,
        _ now: UInt32
    ) {
        stops.removeAll { $0.network == network.rawValue }
        if stops.count >= Self.stopLimit { stops.removeFirst() }
        stops.append(
            Stop(network: network.rawValue, country: country, system: system, time: now)
        )
    }

    /// A network has become its own.
    mutating func settle(in network: ClientNetwork) {
        stops.removeAll { $0.network == network.rawValue }
    }

    /// Those of its stops since `start`, the latest last.
    func stops(since start: UInt32) -> [Stop] { stops.filter { $0.time >= start } }

    /// It is at `next`; notes a leap, if it is one that counts.
    mutating func move(to next: Position, by gauge: Gauge, countsLeaps: Bool) {
        defer { position = next }
        guard countsLeaps, let position, let leap = Leap(from: position, to: next, by: gauge) else {
            return
        }
        leaps = leaps.suffix(Self.leapLimit - 1) + [next.time]
        (latest, isTold) = (leap, false)
    }

    /// How many leaps there were in the day up to `time`, and when the first of them was.
    func leaps(upTo time: Timestamp) -> (count: Int, since: Timestamp)? {
        let recent = leaps.filter { (.zero...Self.day).contains(time.duration(since: $0)) }
        return recent.min().map { (recent.count, $0) }
    }

    /// True once for each leap that is not the first of its day.
    mutating func takeNews(at time: Timestamp) -> Bool {
        guard !isTold, let leaps = leaps(upTo: time), leaps.count > 1 else { return false }
        isTold = true
        return true
    }
}

extension AccountJourney.Leap {
    /// The way between two places; nil if there may be an honest one.
    fileprivate init?(
        from start: AccountJourney.Position,
        to end: AccountJourney.Position,
        by gauge: AccountJourney.Gauge
    ) {
        // Between two networks that are home there is no thief, and an operator's addresses are located at random.
        guard start.network != end.network, !(start.isHome && end.isHome),
            start.system == nil || start.system != end.system
        else { return nil }
        let isAbroad = start.country != end.country
        let doubt = max(
            isAbroad ? gauge.tolerance : gauge.tolerancePerCountry,
            Double(start.point.radius) + Double(end.point.radius)
        )
        let distance = start.point.kilometres(to: end.point) - doubt
        let wait = end.time.duration(since: start.time)
        let seconds = max(gauge.leastTime, Double(abs(wait.components.seconds)))
        let rate = distance / (seconds / 3_600)
        guard distance > 0, rate > gauge.speed else { return nil }
        (from, to, began, ended) = (start.name, end.name, start.time, end.time)
        (kilometres, kilometresAnHour) = (Int(distance), Int(rate))
    }
}
