import TapObserve
import TapWire

/// What becomes better without a signal: servers that were put right, and what turns out to be less bad.
extension IncidentBook {
    /// The server was put right, as was first seen at `first`: its relay incidents are fixed.
    mutating func fix(
        server: IPAddress,
        at time: Timestamp,
        since first: Timestamp
    ) -> [IncidentChange] {
        fix(at: time, since: first) { $0.server == server && $0.kind == .openRelay }
    }

    /// The server refuses the odd forms by which it relayed: that is fixed, if it relayed by nothing else.
    mutating func fixForms(server: IPAddress, at time: Timestamp) -> [IncidentChange] {
        let key = Key(server: server, kind: .openRelay, subject: "")
        guard incidents.inspect(key, { $0.isByFormsOnly }) ?? false else { return [] }
        return fix(at: time) { $0 == key }
    }

    /// The server seems to refuse under TLS those for whom it seemed to relay: that is fixed, if nothing else shows it to
    /// relay, and less sure.
    mutating func fixInferred(server: IPAddress, at time: Timestamp, since first: Timestamp)
        -> [IncidentChange]
    {
        let key = Key(server: server, kind: .openRelay, subject: "")
        guard incidents.inspect(key, { $0.relayStanding == .inferred }) ?? false else { return [] }
        return fix(at: time, since: first) { $0 == key }
    }

    /// The tap misses this no more: what was told of it is fixed.
    mutating func fixBlindness(_ kind: TapCondition.Kind, at time: Timestamp) -> [IncidentChange] {
        fix(at: time) { $0.kind == .blind && $0.subject == kind.rawValue }
    }

    private mutating func fix(
        at time: Timestamp,
        since first: Timestamp? = nil,
        where isMeant: (Key) -> Bool
    ) -> [IncidentChange] {
        var changes: [IncidentChange] = []
        for key in incidents.keys(where: isMeant) {
            guard var incident = incidents[key] else { continue }
            guard incident.state != .closed, incident.state != .fixed else { continue }
            revision &+= 1
            (incident.state, incident.revision) = (.fixed, revision)
            incident.fixedAt = max(first ?? time, min(incident.last, time))
            if incident.kind.isRelay, incident.relayStanding == .inferred {
                incident.confidence *= Incident.inferredFix
            }
            if incident.blindness != nil { incident.last = max(incident.last, time) }
            if let moment = incident.nextMoment { deadline = min(deadline, moment) }
            incidents.replace(key, by: incident)
            changes.append(IncidentChange(incident: incident, time: time))
        }
        return changes
    }

    /// Nothing of what the server took from strangers was seen to leave it for a day: it may only keep.
    mutating func noteKept(server: IPAddress, limit: Severity, at time: Timestamp) {
        change(.init(server: server, kind: .openRelay, subject: ""), at: time) { incident in
            // Of a server that was put right the queue may have been cleared, as is advised.
            guard incident.fixedAt == nil else { return }
            incident.isKeeping = true
            incident.severity = min(incident.severity, limit)
        }
    }

    /// What the server took in odd forms came back: it took them for its own mailboxes.
    mutating func noteReturned(server: IPAddress, at time: Timestamp) {
        change(.init(server: server, kind: .openRelay, subject: ""), at: time) { incident in
            // What else was relayed does not become better by that.
            guard incident.rules.allSatisfy({ $0.rule == FormRelayRule.identity.id }) else {
                return
            }
            (incident.severity, incident.hasReturned) = (.low, true)
        }
    }

    /// Several mailboxes were read whole from a network and no login from there was refused: what was told of the first of
    /// them, and of nothing else, is no worse than `limit`.
    ///
    /// - Returns: The mailboxes of which it was told worse, in the order of their incidents.
    mutating func noteMoved(
        server: IPAddress,
        network: IPAddress,
        limit: Severity,
        at time: Timestamp
    ) -> [String] {
        var lowered: [(id: String, mailbox: String)] = []
        for key in incidents.keys(where: { $0.server == server && $0.kind == .stolenAccount }) {
            change(key, at: time) { incident in
                guard incident.aspect == .mailbox, incident.isOnly(of: network) else { return }
                if incident.severity > limit { lowered.append((incident.id, incident.subject)) }
                incident.severity = min(incident.severity, limit)
                incident.aspect = .movedMailbox
            }
        }
        return lowered.sorted { $0.id < $1.id }.map(\.mailbox)
    }

    /// Changes an incident; what is less bad than it was told is heard with what is told next.
    private mutating func change(
        _ key: Key,
        at time: Timestamp,
        _ change: (inout Incident) -> Void
    ) {
        guard let before = incidents[key], before.state != .closed else { return }
        var incident = before
        change(&incident)
        let hasChanged =
            before.severity != incident.severity || before.aspect != incident.aspect
            || before.isKeeping != incident.isKeeping
            || before.hasReturned != incident.hasReturned
        guard hasChanged else { return }
        if incident.severity < incident.toldSeverity ?? before.severity {
            incident.loweredSince = incident.loweredSince ?? time
        }
        revision &+= 1
        incident.revision = revision
        incidents.replace(key, by: incident)
    }
}
