/// How a record is stored: the version, the key, and every field in an order that is never changed.
extension Habit {
    /// The version of the form; another one is not read.
    private static let version: UInt8 = 2

    /// The octets of the record of `key`.
    func encoded(key: UInt64) -> [UInt8] {
        var writer = HabitWriter(version: Self.version)
        writer.write(key)
        writer.write(kind.rawValue)
        for number in [first, last, generationBegan, hour, hourRecipients] { writer.write(number) }
        for number in [messages, logins] { writer.write(number) }
        writer.write(weekHour)
        writer.write(week.octets)
        writer.write(hours.counts)
        for share in [refusals, deferrals] {
            writer.write(share.value.bitPattern)
            writer.write(share.count)
        }
        writer.write(networks)
        writer.write(recipients)
        writer.write(domains)
        writer.write(senders)
        writer.write(trail)
        return writer.finish()
    }

    /// The key and the record of stored octets; nil if they are of another version or damaged.
    static func decoded(_ octets: [UInt8]) -> (key: UInt64, habit: Habit)? {
        guard var reader = HabitReader(octets, version: version) else { return nil }
        let key: UInt64 = reader.read()
        guard let kind = Kind(rawValue: reader.read()) else { return nil }
        let habit = Habit(kind, &reader)
        return reader.isAtEnd ? (key, habit) : nil
    }

    private init(_ kind: Kind, _ reader: inout HabitReader) {
        self.kind = kind
        first = reader.read()
        last = reader.read()
        generationBegan = reader.read()
        hour = reader.read()
        hourRecipients = reader.read()
        messages = reader.read()
        logins = reader.read()
        weekHour = reader.read()
        week = WeekHabit(octets: reader.read())
        hours = HourQuantile(counts: reader.read())
        refusals = reader.readShare()
        deferrals = reader.readShare()
        networks = reader.readNetworks()
        recipients = reader.readSet()
        domains = reader.readSet()
        senders = reader.readSet()
        trail = reader.readTrail()
    }
}

extension HabitWriter {
    fileprivate mutating func write<let words: Int>(_ set: RecentSet<words>) {
        write(set.current)
        write(set.former)
    }

    fileprivate mutating func write(_ networks: NetworkHabit) {
        for index in networks.latest.indices {
            let sighting = networks.latest[index]
            for number in [sighting.network, sighting.since, sighting.last] { write(number) }
        }
        write(networks.known)
    }

    fileprivate mutating func write(_ trail: AccountTrail) {
        write(trail.clearTextDay)
        write(trail.flappingDay)
        for count in [trail.failures, trail.turns, trail.deferrals] {
            write(count.counts)
            write(count.latest)
        }
        write(trail.lastAnswer)
        write(trail.walk.bitPattern)
        write(trail.walkedAt)
        write(trail.novelty.value.bitPattern)
        write(trail.novelty.count)
        write(UInt8(trail.isSuspected ? 1 : 0) | UInt8(trail.isWithinHouse ? 2 : 0))
        write(trail.freshRecipients)
        write(trail.freshRefusals)
        write(trail.foreignSenders)
        write(trail.foreignSince)
        write(trail.mostRetrieved)
    }
}

extension HabitReader {
    fileprivate mutating func readShare() -> AgedShare {
        let value = Float(bitPattern: read())
        return AgedShare(value: value, count: read())
    }

    fileprivate mutating func readSet<let words: Int>() -> RecentSet<words> {
        let current: InlineArray<words, UInt64> = read()
        return RecentSet(current: current, former: read())
    }

    fileprivate mutating func readNetworks() -> NetworkHabit {
        var latest = InlineArray<11, NetworkHabit.Sighting>(repeating: .init())
        for index in latest.indices {
            let network: UInt32 = read()
            let since: UInt32 = read()
            latest[index] = NetworkHabit.Sighting(network: network, since: since, last: read())
        }
        return NetworkHabit(latest: latest, known: readSet())
    }

    fileprivate mutating func readCount() -> DayCount {
        let counts: UInt32 = read()
        return DayCount(counts: counts, latest: read())
    }

    fileprivate mutating func readTrail() -> AccountTrail {
        var trail = AccountTrail()
        trail.clearTextDay = read()
        trail.flappingDay = read()
        trail.failures = readCount()
        trail.turns = readCount()
        trail.deferrals = readCount()
        trail.lastAnswer = read()
        let walk = Float(bitPattern: read())
        trail.walk = walk.isFinite ? max(0, walk) : 0
        trail.walkedAt = read()
        trail.novelty = readShare()
        let flags: UInt8 = read()
        trail.isSuspected = flags & 1 != 0
        trail.isWithinHouse = flags & 2 != 0
        trail.freshRecipients = read()
        trail.freshRefusals = read()
        trail.foreignSenders = read()
        trail.foreignSince = read()
        trail.mostRetrieved = read()
        return trail
    }
}
