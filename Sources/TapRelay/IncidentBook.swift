import TapObserve
import TapWire

/// The incidents that are open or were lately: one for each server, class and subject.
///
/// Theory of operation. A signal goes to the incident of its server, class and subject, or opens it. What is told of
/// an incident is its opening, a change of its class, each tenfold growth, a day of silence, that the server was put
/// right, and its end; everything between is only counted. A signal without a class is a symptom and is added to
/// every open incident of its server.
struct IncidentBook: Sendable, Codable {
    /// Whose incident it is.
    struct Key: Hashable, Sendable, Codable {
        var server: IPAddress
        var kind: IncidentClass
        var subject: String
    }

    /// Silence after which an incident is told to be quiet.
    static let quietAfter = Duration.seconds(86_400)
    /// Silence after which it is over.
    static let closedAfter = Duration.seconds(7 * 86_400)

    private(set) var incidents = BoundedTable<Key, Incident>()
    /// How many there have been: the number in an incident's id.
    private var number: UInt64 = 0
    /// When the next incident could have been silent for long enough.
    private var deadline = Timestamp.distantFuture

    /// Takes a signal, and returns what is to be told.
    mutating func gather(_ signal: Signal, of mail: MailCase, limits: RelayLimits)
        -> [IncidentChange]
    {
        guard let kind = signal.incident else {
            addSymptom(signal, of: mail, limits: limits)
            return []
        }
        let key = key(of: signal, kind: kind, at: signal.about?.address ?? mail.ends.server)
        let isNew = incidents[key].map { $0.state == .closed } ?? true
        if isNew {
            _ = incidents.remove(key)
            number &+= 1
        }
        let fresh = incident(signal, kind, of: mail)
        deadline = min(deadline, mail.time.advanced(by: Self.quietAfter))
        return incidents.update(key, limit: limits.incidents, default: fresh) { incident in
            let told = incident.take(signal, of: mail, isNew: isNew)
            return told ? [IncidentChange(incident: incident, time: mail.time)] : []
        }
    }

    /// Where the signal belongs: a relay that is blinded by NAT is the open relay of its server, known better.
    private func key(of signal: Signal, kind: IncidentClass, at server: IPAddress) -> Key {
        Key(
            server: server,
            kind: kind == .natBlindedRelay ? .openRelay : kind,
            subject: signal.subject
        )
    }

    private mutating func addSymptom(_ signal: Signal, of mail: MailCase, limits: RelayLimits) {
        let server = signal.about?.address ?? mail.ends.server
        let keys = incidents.pairs
            .filter { $0.key.server == server && $0.value.state != .closed }
            .map(\.key)
        for key in keys {
            guard let known = incidents[key] else { continue }
            incidents.update(key, limit: limits.incidents, default: known) { incident in
                incident.note(signal)
            }
        }
    }

    private func incident(_ signal: Signal, _ kind: IncidentClass, of mail: MailCase) -> Incident {
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, 6 - digits.utf8.count))
        return Incident(
            id: "incident-\(mail.time.compact)-\(zeros)\(digits)",
            kind: kind,
            server: signal.about?.address ?? mail.ends.server,
            serverName: signal.about.map(\.name) ?? mail.ends.serverName?.name,
            family: signal.about?.family ?? mail.family,
            subject: signal.subject,
            since: mail.time,
            last: mail.time,
            severity: signal.severity,
            confidence: mail.confidence(signal.certainty, for: signal.basis),
            place: IncidentPlace(mail.context)
        )
    }

    /// Moves time on, and returns which incidents have gone quiet or are over.
    mutating func advance(to time: Timestamp) -> [IncidentChange] {
        guard time >= deadline else { return [] }
        var changes: [IncidentChange] = []
        var next = Timestamp.distantFuture
        for key in incidents.pairs.map(\.key) {
            guard var incident = incidents[key], incident.state != .closed else { continue }
            if incident.age(at: time) {
                changes.append(IncidentChange(incident: incident, time: time))
                incidents.replace(key, by: incident)
            }
            if let moment = incident.nextMoment { next = min(next, moment) }
        }
        deadline = next
        return changes.sorted { $0.incident.id < $1.incident.id }
    }

    /// The server was put right: its relay incidents are fixed.
    mutating func fix(server: IPAddress, at time: Timestamp) -> [IncidentChange] {
        var changes: [IncidentChange] = []
        for key in incidents.pairs.map(\.key) where key.server == server && key.kind == .openRelay {
            guard var incident = incidents[key] else { continue }
            guard incident.state != .closed, incident.state != .fixed else { continue }
            incident.state = .fixed
            incidents.replace(key, by: incident)
            changes.append(IncidentChange(incident: incident, time: time))
        }
        return changes
    }

    /// Nothing of what the server took from strangers was seen to leave it for a day: it may only keep.
    mutating func noteKept(server: IPAddress, at time: Timestamp) -> [IncidentChange] {
        change(server, at: time) { incident in
            incident.isKeeping = true
            incident.severity = min(incident.severity, .medium)
        }
    }

    /// What the server took in odd forms came back: it took them for its own mailboxes.
    mutating func noteReturned(server: IPAddress, at time: Timestamp) -> [IncidentChange] {
        change(server, at: time) { incident in
            // What else was relayed does not become better by that.
            guard incident.rules.allSatisfy({ $0.rule == FormRelayRule.identity.id }) else {
                return
            }
            incident.severity = .low
        }
    }

    /// Changes the open relay incident of a server, and tells it if that has changed something.
    private mutating func change(
        _ server: IPAddress,
        at time: Timestamp,
        _ change: (inout Incident) -> Void
    ) -> [IncidentChange] {
        let key = Key(server: server, kind: .openRelay, subject: "")
        guard var incident = incidents[key], incident.state != .closed else { return [] }
        let before = (incident.severity, incident.isKeeping)
        change(&incident)
        guard before != (incident.severity, incident.isKeeping) else { return [] }
        incidents.replace(key, by: incident)
        return [IncidentChange(incident: incident, time: time)]
    }
}
