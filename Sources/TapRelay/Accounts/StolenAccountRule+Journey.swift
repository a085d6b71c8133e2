import TapMail
import TapWire

/// What tables of addresses add to `account.stolen`: countries in place of blocks of addresses, and the speed of travel.
extension StolenAccountRule {
    /// What a message's place says of its account.
    struct Findings {
        /// The networks of the hour that are not the account's own and that a table places.
        var stops: [AccountJourney.Stop] = []
        /// The leap that makes it two in a day, or more.
        var leap: AccountJourney.Leap?
        /// How many leaps there were in the day, and since when.
        var leaps: (count: Int, since: Timestamp)?

        /// The countries of the hour that are not the account's own, each once.
        var countries: [CountryCode] {
            stops.reduce(into: []) { countries, stop in
                if !countries.contains(stop.country) { countries.append(stop.country) }
            }
        }
    }

    /// Tables that are older than this are not much to rest on.
    private static let oldTable = Duration.seconds(365 * 86_400)

    /// Notes where a message came from, and says what follows; nothing where there is no table, or it does not tell.
    ///
    /// The owner's own messages are places, too, and accuse nobody.
    func follow(_ mail: MailCase, _ account: AccountCase, _ memory: inout RelayMemory) -> Findings {
        guard mail.places != nil else { return Findings() }
        let now = memory.habits.now
        let start = now - min(now, Self.hour)
        guard let place = mail.clientPlace, place.country != nil || place.point != nil else {
            return memory.accounts.journeys.inspect(account.key) { journey in
                Findings(stops: journey.stops(since: start))
            } ?? Findings()
        }
        // While the server is new, all networks of everybody are.
        let countsLeaps = account.serverAge >= Self.newServer
        return memory.accounts.journeys.update(
            account.key,
            limit: limits.journeys,
            rank: { $0.isTelling ? 1 : 0 },
            default: AccountJourney()
        ) { journey in
            if account.isOwnNetwork {
                journey.settle(in: account.network)
            } else if let country = place.country {
                journey.stop(in: account.network, country, place.operator?.number, now)
            }
            if let position = AccountJourney.Position(place, of: account, at: mail.time) {
                journey.move(
                    to: position,
                    by: AccountJourney.Gauge(speed: speed),
                    countsLeaps: countsLeaps
                )
            }
            var findings = Findings(stops: journey.stops(since: start))
            if !account.isOwnNetwork, journey.takeNews(at: mail.time) {
                findings.leap = journey.latest
                findings.leaps = journey.leaps(upTo: mail.time)
            }
            return findings
        }
    }

    /// Adds to a signal what tables of addresses say; they may be old, so that it is less sure if it `rests` on them alone.
    func add(_ findings: Findings, to signal: inout Signal, of mail: MailCase, rests: Bool) {
        if let leap = findings.leap, let leaps = findings.leaps {
            signal.values[.here] = .named(leap.from)
            signal.values[.there] = .named(leap.to)
            signal.values[.earlier] = .time(leap.began)
            signal.values[.lately] = .time(leap.ended)
            signal.values[.distance] = .count(leap.kilometres)
            signal.values[.speed] = .count(leap.kilometresAnHour)
            signal.values[.count] = .count(leaps.count)
            signal.values[.since] = .time(leaps.since)
        }
        guard let built = mail.places?.table.built else { return }
        let isOld = mail.time.duration(since: built) > Self.oldTable
        signal.why.append(AccountTexts.byTables)
        if isOld { signal.why.append(AccountTexts.oldTables) }
        signal.values[.made] = .plain(built.day)
        if rests { signal.certainty = min(signal.certainty, isOld ? 0.6 : 0.9) }
    }
}

extension AccountJourney.Position {
    /// Where an account is; nil if the table has no point for it.
    fileprivate init?(_ place: Place, of account: AccountCase, at time: Timestamp) {
        guard let point = place.point else { return nil }
        self.init(
            network: account.network.rawValue,
            point: point,
            name: place.city ?? place.countryName
                ?? Place.Name(place.country?.description ?? "\(point.latitude), \(point.longitude)"),
            country: place.country,
            system: place.operator?.number,
            isHome: account.isOwnNetwork || account.isSharedNetwork,
            time: time
        )
    }
}
