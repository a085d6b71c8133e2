import TapObserve
import TapWire

/// The incidents that are open or were lately: one for each server, class and subject.
///
/// Theory of operation. A signal goes to the incident of its server, class and subject, or opens it. What is told of
/// an incident is its opening, a change of its class, each tenfold growth, that it is worse than was told, a day of
/// silence, that the server was put right, and its end; everything between is only counted. A signal without a class is a symptom and is added to
/// every open incident of its server.
///
/// A checkpoint does not hold the incidents: each is stored by itself when its revision has changed, and given back
/// at a restart. So many incidents cost no more than those that change.
struct IncidentBook: Sendable, Codable {
    /// Whose incident it is.
    struct Key: TableKey {
        var server: IPAddress
        var kind: IncidentClass
        var subject: String
    }

    /// Silence after which an incident is told to be quiet, at the least.
    static let quietAfter = Duration.seconds(86_400)
    /// Silence after which it is over, at the least.
    static let closedAfter = Duration.seconds(7 * 86_400)

    var incidents = BoundedTable<Key, Incident>()
    /// How many there have been: the number in an incident's id.
    private var number: UInt64 = 0
    /// When the next incident could have been silent for long enough.
    var deadline = Timestamp.distantFuture
    /// How often any incident has changed.
    var revision: UInt64 = 0

    /// Takes a signal, and returns what is to be told.
    mutating func gather(
        _ signal: Signal,
        of mail: MailCase,
        at home: IncidentHome,
        blind: [BlindMemory.Spell],
        earlier: inout EarlierMail,
        limits: RelayLimits,
        narrator: RelayNarrator
    ) -> [IncidentChange] {
        revision &+= 1
        guard let kind = signal.incident else {
            addSymptom(signal, of: mail, at: home, blind: blind, narrator: narrator)
            return []
        }
        let key = key(of: signal, kind, for: mail, at: home.address)
        var isNew = incidents.inspect(key) { $0.state == .closed } ?? true
        let isTurned = isNew && kind.isRelay && turnTest(into: key, by: signal, of: mail)
        if isTurned { isNew = false }
        if isNew {
            _ = incidents.remove(key)
            number &+= 1
        }
        let before = before(signal, of: key, isNew: isNew, at: mail.time, in: &earlier)
        let (number, revision) = (number, revision)
        deadline = min(deadline, mail.time.advanced(by: Self.quietAfter))
        return incidents.update(
            key,
            limit: limits.incidents,
            default: Incident(
                signal,
                kind: kind,
                of: mail,
                at: home,
                id: "incident-" + mail.time.named(number)
            )
        ) { incident in
            incident.revision = revision
            incident.note(blind)
            var told = incident.take(
                signal,
                of: mail,
                at: home,
                isNew: isNew,
                earlier: before,
                narrator: narrator
            )
            if isTurned { told = incident.tell(.reclassified) }
            return told ? [IncidentChange(incident: incident, time: mail.time)] : []
        }
    }

    /// What came before the signal that its incident has not counted, oldest first.
    private func before(
        _ signal: Signal,
        of key: Key,
        isNew: Bool,
        at time: Timestamp,
        in earlier: inout EarlierMail
    ) -> EarlierEvents {
        var before = isNew ? earlier.take(key, at: time) : .none
        if let prelude = signal.prelude, isNew || prelude.kind.joins {
            before.add(earlier.take(prelude, at: key.server, time))
        }
        return before
    }

    /// The name of the incident that `signal` belongs to; nil for a symptom.
    mutating func name(for signal: Signal, of mail: MailCase, at home: IPAddress) -> String? {
        guard let kind = signal.incident else { return nil }
        let key = key(of: signal, kind, for: mail, at: home)
        return incidents.inspect(key) { $0.id }
    }

    /// The incident that `signal` belongs to: a test that found an open relay goes on as a part of that.
    private mutating func key(
        of signal: Signal,
        _ kind: IncidentClass,
        for mail: MailCase,
        at home: IPAddress
    )
        -> Key
    {
        let relay = Key(server: home, kind: .openRelay, subject: "")
        if kind == .relayTest {
            let isPart = incidents.inspect(relay) { found in
                found.isActive && found.earlierKind == .relayTest && found.isAbout(mail.suspect)
            }
            if isPart ?? false { return relay }
        }
        return Key(server: home, kind: kind.root, subject: signal.subject)
    }

