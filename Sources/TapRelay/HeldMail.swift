import TapWire

/// The events that are held for one incident or signal, oldest first: up to 16, of which some may be several added up.
struct HeldMail: Sendable, Codable {
    /// Events that lie near one another in time, added up; mostly one.
    private struct Lump: Sendable, Codable {
        /// When the latest of them was.
        var last: Timestamp
        /// Until when it is looked back to.
        var until: Timestamp
        /// What counts of them; its time is that of the first.
        var mail: CountedMail
    }

    /// How many are held one by one.
    private static let limit = 16

    private var lumps: [Lump] = []
    /// The first of them as it was, at most one.
    ///
    /// Once that is too old to be looked back to it is that of the next event that comes.
    private var scenes: [IncidentScene]?

    /// True if nothing is held.
    var isEmpty: Bool { lumps.isEmpty }

    /// How many events are looked back to at `time`.
    func count(at time: Timestamp) -> Int {
        lumps.reduce(0) { sum, lump in
            lump.until <= time ? sum : sum &+ Int(clamping: lump.mail.events ?? 1)
        }
    }

    /// Takes an event, which is held for `window`.
    mutating func add(
        _ mail: consuming CountedMail,
        within window: Duration,
        scene: @autoclosure () -> IncidentScene
    ) {
        var counted = mail
        let time = counted.time
        if hasLump(where: { $0.until <= time }) { lumps.removeAll { $0.until <= time } }
        if !hasFirstScene(since: firstTime) { scenes = [scene().bounded] }
        if counted.domains.count > CountedMail.domainLimit {
            counted.domains = Array(counted.domains.prefix(CountedMail.domainLimit))
        }
        var until = time.advanced(by: window)
        // Two rules may hold the same message for the same incident.
        let latest = lumps.count - 1
        if latest >= 0, lumps.span[latest].mail == counted {
            until = max(until, lumps[latest].until)
            lumps.removeLast()
        }
        lumps.append(Lump(last: time, until: until, mail: counted))
        if lumps.count > Self.limit { addUp() }
    }

    /// Adds up the two that are nearest to each other; not the latest event, which may be the one that is told.
    ///
    /// So what was hours ago is not added to what is now.
    private mutating func addUp() {
        let place = nearest
        let later = lumps.remove(at: place + 1)
        lumps[place].mail.add(later.mail)
        lumps[place].mail.time = min(lumps[place].mail.time, later.mail.time)
        lumps[place].last = max(lumps[place].last, later.last)
        lumps[place].until = max(lumps[place].until, later.until)
    }

    /// The place of the first of the two neighbours that span the least time, but for the latest event.
    private var nearest: Int {
        var (place, least) = (0, Int64.max)
        let list = lumps.span
        for next in list.indices.dropLast().dropFirst() {
            let span = list[next].last.nanoseconds(since: list[next - 1].mail.time)
            if span < least { (place, least) = (next - 1, span) }
        }
        return place
    }

    /// When the first of them was; none is copied to know it.
    private var firstTime: Timestamp? {
        let list = lumps.span
        return list.isEmpty ? nil : list[0].mail.time
    }

    /// The scene that is kept, if it is of `time` or later.
    private func firstScene(since time: Timestamp?) -> IncidentScene? {
        hasFirstScene(since: time) ? scenes?.first : nil
    }

    /// True if a scene of `time` or later is kept, which is not copied to know it.
    private func hasFirstScene(since time: Timestamp?) -> Bool {
        guard let time, let scenes else { return false }
        let list = scenes.span
        return !list.isEmpty && list[0].time >= time
    }

    /// True if there is one for which `isWanted` holds; none is copied to know it.
    private func hasLump(where isWanted: (borrowing Lump) -> Bool) -> Bool {
        let list = lumps.span
        return list.indices.contains { isWanted(list[$0]) }
    }

    /// What came before `time` and is looked back to.
    func before(_ time: Timestamp) -> EarlierEvents {
        let mails = lumps.filter { $0.mail.time < time && time < $0.until }.map(\.mail)
        return EarlierEvents(mails: mails, first: firstScene(since: mails.first?.time))
    }

    /// Hands over what came in the `window` before `time`, and goes on holding the rest.
    mutating func take(within window: Duration, before time: Timestamp) -> EarlierEvents {
        func isWanted(_ lump: Lump) -> Bool {
            lump.mail.time < time && time < lump.until
                && time.duration(since: lump.last) <= window
        }
        let taken = lumps.filter(isWanted).map(\.mail)
        let first = firstScene(since: taken.first?.time)
        lumps.removeAll { isWanted($0) || $0.until <= time }
        return EarlierEvents(mails: taken, first: first)
    }
}