    /// Makes the relay test of a server its open relay, where the test is what has found it; false if there is none.
    private mutating func turnTest(into key: Key, by signal: Signal, of mail: MailCase) -> Bool {
        let test = Key(server: key.server, kind: .relayTest, subject: "")
        guard var incident = incidents[test], incident.isActive,
            incident.isAbout(mail.suspect) || incident.isSystematicTest
        else { return false }
        _ = incidents.remove(test)
        incident.turn(to: .openRelay, by: signal.rule.id, at: mail.time)
        incidents.update(key, limit: .max, default: incident) { $0 = incident }
        return true
    }

    private mutating func addSymptom(
        _ signal: Signal,
        of mail: MailCase,
        at home: IncidentHome,
        blind: [BlindMemory.Spell],
        narrator: RelayNarrator
    ) {
        let revision = revision
        incidents.changeAll { key, incident in
            guard key.server == home.address, incident.state != .closed else { return }
            incident.revision = revision
            incident.note(blind)
            incident.note(signal, of: mail, narrator)
        }
    }

    /// Moves time on, and returns which incidents have gone quiet or are over.
    mutating func advance(to time: Timestamp) -> [IncidentChange] {
        guard time >= deadline else { return [] }
        var changes: [IncidentChange] = []
        var (next, revision) = (Timestamp.distantFuture, revision)
        incidents.changeAll { _, incident in
            guard incident.state != .closed else { return }
            if incident.age(at: time) {
                revision &+= 1
                incident.revision = revision
                changes.append(IncidentChange(incident: incident, time: time))
            }
            if let moment = incident.nextMoment { next = min(next, moment) }
        }
        (deadline, self.revision) = (next, revision)
        return changes.sorted { $0.incident.id < $1.incident.id }
    }

    /// Under what an incident is kept; nil if it is not any more.
    private mutating func key(of incident: Incident) -> Key? {
        incidents.keys { $0.server == incident.server }.first { key in
            incidents.inspect(key) { $0.id == incident.id } ?? false
        }
    }

    /// What is to be told of an event: each incident that it changed once, as it stands behind all of its signals.
    ///
    /// What one event has opened, or shown to be of another class, is told as that, whatever else it has shown.
    mutating func settle(_ changes: [IncidentChange]) -> [IncidentChange] {
        var settled: [IncidentChange] = []
        for change in changes
        where !settled.contains(where: { $0.incident.id == change.incident.id }) {
            let id = change.incident.id
            let states = changes.lazy.filter { $0.incident.id == id }.map(\.incident.state)
            let first = [Incident.State.opened, .reclassified].first(where: states.contains)
            // Where it lies, as it is large.
            let told = key(of: change.incident).flatMap { key in
                incidents.inspect(key) { incident in
                    incident.state = first ?? incident.state
                    (incident.toldSeverity, incident.loweredSince) = (incident.severity, nil)
                    return IncidentChange(incident: incident, time: change.time)
                }
            }
            settled.append(told ?? change)
        }
        return settled
    }
}

// MARK: - Storing

extension IncidentBook {
    /// The incidents that have changed since `revision`, oldest change first.
    func changed(since revision: UInt64) -> [Incident] {
        incidents.values.filter { $0.revision > revision }.sorted { $0.revision < $1.revision }
    }

    /// The book without its incidents: what a checkpoint holds.
    var cover: IncidentBook {
        var book = self
        book.incidents = BoundedTable()
        return book
    }

    /// Takes back incidents that were stored, oldest first.
    mutating func restore(_ stored: [Incident], limits: RelayLimits) {
        for incident in stored where incident.state != .closed {
            let key = Key(
                server: incident.server,
                kind: incident.kind.root,
                subject: incident.subject
            )
            incidents.update(key, limit: limits.incidents, default: incident) { $0 = incident }
            if let moment = incident.nextMoment { deadline = min(deadline, moment) }
            revision = max(revision, incident.revision)
        }
    }
}

extension IncidentClass {
    /// The class it is gathered under: a relay that is blinded by NAT is the open relay of its server, known better.
    fileprivate var root: IncidentClass { self == .natBlindedRelay ? .openRelay : self }
}
